"""Quotations made of known texts, right and wrong, and what is said of each."""
