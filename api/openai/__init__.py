"""Quoth as a model of OpenAI's API: what programs send that speak it, and what they get."""
