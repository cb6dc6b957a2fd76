"""Baselines and ablations: Quoth with a part taken out, or put in a plainer form, over the same texts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from evals.fuzzy_citing import cite_fuzzily
from ingest.catalogue import Catalogue
from ingest.types import Sentence
from retriever.answering import AnsweringParts, Search, Verify, answer_question
from retriever.assistant import Assistant
from retriever.language_model.types import LanguageModel
from retriever.prose.checks import verify_prose
from retriever.prose.writing import Write, write_prose
from retriever.reading.reader import Borders, Read, Reader
from retriever.search import DEPTH, Scope, search
from retriever.types import Answer, Claim, Hit, Question, Reading
from retriever.verification import verify_claims

VerifyProse = Callable[..., Claim]

NEVER_REFUSING = Borders(answered=0.0, unsure=0.0)


@dataclass(frozen=True, slots=True)
class VariantParts:
    """What an answer is made with; `finish` changes it before it is shown.

    `language_model`: who puts it in prose, if anyone does; `verify_prose` checks its sentences.
    """

    search: Search
    reader: Reader
    verify: Verify = verify_claims
    finish: Callable[[Answer, Catalogue], Answer] | None = None
    language_model: LanguageModel | None = None
    verify_prose: VerifyProse = verify_prose

    def write(self, catalogue: Catalogue) -> Write | None:
        """Return what writes prose; None without a model."""
        if self.language_model is None:
            return None
        return partial(write_prose, model=self.language_model, verify=partial(self.verify_prose, catalogue=catalogue))


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to answer from an assistant's catalogue; `raw_texts` wants texts that were split without a search view."""

    name: str
    meaning: str
    parts: Callable[[Assistant], VariantParts]
    raw_texts: bool = False


def ask(
    assistant: Assistant, parts: VariantParts, *, watching: Callable[[Write], Write] = lambda write: write
) -> Callable[[str, Sequence[str]], Answer]:
    """Return a function that answers a question (and its history) with these parts.

    `watching` is put around what writes prose, to look on.
    """
    write = parts.write(assistant.catalogue)
    given = AnsweringParts(assistant.catalogue, parts.search, parts.reader, parts.verify, write and watching(write))

    def answer_with_parts(question: str, history: Sequence[str]) -> Answer:
        answer = answer_question(question, history, parts=given)
        return parts.finish(answer, assistant.catalogue) if parts.finish else answer

    return answer_with_parts


def whole(assistant: Assistant) -> VariantParts:
    """Return the parts of Quoth as it is."""

    def search_both_ways(query: str, scope: Scope, limit: int) -> list[Hit]:
        vector = assistant.embed_question(query)
        return search(query, vector, assistant.catalogue, assistant.dense_index, limit=limit, scope=scope)

    return VariantParts(search_both_ways, assistant.reader, assistant.verify, verify_prose=assistant.verify_prose)


def forced(parts: VariantParts) -> VariantParts:
    """Let the reader answer whatever it thinks of its best sentence; in quotations, which is what it is judged by."""
    return replace(parts, reader=NeverRefusing(parts.reader), language_model=None)


def unchecked(parts: VariantParts) -> VariantParts:
    """Show every drafted claim, and every sentence of a language model, as if it had been checked."""
    return replace(parts, verify=_take_on_trust, verify_prose=_take_one_on_trust)


