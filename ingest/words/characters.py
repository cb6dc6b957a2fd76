"""Halves of characters, which JSON can name and no file, index or tokenizer can hold."""

import re

HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def without_halves(text: str) -> str:
    """Put the sign for an unknown character in the place of each half of one."""
    return HALF_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", text)
