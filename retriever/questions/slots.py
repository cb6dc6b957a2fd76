"""Follow-ups that change one thing in the question before: "and the windscreen?", "en in 1954?"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.words.keywords import is_stop_word
from ingest.words.language import detect_question_language
from retriever.questions.question_type import QUESTION_WORD
from retriever.types import Change
from retriever.words.quantities import Quantity, find_quantities

_PREPOSITIONS = (
    ("in", "te", "at"), ("to", "naar"), ("of", "van"), ("for", "voor"), ("with", "met"), ("by", "door"), ("on", "op"),
    ("from", "uit"), ("after", "na"), ("before", "vóór"), ("under", "onder"), ("against", "tegen"), ("about", "over"),
)  # fmt: skip
_DETERMINERS = frozenset(("the", "a", "an", "de", "het", "een", "'t"))
_OPENING = r"\W*(?:(?:and|but|en|maar|what about|how about|(?:en )?hoe zit het|hoe was het|what was it like)\s+)"
_NAMED_ALONE = r"(?P<phrase>[^\W_][\w'’.-]*(?: [\w'’.-]+){0,3}?)\s*[?.!]*$"
_ELSEWHERE = re.compile(rf"{_OPENING}*(?P<preposition>[^\W\d_]+)\s+{_NAMED_ALONE}", re.IGNORECASE)
_ANOTHER = re.compile(rf"{_OPENING}(?:met\s+)?{_NAMED_ALONE}", re.IGNORECASE)
_POINTING = re.compile(
    r"\b(?:he|she|it|they|them|him|his|her|hers|its|their|theirs|this|those|these|that|there|then"
    r"|hij|zij|ze|hem|haar|hun|hen|zijn|deze|dit|dat|die|daar|toen|er)\b",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*|[^\w\s]")
_DO = re.compile(r"\b(?:did|does|do)\b", re.IGNORECASE)
_MODAL = re.compile(r"\b(?:kan|kon|konden|mag|mocht|moet|moest|wil|wilde|zal|zou)\b", re.IGNORECASE)
_PARTICIPLE = re.compile(r"\w{2,}ed|(?:ge|be|ver|ont|her)\w{2,}(?:d|t|en)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a question that another can take the place of: a thing, a name or a time."""

    start: int
    end: int
    preposition: str
    is_name: bool


def names_another(question: str) -> bool:
    """Tell whether a question only names another place, time or person, with its preposition."""
    return _elsewhere(question) is not None


def change_slot(standing: str, asked: str) -> tuple[str, Change] | None:
    """Put what a follow-up names in the place of its like in the earlier question; None where that is not clear."""
    found = _elsewhere(asked)
    slot = _behind(standing, found["preposition"], found["phrase"]) if found else None
    if slot is None and (found := _ANOTHER.match(asked)) and _can_stand(found["phrase"]):
        is_one_language = detect_question_language(standing) == detect_question_language(asked)
        slot = _like(list(_slots(standing)), is_name=_has_name(found["phrase"])) if is_one_language else None
    if found is None or slot is None:
        return None
    old = standing[slot.start : slot.end]
    new = _with_year(found["phrase"], old)
    return f"{standing[: slot.start]}{new}{standing[slot.end :]}", Change(old, new)


def compose(earlier: Sequence[Change], last: Change) -> tuple[Change, ...]:
    """Add a change to those before it: what was put in may have been changed again."""
    moved = [replace(one, new=last.new) if one.new == last.old else one for one in earlier]
    return tuple(one for one in (*moved, last) if one.old != one.new)


def _elsewhere(asked: str) -> re.Match[str] | None:
    found = _ELSEWHERE.match(asked)
    return found if found and _senses(found["preposition"]) and not QUESTION_WORD.search(found["phrase"]) else None


def _senses(preposition: str) -> tuple[str, ...]:
    return next((one for one in _PREPOSITIONS if preposition.casefold() in one), ())


def _can_stand(phrase: str) -> bool:
    """Tell whether a phrase names something and points at nothing."""
    words = phrase.split()
    return (
        not QUESTION_WORD.search(phrase)
        and not _POINTING.search(phrase)
        and not _senses(words[0])
        and not all(is_stop_word(word) for word in words)
        and (_has_name(phrase) or words[0].casefold() in _DETERMINERS)
    )