class NeverRefusing:
    """A reader for which every sentence is an answer."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.name = f"{reader.name}, never refusing"
        self.borders = NEVER_REFUSING

    def read(self, question: Question, hits: Sequence[Hit]) -> Read:
        """Read as the other reader does."""
        return self._reader.read(question, hits)


class FirstPassageReader:
    """Takes the first passage, as a whole, for the answer."""

    name = "first passage"
    borders = NEVER_REFUSING

    def read(self, question: Question, hits: Sequence[Hit]) -> Read:
        """Return one reading, the whole first passage."""
        return Read(tuple(_whole_passage(hit) for hit in hits[:1]), 1.0)


class MostSimilarReader:
    """Takes the sentence of the first passage that is most similar to the question."""

    name = "most similar sentence"
    borders = NEVER_REFUSING

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def read(self, question: Question, hits: Sequence[Hit]) -> Read:
        """Return the sentence of the first passage that is likest the question."""
        examined = self._assistant.untrained_reader.examine(question, [hit.passage for hit in hits[:1]])
        if not examined:
            return Read((), 0.0)
        best = max(examined, key=lambda one: one.signs.likeness)
        score = max(0.0, best.signs.likeness)
        return Read((Reading(best.sentence, best.passage, score),), score)


def _by_keyword(assistant: Assistant) -> Search:
    def search_by_keyword(query: str, scope: Scope, limit: int) -> list[Hit]:
        return _hits(assistant.catalogue, _keyword_ranking(assistant, query, scope)[:limit])

    return search_by_keyword


def _by_meaning(assistant: Assistant) -> Search:
    def search_by_meaning(query: str, scope: Scope, limit: int) -> list[Hit]:
        return _hits(assistant.catalogue, _meaning_ranking(assistant, query, scope)[:limit])

    return search_by_meaning


def _without_fusion(assistant: Assistant) -> Search:
    def search_one_behind_the_other(query: str, scope: Scope, limit: int) -> list[Hit]:
        both = (*_keyword_ranking(assistant, query, scope), *_meaning_ranking(assistant, query, scope))
        return _hits(assistant.catalogue, list(dict.fromkeys(both))[:limit])

    return search_one_behind_the_other


def _keyword_ranking(assistant: Assistant, query: str, scope: Scope) -> list[str]:
    found = assistant.catalogue.search_keywords(
        query, limit=DEPTH, document_ids=scope.document_ids, language=scope.language
    )
    return [item.passage_id for item in found]


def _meaning_ranking(assistant: Assistant, query: str, scope: Scope) -> list[str]:
    found = assistant.dense_index.search(
        assistant.embed_question(query), limit=DEPTH, document_ids=scope.document_ids, language=scope.language
    )
    return [item.passage_id for item in found]


def _hits(catalogue: Catalogue, passage_ids: Iterable[str]) -> list[Hit]:
    passages = catalogue.passages(list(passage_ids))
    return [Hit(passage, 1 / rank, "fused") for rank, passage in enumerate(passages, start=1)]


def _whole_passage(hit: Hit) -> Reading:
    passage = hit.passage
    whole = Sentence(passage.document_id, passage.id, passage.start, passage.end, passage.search_text)
    return Reading(whole, passage, 1.0)


def _take_on_trust(claims: Sequence[Claim], catalogue: Catalogue) -> list[Claim]:
    return [_take_one_on_trust(claim, catalogue) for claim in claims]


def _take_one_on_trust(claim: Claim, catalogue: Catalogue, **_: object) -> Claim:
    return replace(claim, verdict="supported", support=1.0)


QUOTH = Variant("quoth", "as it is", whole)
VARIANTS = (
    QUOTH,
    Variant(
        "keyword only",
        "passages by BM25 alone, read as usual",
        lambda assistant: replace(whole(assistant), search=_by_keyword(assistant)),
    ),
    Variant(
        "meaning only",
        "passages by one ranking of vectors over all languages, read as usual",
        lambda assistant: replace(whole(assistant), search=_by_meaning(assistant)),
    ),
    Variant(
        "first passage",
        "the first passage as a whole is the answer; never refuses",
        lambda assistant: VariantParts(whole(assistant).search, FirstPassageReader(), _take_on_trust),
    ),
    Variant(
        "fuzzy citing",
        "cites the piece of the text most like the sentence, above a low threshold; the sentence is the quote",
        lambda assistant: replace(whole(assistant), finish=cite_fuzzily),
    ),
    Variant(
        "no fusion",
        "passages by keyword first, those by meaning behind them, read as usual",
        lambda assistant: replace(whole(assistant), search=_without_fusion(assistant)),
    ),
    Variant(
        "untrained reader",
        "passages read by sentence similarity and shared words alone",
        lambda assistant: replace(whole(assistant), reader=assistant.untrained_reader),
    ),
    Variant(
        "no reader",
        "the most similar sentence of the first passage is the answer; never refuses",
        lambda assistant: VariantParts(whole(assistant).search, MostSimilarReader(assistant)),
    ),
    Variant("no search view", "texts searched and read as they were scanned", whole, raw_texts=True),
    Variant("no verification", "claims shown unchecked", lambda assistant: unchecked(whole(assistant))),
)
