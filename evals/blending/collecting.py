"""What the reader knows of every sentence that it reads for the questions of a corpus."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from evals.blending.corpora import PUBLIC, Corpus
from evals.metrics.answers import says_gold
from evals.metrics.spans import overlaps_any
from evals.systems.quoth import file_names
from evals.types import Case, Place
from evals.variants import whole
from ingest.types import Span
from retriever.answering import HITS_READ
from retriever.assistant import Assistant
from retriever.questions.conversation import resolve_follow_up
from retriever.reading.sentence_reader import Examined, SentenceReader
from retriever.search import EVERYTHING
from retriever.types import Question


@dataclass(frozen=True, eq=False)
class Collected:
    """One question: every sentence that was read for it, and which of them answer (bool, as many)."""

    corpus: str
    case: Case
    question: Question
    sentences: tuple[Examined, ...]
    right: np.ndarray

    @cached_property
    def features(self) -> dict[str, np.ndarray]:
        """What is known of the sentences, by name."""
        rows = [one.features for one in self.sentences]
        return {name: np.array([row[name] for row in rows]) for name in rows[0]}

    @cached_property
    def passages(self) -> list[str]:
        """The passage of each sentence."""
        return [one.passage.id for one in self.sentences]


def collect(corpus: Corpus, assistant: Assistant, reader: SentenceReader) -> Iterator[Collected]:
    """Ask the questions of a corpus, up to the signs; questions that nothing is found for are left out."""
    files, search = file_names(assistant), whole(assistant).search
    for case in corpus.cases:
        question = resolve_follow_up(case.question, case.history)
        hits = search(question.resolved, EVERYTHING, HITS_READ)
        found = reader.examine(question, [hit.passage for hit in hits])
        if found:
            wordings = case.answers if corpus.name in PUBLIC else ()
            right = np.array([_is_right(one, case, files, wordings) for one in found])
            yield Collected(corpus.name, case, question, tuple(found), right)


def _is_right(one: Examined, case: Case, files: dict[str, str], wordings: Sequence[str]) -> bool:
    """Tell whether a sentence answers: the case marks it, or it has a right wording in a text where the case marks one.

    Public sets mark one place; where their answer stands in several sentences of a text, any may be the one that says
    it.
    """
    place = Place(files[one.sentence.document_id], Span(one.sentence.start, one.sentence.end))
    if overlaps_any(place, case.evidence):
        return True
    in_the_text = place.file in {marked.file for marked in case.evidence}
    return in_the_text and any(says_gold(one.sentence.search_text, answer) for answer in wordings)
