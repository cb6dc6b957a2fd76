"""Search by meaning and by keyword, fused into one ranking."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from ingest.catalogue import Catalogue
from ingest.errors import UnknownDocumentError
from ingest.types import ScoredPassage
from ingest.words.keywords import has_phrase, quoted_phrases
from retriever.courtesy import COURTESY
from retriever.index.dense_index import DenseIndex
from retriever.types import Hit

RANK_CONSTANT = 60
"""The k of reciprocal rank fusion: Cormack, Clarke and Buettcher, SIGIR 2009."""

DEPTH = 50
"""How many passages each ranking hands to the fusion."""

MAX_FOUND = 4 * DEPTH
"""So many hits are looked at for a quoted phrase."""

RARE_SHARE = 0.02
"""Languages with a smaller part of the passages, and fewer than a ranking is deep, are ranked together."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which passages may be found; None means all."""

    document_ids: tuple[str, ...] | None = None
    language: str | None = None


EVERYTHING = Scope()


def scope_of(catalogue: Catalogue, document_ids: Sequence[str] | None, language: str | None) -> Scope:
    """Return the scope of these documents; raises UnknownDocumentError when one of them is not in the catalogue."""
    if document_ids is None:
        return Scope(None, language)
    known = catalogue.summaries(document_ids)
    for document_id in document_ids:
        if document_id not in known:
            raise UnknownDocumentError(f"No document has the id {document_id!r}. List the documents to see their ids.")
    return Scope(tuple(document_ids), language)


@COURTESY.answering()
def search(
    query: str,
    vector: np.ndarray,
    catalogue: Catalogue,
    dense_index: DenseIndex,
    *,
    limit: int,
    scope: Scope = EVERYTHING,
) -> list[Hit]:
    """Find the passages that speak to a query, best first; `vector` is the query's embedding."""
    rankings = [
        *rank_by_meaning(vector, catalogue, dense_index, scope),
        _ids(catalogue.search_keywords(query, limit=DEPTH, document_ids=scope.document_ids, language=scope.language)),
    ]
    fused = fuse_rankings(rankings)[:limit]
    passages = {passage.id: passage for passage in catalogue.passages([found.passage_id for found in fused])}
    return [Hit(passages[found.passage_id], found.score, "fused") for found in fused if found.passage_id in passages]


def depth_for(query: str, limit: int) -> int:
    """Return how many hits to look for, so that enough are left of those with a quoted phrase."""
    return max(limit, MAX_FOUND) if quoted_phrases(query) else limit


def hits_with_phrases(hits: Sequence[Hit], query: str) -> list[Hit]:
    """Keep the hits in which every "quoted phrase" of a query occurs, in any inflection."""
    phrases = quoted_phrases(query)
    return [hit for hit in hits if all(has_phrase(hit.passage.search_text, phrase) for phrase in phrases)]


def rank_by_meaning(
    vector: np.ndarray, catalogue: Catalogue, dense_index: DenseIndex, scope: Scope
) -> list[tuple[str, ...]]:
    """Rank by meaning, once for each language among the passages.

    A multilingual model places a question nearer to passages in its own language than to better ones in another.
    Ranking each language by itself gives the best passages of every language the same standing.
    """
    groups = [[scope.language]] if scope.language else group_languages(catalogue.holdings.languages)
    rankings = dense_index.rank(vector, groups, limit=DEPTH, document_ids=scope.document_ids)
    return [_ids(ranking) for ranking in rankings if ranking]


def group_languages(passages: Mapping[str, int]) -> list[list[str]]:
    """Return each language by itself and those of few passages together, from how many passages each has.

    A ranking of fewer passages than it is deep names all of them for every question.
    """
    least = min(DEPTH, RARE_SHARE * sum(passages.values()))
    rare = sorted(language for language, count in passages.items() if count < least)
    return [*([language] for language in sorted(passages) if language not in rare), *([rare] if rare else [])]


def fuse_rankings(rankings: Iterable[Sequence[str]]) -> list[ScoredPassage]:
    """Fuse rankings of passage ids by reciprocal rank; equal scores are ordered by id so that the order is stable."""
    scores = reciprocal_ranks(rankings)
    return [ScoredPassage(*item) for item in sorted(scores.items(), key=lambda item: (-item[1], item[0]))]


def reciprocal_ranks(rankings: Iterable[Sequence[Item]]) -> dict[Item, float]:
    """Sum `1 / (RANK_CONSTANT + rank)` of each item over the rankings, the best rank being 1."""
    scores: dict[Item, float] = defaultdict(float)
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] += 1 / (RANK_CONSTANT + rank)
    return scores


def _ids(scored: Iterable[ScoredPassage]) -> tuple[str, ...]:
    return tuple(item.passage_id for item in scored)
