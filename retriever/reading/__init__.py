"""Which sentence answers, and how surely."""
