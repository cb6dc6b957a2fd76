"""Quoth as a server of the Model Context Protocol: four tools for programs in which a language model chooses."""
