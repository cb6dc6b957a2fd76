"""What a changed word does: whether a number or a negation went, came or became another."""

from collections.abc import Sequence

from retriever.prose.qualifiers import negations
from retriever.quotations.types import ChangeFlag
from retriever.words.dates import MONTHS
from retriever.words.number_words import NOT_ALONE, word_value

_SIGNS = frozenset("%‰€$£")
_MONTHS = MONTHS.keys() - {"may"}  # as often a verb
_DENYING = ("un", "on", "non", "in", "im", "dis")


def change_flags(source: Sequence[str], quoted: Sequence[str]) -> tuple[ChangeFlag, ...]:
    """Tell whether a number or a negation is among words that were changed."""
    flags: list[ChangeFlag] = []
    if sorted(filter(is_number, source)) != sorted(filter(is_number, quoted)):
        flags.append("number")
    if negations(" ".join(source)) != negations(" ".join(quoted)) or _is_denied({*source} ^ {*quoted}):
        flags.append("negation")
    return tuple(flags)


def is_number(form: str) -> bool:
    """Tell whether a word says how many or when, in digits or in words."""
    if form in _SIGNS or form in _MONTHS or any(sign.isdigit() for sign in form):
        return True
    return form not in NOT_ALONE and word_value(form) is not None


def _is_denied(words: set[str]) -> bool:
    """Tell whether one word is another with a syllable before it that says the opposite: "likely", "unlikely"."""
    return any(prefix + word in words for word in words for prefix in _DENYING)
