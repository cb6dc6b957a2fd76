"""Negative controls: right answers made wrong, and the checks that should notice."""
