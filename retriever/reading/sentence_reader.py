"""The reader: signs of every sentence, a network for the likeliest passages, weighed together."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby

from ingest.catalogue import Catalogue
from ingest.errors import UnknownDocumentError
from ingest.types import Passage, Sentence, Span
from retriever.embedding.state_reader import StateReader
from retriever.reading.blend import Blend, shipped_blends
from retriever.reading.exactness import able_to_answer, exact_only, without_like_records
from retriever.reading.late_interaction import likenesses, sentence_starts
from retriever.reading.read_passage import Found, ReadPassage
from retriever.reading.reader import Read
from retriever.reading.selection import UNREAD, Select, Selected, cut
from retriever.reading.signs import ComparedPassage, Signs, read_signs
from retriever.types import Hit, Question, Reading
from retriever.words.dates import date_order
from retriever.words.quantities import whole_values

PASSAGES_SELECTED = 4
"""How many passages the network reads: those whose best sentence has the best signs."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A sentence and what is known of it: its signs, and what a network says where one read it."""

    sentence: Sentence
    passage: Passage
    signs: Signs
    selected: Selected = field(default=UNREAD)

    @property
    def features(self) -> dict[str, float]:
        """What the blend weighs, by name."""
        return asdict(self.signs) | {"score": self.selected.score, "whole": self.selected.passage}


class SentenceReader:
    """Scores sentences by signs, of which late interaction is the first, and by a network where there is one."""

    def __init__(
        self,
        catalogue: Catalogue,
        states: StateReader,
        *,
        select: Select | None = None,
        blends: Mapping[str, Blend] | None = None,
    ) -> None:
        blends = blends or shipped_blends()
        self._signs = blends["signs"]
        self._blend = blends[select.blend if select else "signs"]
        self.name = f"{select.name}+signs-2" if select else "signs-2"
        self.borders = self._blend.borders
        self._catalogue = catalogue
        self._states = states
        self._select = select

    def read(self, question: Question, hits: Sequence[Hit]) -> Read:
        """Score every sentence of the hits, best first; ties in reading order."""
        examined = self.examine(question, [hit.passage for hit in hits])
        if self._select:
            examined = select_sentences(question, examined, self._select, self._signs)
        examined = able_to_answer(question, exact_only(question, examined))
        weighed = self._blend.weigh([one.features for one in examined], [one.passage.id for one in examined])
        readings = [self._reading(one, score) for one, score in zip(examined, weighed.probabilities, strict=True)]
        best_first = sorted(readings, key=lambda one: (-one.score, one.sentence.document_id, one.sentence.start))
        return Read(tuple(best_first), weighed.confidence)

    def examine(self, question: Question, passages: Sequence[Passage]) -> list[Examined]:
        """Read the signs of every sentence, but those of records like the one that is asked for."""
        by_id = {passage.id: passage for passage in passages}
        sentences_found = self._catalogue.sentences(list(by_id))
        sentences = {key: tuple(group) for key, group in groupby(sentences_found, key=lambda one: one.passage_id)}
        found = [by_id[key] for key in sentences]
        if not found:
            return []
        states = self._states.passages(found)
        starts = [sentence_starts(passage, sentences[passage.id]) for passage in found]
        like = likenesses(self._states.question(question.resolved), [states[passage.id] for passage in found], starts)
        read = [ComparedPassage(one, sentences[one.id], likeness) for one, likeness in zip(found, like, strict=True)]
        examined = [
            Examined(sentence, one.passage, signs)
            for one, of_passage in zip(read, read_signs(question, read), strict=True)
            for sentence, signs in zip(one.sentences, of_passage, strict=True)
        ]
        return without_like_records(question, examined)

    def _reading(self, one: Examined, score: float) -> Reading:
        words = one.selected.span
        if words is None:
            return Reading(one.sentence, one.passage, score, above=one.selected.above)
        words = whole_values(one.sentence.search_text, words, date_order(one.passage.search_text))
        return Reading(
            one.sentence,
            one.passage,
            score,
            answer=self._in_document(one.sentence, words),
            answer_text=one.sentence.search_text[words.start : words.end],
        )

    def _in_document(self, sentence: Sentence, words: Span) -> Span | None:
        """Return where words of a sentence's search text stand in its document."""
        try:
            view = self._catalogue.search_view(sentence.document_id)
        except UnknownDocumentError:
            return None  # removed while it was read
        start = view.to_view(sentence.start)
        return view.to_text(start + words.start, start + words.end)


def select_sentences(question: Question, examined: Sequence[Examined], select: Select, signs: Blend) -> list[Examined]:
    """Let the network read the passages with the best signs."""
    totals = signs.totals([one.features for one in examined])
    best: dict[str, float] = {}
    for one, total in zip(examined, totals, strict=True):
        best[one.passage.id] = max(best.get(one.passage.id, total), total)
    chosen = sorted(best, key=lambda key: -best[key])[:PASSAGES_SELECTED]
    own = {key: [one for one in examined if one.passage.id == key] for key in chosen}
    texts = [ReadPassage.of([one.sentence for one in own[key]]) for key in chosen]
    found = {
        one.sentence: replace(one, selected=_selected(best, read.relevance))
        for key, text, read in zip(chosen, texts, select(question.resolved, [one.text for one in texts]), strict=True)
        for one, best in zip(own[key], text.found(read.spans), strict=True)
    }
    return [found.get(one.sentence, one) for one in examined]


def _selected(found: Found, whole: float) -> Selected:
    return Selected(cut(found.margin), cut(whole), found.words if found.margin > 0 else None, found.above)
