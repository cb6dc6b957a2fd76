"""The corpora that the blend is fitted on: our own questions, and public sets as small catalogues.

Of a public set only the calibration part of the training's split is taken: its training part the networks have learned
from, and its test part is for reporting.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.public.reading import PublicSet, reader_set
from evals.sets import load_set
from evals.training.parts import Part, split_records
from evals.training.records import read_records
from evals.types import Case

OWN = ("dev", "samples")
PUBLIC = ("squad2", "policyqa_nl", "covid_qa", "qed", "xquad", "fairytaleqa", "nq_open")
QUESTIONS = 120
SEED = 20


@dataclass(frozen=True, slots=True)
class Corpus:
    """Questions, and the folder of the texts that they are asked of."""

    name: str
    cases: Sequence[Case]
    folder: Path


@contextmanager
def open_corpus(name: str, data: Path, *, without: frozenset[str] = frozenset()) -> Iterator[Corpus | None]:
    """Give a corpus for as long as the `with` lasts; None when its files are not there."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if name in OWN:
            loaded = load_set(name, folder)
            yield loaded and Corpus(name, loaded.cases, loaded.folder)
            return
        public = with_absent_texts(reader_set(name, data, limit=QUESTIONS, without=without))
        for file, text in public.texts.items():
            (folder / file).write_bytes(text.encode())
        yield Corpus(name, public.cases, folder)


def other_parts(data: Path, part: Part = "calibration") -> frozenset[str]:
    """Return the ids of the reading records that are not in a part of the split, which takes a minute to make."""
    records = read_records(data)
    kept = {record.id for record in split_records(records, seed=SEED).parts[part].reader}
    return frozenset(record.id for record in records.reader if record.id not in kept)


def with_absent_texts(public: PublicSet) -> PublicSet:
    """Leave a quarter of the texts out, where all questions have an answer: what is asked of these is unanswerable."""
    if not all(case.answerable for case in public.cases):
        return public
    texts = {file: text for file, text in public.texts.items() if _number(text) % 4}
    cases = [
        replace(case, evidence=tuple(place for place in case.evidence if place.file in texts)) for case in public.cases
    ]
    return replace(public, texts=texts, cases=tuple(one if one.answerable else _unanswerable(one) for one in cases))


def _unanswerable(case: Case) -> Case:
    return replace(case, kind="unanswerable", answers=(), refusal="topic-absent", twin=None)


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
