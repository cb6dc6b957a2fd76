"""What makes a statement less than exact or less than sure: at least, apparently, he said, tried to."""

import re
from collections.abc import Sequence
from typing import Literal

from ingest.keywords import fold, is_stop_word, stem
from retriever.quantities import Quantity, find_quantities, says

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
_SAID = (
    "hoped|believed|thought|claimed|argued|alleged|asserted|contended|suggested|said|feared|warned"
    "|hoopten?|geloofden?|dachten?|dacht|meenden?|beweerden?|stelden?|zei|zeiden|vonden?|vond|vreesden?"
)
_HEDGES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:apparently|possibly|probably|perhaps|reportedly|allegedly|presumably|supposedly|seemingly"
        r"|blijkbaar|kennelijk|vermoedelijk|waarschijnlijk|misschien|mogelijk|wellicht|naar verluidt|schijnbaar)\b",
        rf"\b(?:{_SAID})\s(?:that|dat)\b"
        rf"|,\s(?:zo\s)?(?:(?:s?he|it|they|so)\s(?:{_SAID})|(?:{_SAID})\s(?:hij|zij|ze|men)),",
        r"\b(?:steps|efforts?|attempts?|plans?|tried|sought|attempted|wanted|planned|intended|hoped|aimed)\sto\b"
        r"|\b(?:probeer\w*|tracht\w*|poog\w*|poging\w*)\b[^.;:]*?\bte\b",
        r"\b(?:would|could|might|should|must|(?-i:may)|zou(?:den)?|kon(?:den)?|mocht(?:en)?|moest(?:en)?)\b",
        r"\b(?:despite|in spite of|without|except|instead of|rather than|ondanks|zonder|behalve|in plaats van)\b",
    )
]
"""What is uncertain, what somebody said, what was attempted, what could or should be, and what did not help or was not.

The last is a hedge on what follows it: "the protest of Wolf ended it" does not follow from "it ended despite the
protest of Wolf".
"""
_WORD = re.compile(r"[^\W\d_]+")


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


def keeps_hedges(sentence: str, texts: Sequence[str], language: str) -> bool:
    """Tell whether a sentence is no surer than its evidence, in whose language it is.

    "Believed" does not follow from "apparently believed", "the ferry stays" from "he said that the ferry stays",
    "improved" from "took steps to improve", nor "stopped" from "would stop". A hedge is taken to be about the next
    telling word; a sentence that has that word, however inflected, must have a hedge of that sort too.
    """
    said = {_stem(word, language) for word in _WORD.findall(sentence)}
    lost = [hedge for hedge in _HEDGES if not hedge.search(sentence)]
    hedged = (
        _next_telling_word(text[found.end() :]) for hedge in lost for text in texts for found in hedge.finditer(text)
    )
    return not any(_stem(word, language) in said for word in hedged if word)


def _stem(word: str, language: str) -> str:
    return stem(fold(word), language)


def _next_telling_word(text: str) -> str | None:
    return next((word for word in _WORD.findall(text) if not is_stop_word(word)), None)
