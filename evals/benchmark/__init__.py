"""How fast texts go in and are found, and what that takes, beside another stack in the same run."""
