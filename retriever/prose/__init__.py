"""Prose from a language model: what it is given, how its text is read, and the gate that each sentence must pass."""
