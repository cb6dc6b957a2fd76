"""The search view of a text, and the map back to it."""
