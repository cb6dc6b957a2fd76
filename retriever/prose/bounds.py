"""What makes a number less than exact: at least, about, at most."""

import re
from collections.abc import Sequence
from typing import Literal

from retriever.words.quantities import Quantity, find_quantities, says

Bound = Literal["at_least", "about", "at_most"]

_WORDS: dict[Bound, str] = {
    "at_least": (
        r"at least|no (?:fewer|less) than|more than|over|upwards of|a minimum of"
        r"|minstens|ten ?minste|op zijn minst|minimaal|meer dan|ruim"
    ),
    "about": (
        r"about|around|approximately|roughly|some|circa|ca\.?|nearly|almost|an estimated"
        r"|ongeveer|rond(?: de)?|omstreeks|zo'n|zo’n|bijna|naar schatting|een kleine"
    ),
    "at_most": (
        r"at most|no more than|up to|fewer than|less than|under|a maximum of"
        r"|hoogstens|hooguit|op zijn hoogst|ten hoogste|maximaal|minder dan|nog geen"
    ),
}
_BEFORE = {bound: re.compile(rf"\b(?:{words})\s+$", re.IGNORECASE) for bound, words in _WORDS.items()}
_LONGEST = 24


def bound_of(text: str, quantity: Quantity) -> Bound | None:
    """Return what makes a number of a text less than exact; None where nothing does."""
    before = text[max(0, quantity.start - _LONGEST) : quantity.start]
    return next((bound for bound, pattern in _BEFORE.items() if pattern.search(before)), None)


def keeps_bounds(sentence: str, texts: Sequence[str]) -> bool:
    """Tell whether no number of a sentence is exact, or bounded another way, where all texts that have it bound it.

    "73 were killed" does not follow from "at least 73 were killed"; "about 73" does follow from "73".
    """
    known = [(bound_of(text, quantity), quantity) for text in texts for quantity in find_quantities(text)]

    def is_kept(claimed: Quantity) -> bool:
        bounds = {bound for bound, quantity in known if says(quantity, claimed)}
        return not bounds or bool(bounds & {None, bound_of(sentence, claimed)})

    return all(map(is_kept, find_quantities(sentence)))
