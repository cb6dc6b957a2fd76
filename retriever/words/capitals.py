"""Capital letters, for the patterns that look for names."""

CAPITALS = "".join(chr(code) for code in range(0x41, 0x250) if chr(code).isupper())
"""Those of the Latin alphabets, from A to Ž and Ł: `re` has no class for them. To be put between square brackets."""
