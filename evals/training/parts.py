"""Split the records into training, calibration and test parts by document, before anything else."""

import hashlib
import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from evals.training.records import (
    ParallelPage,
    ReaderRecord,
    Records,
    RetrievalRecord,
    TrainingDataError,
    VerifierRecord,
    read_records,
)

logger = logging.getLogger(__name__)

Part = Literal["train", "calibration", "test"]
PARTS: tuple[Part, ...] = ("train", "calibration", "test")
ARTICLE_SETS = ("squad2", "xquad")
"""Two sets over the same ten articles: the same articles are held out of both, in every language."""

TEST_ARTICLES = 2
CALIBRATION_ARTICLES = 1
# Native Dutch is scarce: five per cent of it would test nothing.
_SHARES = {"policyqa_nl": (0.3, 0.15), "wice": (0.15, 0.1), "fever_symmetric": (0.3, 0.1)}
_USUAL_SHARES = (0.05, 0.05)
_MAX_GROUP_SIZE = 400  # records; larger ones hang together by boilerplate and go into training as a whole
_SHINGLE = 8
_SAME_TEXT = 0.4  # share of a text's shingles in held-out texts from which on it counts as one of them

_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\W\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]+")

Record = ReaderRecord | VerifierRecord | RetrievalRecord | ParallelPage


@dataclass(frozen=True, slots=True)
class Split:
    """The three parts, and how many records and negatives were left out because they stand near a held-out text."""

    parts: dict[Part, Records]
    left_out: int


