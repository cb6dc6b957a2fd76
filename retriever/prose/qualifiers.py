"""What limits a statement, in Dutch and English: "not", "at least", "apparently", "tried to", "would", "because"."""

import re
from collections.abc import Sequence
from typing import Literal

from retriever.words.quantities import Quantity, evidence_states, find_quantities
from retriever.words.telling_words import telling_stems

Bound = Literal["at_least", "about", "at_most"]

_BOUNDS: dict[Bound, str] = {
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
_BOUND_BEFORE = {bound: re.compile(rf"\b(?:{words})\s+$", re.IGNORECASE) for bound, words in _BOUNDS.items()}
_MAX_BOUND_CHARACTERS = 24

_NEGATION = re.compile(
    r"\b(?:not|no|never|nobody|none|nothing|neither|nor|nowhere|cannot|\w+n['’]t"
    r"|niet|geen|nooit|niemand|niets|noch|nergens)\b",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:because|due to|owing to|thanks to|as a result|therefore|thus|so that"
    r"|omdat|doordat|vanwege|dankzij|wegens|daarom|daardoor|waardoor|zodat)\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:apparently|possibly|probably|perhaps|reportedly|allegedly|presumably|supposedly|seemingly"
    r"|blijkbaar|kennelijk|vermoedelijk|waarschijnlijk|misschien|mogelijk|wellicht|naar verluidt|schijnbaar"
    r"|(?:steps|efforts?|attempts?|plans?|tried|sought|attempted|planned|intended|hoped|aimed"
    r"|agreed|promised|threatened|refused|offered)\sto"
    r"|wanted|wished|desired|demand(?:s|ed)|called for|asked for"
    r"|wilden?|wensten?|verlangden?|eis(?:t|te|ten|en)|vroeg(?:en)? om"
    r"|would|could|might|should|must|(?-i:may)|zou(?:den)?|kon(?:den)?|mocht(?:en)?|moest(?:en)?)\b"
    r"|\b(?:probeer|tracht|poog|poging|beloof|dreig|weiger|bereid)\w*\b[^.;:]*?\bte\b",
    re.IGNORECASE,  # but "May" is a month
)
"""What is uncertain, attempted, asked for, or only could or should be."""


def adds_negation(sentence: str, texts: Sequence[str]) -> bool:
    """Tell whether a sentence says "not", "no" or "never" and none of these texts does, in either language."""
    return _adds(_NEGATION, sentence, texts)


def negations(text: str) -> list[str]:
    """Return the words of a text that deny, in their order."""
    return [match.group().lower() for match in _NEGATION.finditer(text)]


def adds_cause(sentence: str, texts: Sequence[str]) -> bool:
    """Tell whether a sentence says "because" or the like and none of these texts does, in either language."""
    return _adds(_CAUSE, sentence, texts)


def keeps_hedges(sentence: str, texts: Sequence[str], language: str) -> bool:
    """Tell whether a sentence is no surer than its evidence, in whose language it is.

    "Improved" does not follow from "tried to improve", nor "stopped" from "would stop". A hedge is taken to be about
    the next telling word; a sentence that has that word, however inflected, must be hedged too.
    """
    if _HEDGE.search(sentence):
        return True
    said = set(telling_stems(sentence, language))
    hedged = (text[found.end() :] for text in texts for found in _HEDGE.finditer(text))
    return not any(next(telling_stems(rest, language), None) in said for rest in hedged)


def keeps_bounds(sentence: str, texts: Sequence[str]) -> bool:
    """Tell whether no number of a sentence is exact, or bounded another way, where all texts that have it bound it.

    "73 were killed" does not follow from "at least 73 were killed"; "about 73" does follow from "73".
    """
    known = [(bound_of(text, quantity), quantity) for text in texts for quantity in find_quantities(text)]

    def is_kept(claimed: Quantity) -> bool:
        bounds = {bound for bound, quantity in known if evidence_states(quantity, claimed)}
        return not bounds or bool(bounds & {None, bound_of(sentence, claimed)})

    return all(map(is_kept, find_quantities(sentence)))


def bound_of(text: str, quantity: Quantity) -> Bound | None:
    """Return what makes a number of a text less than exact; None where nothing does."""
    before = text[max(0, quantity.start - _MAX_BOUND_CHARACTERS) : quantity.start]
    return next((bound for bound, pattern in _BOUND_BEFORE.items() if pattern.search(before)), None)


def _adds(words: re.Pattern[str], sentence: str, texts: Sequence[str]) -> bool:
    return bool(words.search(sentence)) and not any(map(words.search, texts))
