"""Note numbers that a scan has glued to the words, stops and quotation marks before them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from ingest.cleaning.word_lists import NUMBER_ANNOUNCERS
from ingest.types import Span

_NUMBER = re.compile(r"(?<=[^\s\d])[0-9]{1,3}(?=[\s)\]\"”’».,;:!?]|$)")
_BEFORE = re.compile(
    r"(?P<edge>^|[\s(\[\"“„‘'’«\-–—/])(?P<word>[^\W\d_]+|[0-9]{4})(?P<inner>[\"'”’»)\]]*)"
    r"(?P<stop>[.!?…]+|[,;:]?)(?P<outer>[\"'”’»)\]]*)$"
)
_FOLLOWS = re.compile(r"(?P<gap>\s+)[\"'“„‘«(\[]*(?P<first>\w?)")
_RAISED = re.compile(r"(?:(?<=[^\W\d_]{4})|(?<=[.,;:!?…\"”’»)\]]))[⁰¹²³⁴-⁹]{1,3}(?![⁰¹²³⁴-⁹\w])")
_BRACKETED = re.compile(
    r"(?<=\S)\[\^[^\]\s]{1,20}\](?!:)"
    r"|(?:(?<=[^\W\d_]{2})|(?<=[.,;:!?…\"”’»)]))\[[0-9]{1,3}(?:[,–-] ?[0-9]{1,3})*\](?=[\s.,;:!?)\[\"”’]|$)"
)
_LOOK_BACK = 60
_MAX_GAP = 4
_MAX_ALONE = 99


@dataclass(frozen=True, slots=True)
class _NoteCandidate:
    """A number that may be a note mark; a strong one is believable alone, a weak one only inside a rising sequence."""

    start: int
    end: int
    value: int
    strong: bool


def note_marks(text: str) -> list[Span]:
    """Return the note marks of a text in reading order; years, amounts and dates are never among them."""
    candidates = list(_candidates(text))
    numbers = _in_rising_sequences(candidates)
    numbers.update(candidate for candidate in candidates if candidate.strong and candidate.value <= _MAX_ALONE)
    spans = {(candidate.start, candidate.end) for candidate in numbers}
    spans.update(match.span() for match in chain(_RAISED.finditer(text), _BRACKETED.finditer(text)))
    return _without_overlaps(sorted(spans))


def _candidates(text: str) -> Iterator[_NoteCandidate]:
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        before = _BEFORE.search(text[max(0, start - _LOOK_BACK) : start])
        if before is None or match[0].startswith("0"):
            continue
        word, stop, marks = before["word"], before["stop"], before["inner"] + before["outer"]
        quoted = any(mark in '"”»' for mark in marks) or (stop != "" and any(mark in "'’" for mark in marks))
        if not quoted and (word.lower() in NUMBER_ANNOUNCERS or not (stop or marks or _plain(word))):
            continue
        ends_sentence = stop.strip(",;:") != "" and _sentence_follows(text, end)
        followed_by_space = end == len(text) or text[end].isspace()
        # two letters before a stop are as often an abbreviation as a word
        ends = quoted or (ends_sentence and len(word) > 2)
        strong = ends and len(word) > 1 and word[-1].islower() and followed_by_space
        yield _NoteCandidate(start, end, int(match[0]), strong)


def _sentence_follows(text: str, end: int) -> bool:
    follows = _FOLLOWS.match(text, end, end + _LOOK_BACK)
    if follows is None:
        return end == len(text)
    return follows["first"] == "" or follows["first"].isupper() or follows["gap"].count("\n") > 1


def _plain(word: str) -> bool:
    """Tell whether digits glued to this word without any stop may be a note ("economy7", but not "mp3" or "G7")."""
    return len(word) >= 4 and word.isalpha() and word[1:].islower()


def _in_rising_sequences(candidates: Sequence[_NoteCandidate]) -> set[_NoteCandidate]:
    """Return the members of sequences that rise in small steps and rest on at least three strong candidates."""
    weights: list[float] = []
    previous: list[int | None] = []
    latest: dict[int, int] = {}
    for position, candidate in enumerate(candidates):
        before = [latest[value] for value in range(candidate.value - _MAX_GAP, candidate.value) if value in latest]
        best = max(before, key=lambda index: (weights[index], candidates[index].value), default=None)
        weights.append((1.0 if candidate.strong else 0.3) + (weights[best] if best is not None else 0.0))
        previous.append(best)
        held = latest.get(candidate.value)
        if held is None or weights[held] <= weights[position]:
            latest[candidate.value] = position
    return _collect(candidates, weights, previous)


def _collect(
    candidates: Sequence[_NoteCandidate], weights: Sequence[float], previous: Sequence[int | None]
) -> set[_NoteCandidate]:
    taken = bytearray(len(candidates))
    members: set[_NoteCandidate] = set()
    for last in sorted(range(len(candidates)), key=lambda index: -weights[index]):
        if weights[last] < 3:
            break
        path: list[int] = []
        position: int | None = last
        while position is not None and not taken[position]:
            path.append(position)
            position = previous[position]
        if not path or any(taken[path[-1] : last + 1]):
            continue
        taken[path[-1] : last + 1] = b"\x01" * (last + 1 - path[-1])
        members.update(_believed([candidates[index] for index in reversed(path)]))
    return members


def _believed(sequence: Sequence[_NoteCandidate]) -> Iterator[_NoteCandidate]:
    if sum(candidate.strong for candidate in sequence) < 3:
        return
    for position, candidate in enumerate(sequence):
        follows = position > 0 and candidate.value == sequence[position - 1].value + 1
        precedes = position + 1 < len(sequence) and sequence[position + 1].value == candidate.value + 1
        if candidate.strong or (follows and (precedes or position + 1 == len(sequence))):
            yield candidate


def _without_overlaps(spans: Sequence[tuple[int, int]]) -> list[Span]:
    kept: list[Span] = []
    for start, end in spans:
        if not kept or start >= kept[-1].end:
            kept.append(Span(start, end))
    return kept
