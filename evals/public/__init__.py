"""Sets of others, read where they lie."""
