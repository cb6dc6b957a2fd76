"""Fit how the reader weighs its signs and networks, and from which probability on it answers."""