def _behind(standing: str, preposition: str, phrase: str) -> Slot | None:
    """Return the last of its like behind a preposition: "in 1954" takes the place of a time, "in Poland" of a place."""
    able = [
        slot
        for slot in _slots(standing)
        if slot.preposition in _senses(preposition)
        and _is_time(standing[slot.start : slot.end]) == _is_time(phrase)
        and (slot.is_name or not _has_name(phrase))
    ]
    return max(able, key=lambda slot: (slot.is_name == _has_name(phrase), slot.start), default=None)


def _like(slots: Sequence[Slot], *, is_name: bool) -> Slot | None:
    """Return the one slot that a phrase can take: of its sort, and rather without a preposition."""
    groups = (
        [slot for slot in slots if slot.is_name == is_name and not slot.preposition],
        [slot for slot in slots if slot.is_name == is_name and slot.preposition],
        [slot for slot in slots if slot.is_name != is_name and not slot.preposition],
    )
    first = next(filter(None, groups), [])
    return first[0] if len(first) == 1 else None


def _slots(question: str) -> Iterator[Slot]:
    """Yield runs of telling words that have a name, a determiner or a preposition; "how many seats" is none."""
    tokens = list(_TOKEN.finditer(question))
    position = 0
    while position < len(tokens):
        end = position
        while end < len(tokens) and _is_telling(tokens[end].group(), opens=end == 0):
            end += 1
        if end > position:
            slot = _slot(question, tokens, position, end)
            if slot:
                yield slot
        position = end + 1


def _slot(question: str, tokens: Sequence[re.Match[str]], first: int, end: int) -> Slot | None:
    before = [token.group().casefold() for token in tokens[max(first - 2, 0) : first]]
    determiner = bool(before) and before[-1] in _DETERMINERS
    lead = before[-2:-1] if determiner else before[-1:]
    preposition = lead[0] if lead and _senses(lead[0]) else ""
    words = [token.group() for token in tokens[first:end]]
    is_name = any(map(_has_name, words))
    if not (is_name or determiner or preposition) or (lead and QUESTION_WORD.fullmatch(lead[0]) and not determiner):
        return None
    size = _size(
        words, question[: tokens[first].start()], ends=not any(token.group().isalnum() for token in tokens[end:])
    )
    start = tokens[first - 1].start() if determiner else tokens[first].start()
    return Slot(start, tokens[first + size - 1].end(), preposition, is_name)


def _size(words: Sequence[str], before: str, *, ends: bool) -> int:
    """Return how many words of a run name the thing: the verb behind it does not, nor what follows a name."""
    names = [number for number, word in enumerate(words, start=1) if _has_name(word)]
    if names:
        return names[-1]
    is_verb = _PARTICIPLE.fullmatch(words[-1]) or _DO.search(before) or (ends and _MODAL.search(before))
    return len(words) - 1 if len(words) > 1 and is_verb else len(words)


def _is_telling(word: str, *, opens: bool) -> bool:
    if not word[0].isalnum() or QUESTION_WORD.fullmatch(word):
        return False
    return not is_stop_word(word) or (word[0].isupper() and not opens and word.casefold() not in _DETERMINERS)


def _has_name(words: str) -> bool:
    return any(word[0].isupper() or word[0].isdigit() for word in words.split())


def _is_time(phrase: str) -> bool:
    return any(found.kind == "date" for found in find_quantities(f"in {phrase}")) or phrase.isdigit()


def _with_year(phrase: str, old: str) -> str:
    """Give a day without a year the year of the one that it takes the place of."""
    day, before = _whole_date(phrase), _whole_date(old)
    if day and before and day.value.startswith("--") and not before.value.startswith("--"):
        return f"{phrase} {before.value[:4]}"
    return phrase


def _whole_date(phrase: str) -> Quantity | None:
    found = find_quantities(phrase)
    return found[0] if len(found) == 1 and found[0].kind == "date" else None
