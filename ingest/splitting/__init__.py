"""A document becomes sentences and passages."""
