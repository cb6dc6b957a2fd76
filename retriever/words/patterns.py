"""The patterns that several modules share."""

import re

CAPITALS = "".join(chr(code) for code in range(0x41, 0x250) if chr(code).isupper())
"""The capital letters of the Latin alphabets, from A to Ž and Ł: `re` has no class for them. For square brackets."""

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
"""A word or number, with the hyphens and apostrophes within it."""

QUOTED = re.compile(r"“([^“”]*)”|„([^„“”]*)[“”]|«([^«»]*)»|\"([^\"]*)\"|(?<!\w)‘([^‘’]*)’(?!\w)|(?<!\w)'([^']*)'(?!\w)")
"""Words in quotation marks of one kind; an apostrophe within a word is none."""