class _Groups:
    """Joins keys that belong together (union-find)."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def root(self, key: str) -> str:
        """Return the name of the group that holds the key."""
        path = []
        while (parent := self._parents.setdefault(key, key)) != key:
            path.append(key)
            key = parent
        for passed in path:
            self._parents[passed] = key
        return key

    def join(self, keys: Iterable[str]) -> None:
        """Put all keys into one group."""
        first, *others = map(self.root, keys)
        for other in others:
            high, low = max(first, other), min(first, other)
            self._parents[high] = first = low


def read_split(folder: Path, *, seed: int, lines: int | None) -> Split:
    """Read a data folder, or the first lines of each file, and split it."""
    split = split_records(read_records(folder, lines=lines), seed=seed)
    check_parts(split.parts)
    logger.info("Split; %d records left out because they stand near a held-out text.", split.left_out)
    return split


def split_records(records: Records, *, seed: int) -> Split:
    """Give every document to one part; the same seed gives the same split."""
    groups = _Groups()
    everything: list[Record] = [*records.reader, *records.verifier, *records.retrieval, *records.pages]
    for record in everything:
        groups.join(_keys(record))
    roots = {record.id: groups.root(_keys(record)[0]) for record in everything}
    sizes: dict[str, int] = defaultdict(int)
    sources: dict[str, set[str]] = defaultdict(set)
    for record in everything:
        sizes[roots[record.id]] += 1
        sources[roots[record.id]].add(record.source)
    articles = _article_parts(records, groups, seed)
    part_of = {
        root: articles.get(root) or _part_of_group(root, size, sources[root], seed) for root, size in sizes.items()
    }
    parts = {part: _select(records, lambda record, part=part: part_of[roots[record.id]] == part) for part in PARTS}
    return _leave_out_near(parts)


def check_parts(parts: dict[Part, Records]) -> None:
    """Raise when a text that is read stands in two parts."""
    seen: dict[str, Part] = {}
    for part, records in parts.items():
        for text in dict.fromkeys(texts_of(records)):
            key = normalise(text)
            if seen.setdefault(key, part) != part:
                raise TrainingDataError(f"A text stands in the parts {seen[key]} and {part}: {text[:80]!r}")


def texts_of(records: Records) -> Iterator[str]:
    """Yield every text that is read for a question or a claim."""
    yield from (record.context for record in records.reader)
    yield from (record.premise for record in records.verifier)
    for record in records.retrieval:
        yield from (record.positive, *record.negatives)
    for page in records.pages:
        yield "\n".join(text for pair in page.paragraphs for text in pair)


def normalise(text: str) -> str:
    """Return the words of a text in lower case, a blank between them."""
    return " ".join(_WORD.findall(text.casefold()))


def _keys(record: Record) -> list[str]:
    """Name what ties a record to others: its text, its document, its question where that identifies the document."""
    if isinstance(record, ParallelPage):
        return [f"page {record.source} {record.id}"]
    if isinstance(record, VerifierRecord):
        keys = [_text_key(record.premise)]
        translated = record.language_premise != record.language_hypothesis and record.label == "supported"
        return [*keys, _text_key(record.hypothesis)] if translated else keys
    if isinstance(record, RetrievalRecord):
        return [_text_key(record.positive), f"question {record.source} {normalise(record.query)}"]
    keys = [_text_key(record.context), f"question {record.source} {normalise(record.question)}"]
    return [*keys, f"title {record.title}"] if record.title else keys


def _text_key(text: str) -> str:
    return "text " + hashlib.sha256(normalise(text).encode()).hexdigest()


def _article_parts(records: Records, groups: _Groups, seed: int) -> dict[str, Part]:
    """Hold out whole articles of the two sets that share theirs."""
    titles = sorted({record.title for record in records.reader if record.source in ARTICLE_SETS})
    if len(titles) <= TEST_ARTICLES + CALIBRATION_ARTICLES:
        return {}
    order = sorted(titles, key=lambda title: _number(title, seed))
    parts: dict[str, Part] = {}
    for place, title in enumerate(order):
        held: Part = "test" if place < TEST_ARTICLES else "calibration"
        parts[groups.root(f"title {title}")] = held if place < TEST_ARTICLES + CALIBRATION_ARTICLES else "train"
    return parts


def _part_of_group(root: str, size: int, sources: set[str], seed: int) -> Part:
    if size > _MAX_GROUP_SIZE:
        return "train"
    test, calibration = next((_SHARES[name] for name in sorted(sources) if name in _SHARES), _USUAL_SHARES)
    number = _number(root, seed)
    return "test" if number < test else "calibration" if number < test + calibration else "train"


def _number(key: str, seed: int) -> float:
    """Return a number between 0 and 1 that only the key and the seed decide."""
    return int.from_bytes(hashlib.sha256(f"{seed} {key}".encode()).digest()[:8]) / 2**64


def _select(records: Records, keep: Callable[[Record], bool]) -> Records:
    return Records(
        reader=tuple(filter(keep, records.reader)),
        verifier=tuple(filter(keep, records.verifier)),
        retrieval=tuple(filter(keep, records.retrieval)),
        pages=tuple(filter(keep, records.pages)),
    )


def _leave_out_near(parts: dict[Part, Records]) -> Split:
    """Leave out of each part what overlaps a text of a part before it: test first, then calibration, then training."""
    held: set[int] = set()
    kept: dict[Part, Records] = {}
    left_out = 0
    for part in ("test", "calibration", "train"):
        records = parts[part] if part == "train" else _with_own_negatives(parts[part])
        records, removed = _without_near(records, held)
        kept[part], left_out = records, left_out + removed
        if part != "train":
            for text in dict.fromkeys(texts_of(records)):
                held.update(_shingles(text, step=1))
    return Split({part: kept[part] for part in PARTS}, left_out)


def _with_own_negatives(records: Records) -> Records:
    """Keep the negatives that are texts of this part: others may be those of training."""
    own = {normalise(record.positive) for record in records.retrieval}
    retrieval = (
        replace(record, negatives=tuple(text for text in record.negatives if normalise(text) in own))
        for record in records.retrieval
    )
    return replace(records, retrieval=tuple(retrieval))


def _without_near(records: Records, held: set[int]) -> tuple[Records, int]:
    far = _Memory(held)
    reader = [record for record in records.reader if far(record.context)]
    verifier = [record for record in records.verifier if far(record.premise)]
    pages = [page for page in records.pages if far("\n".join(text for pair in page.paragraphs for text in pair))]
    retrieval = [
        replace(record, negatives=tuple(filter(far, record.negatives)))
        for record in records.retrieval
        if far(record.positive)
    ]
    before = sum(map(len, (records.reader, records.verifier, records.pages, records.retrieval)))
    after = sum(map(len, (reader, verifier, pages, retrieval)))
    return Records(tuple(reader), tuple(verifier), tuple(retrieval), tuple(pages)), before - after


class _Memory:
    """Tells whether a text is far from all held-out ones, and remembers what it told."""

    def __init__(self, held: set[int]) -> None:
        self._held = held
        self._told: dict[str, bool] = {}

    def __call__(self, text: str) -> bool:
        if text not in self._told:
            found = _shingles(text, step=3)
            near = sum(shingle in self._held for shingle in found)
            self._told[text] = near < _SAME_TEXT * len(found) or not found
        return self._told[text]


def _shingles(text: str, *, step: int) -> Sequence[int]:
    """Return hashes of runs of eight words; a shorter text is one run."""
    words = _WORD.findall(text.casefold())
    last = max(len(words) - _SHINGLE + 1, 1)
    return [hash(tuple(words[start : start + _SHINGLE])) for start in range(0, last, step)] if words else []
