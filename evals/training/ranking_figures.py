"""How well the relevance head orders passages, against the order of words and of vectors fused."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from evals.training.metrics import Measured, gain_at_ten, measure_mean
from evals.training.parts import normalise
from evals.training.predicting import Predictor
from evals.training.records import RetrievalRecord
from evals.training.samples import Amounts
from retriever.embedding.embeddings import Embedder
from retriever.evidence_model.calibration import crossing
from retriever.search import reciprocal_ranks

_SATURATION, _LENGTH = 1.2, 0.75  # BM25's usual k1 and b


@dataclass(frozen=True, slots=True)
class Ranked:
    """The candidates of one query in fused order, and where its positive is in the pool."""

    record: RetrievalRecord
    pool: tuple[str, ...]
    positive: int
    lexical: tuple[int, ...]
    fused: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gains:
    """nDCG@10 of one query: by words, by words and vectors fused, by the relevance head, and by both fused."""

    lexical: float
    fused: float
    read: float
    read_and_fused: float


@dataclass(frozen=True, slots=True)
class RankingFigures:
    """The mean nDCG@10 of so many queries, and what reading adds to fusion alone."""

    queries: int
    lexical: Measured
    fused: Measured
    read: Measured
    read_and_fused: Measured
    read_over_fused: Measured
    read_and_fused_over_fused: Measured


def ranking_figures(
    records: Sequence[RetrievalRecord], predictor: Predictor, embedder: Embedder, *, amounts: Amounts, seed: int
) -> dict[str, RankingFigures]:
    """Return the figures by set and for all."""
    groups: dict[str, list[Gains]] = defaultdict(list)
    for ranked in rank_pools(records, embedder, amounts=amounts, seed=seed):
        pair = f"{ranked.record.language_query}>{ranked.record.language_positive}"
        groups[f"{ranked.record.source} {crossing(pair)}"].append(_gains(ranked, predictor))
    every = [gains for found in groups.values() for gains in found]
    return {name: _figures(found) for name, found in [*sorted(groups.items()), ("all", every)] if found}


def rank_pools(records: Sequence[RetrievalRecord], embedder: Embedder, *, amounts: Amounts, seed: int) -> list[Ranked]:
    """Draw queries from every set alike, and rank each over all passages of its set and language in this part."""
    pools: dict[tuple[str, str], list[RetrievalRecord]] = defaultdict(list)
    for record in records:
        pools[record.source, record.language_positive].append(record)
    # In a smaller pool, to be among the candidates says little.
    large = [members for _, members in sorted(pools.items()) if len(_passages(members)) >= 2 * amounts.candidates]
    each = max(amounts.queries // max(len(large), 1), 1)
    random = Random(seed)
    found = []
    for members in large:
        chosen = members if len(members) <= each else random.sample(members, each)
        found += _rank_pool(chosen, _passages(members), embedder, candidates=amounts.candidates)
    return found


def fuse(orders: Sequence[Sequence[int]]) -> list[int]:
    """Fuse orders by reciprocal rank."""
    scores = reciprocal_ranks(orders)
    return sorted(scores, key=lambda item: (-scores[item], item))


def _passages(records: Sequence[RetrievalRecord]) -> tuple[str, ...]:
    return tuple(sorted({record.positive for record in records}))


def _rank_pool(
    records: Sequence[RetrievalRecord], passages: tuple[str, ...], embedder: Embedder, *, candidates: int
) -> list[Ranked]:
    by_meaning = embedder.embed_queries([record.query for record in records]) @ embedder.embed_passages(passages).T
    words = _WordIndex(passages)
    ranked = []
    for record, meaning in zip(records, by_meaning, strict=True):
        lexical = words.order(record.query)[:candidates]
        order = np.argsort(-meaning, kind="stable")[:candidates].tolist()
        fused = tuple(fuse([lexical, order])[:candidates])
        ranked.append(Ranked(record, passages, passages.index(record.positive), tuple(lexical), fused))
    return ranked


class _WordIndex:
    """BM25 over a few hundred passages."""

    def __init__(self, passages: Sequence[str]) -> None:
        self._counts = [Counter(normalise(passage).split()) for passage in passages]
        self._lengths = [sum(counts.values()) for counts in self._counts]
        self._mean = sum(self._lengths) / len(self._lengths)
        self._holders = Counter(word for counts in self._counts for word in counts)

    def order(self, query: str) -> list[int]:
        """Return the passages that share a word with the query, best first."""
        scores = [self._score(set(normalise(query).split()), number) for number in range(len(self._counts))]
        return [item for item in sorted(range(len(scores)), key=lambda item: (-scores[item], item)) if scores[item] > 0]

    def _score(self, words: set[str], number: int) -> float:
        counts, length = self._counts[number], self._lengths[number]
        total = 0.0
        for word in words & counts.keys():
            rarity = math.log(1 + (len(self._counts) - self._holders[word] + 0.5) / (self._holders[word] + 0.5))
            fullness = _SATURATION * (1 - _LENGTH + _LENGTH * length / self._mean)
            total += rarity * counts[word] * (_SATURATION + 1) / (counts[word] + fullness)
        return total


def _gains(ranked: Ranked, predictor: Predictor) -> Gains:
    scores = predictor.relevance(ranked.record.query, [ranked.pool[item] for item in ranked.fused])
    read = [ranked.fused[place] for place in np.argsort(-scores, kind="stable")]
    orders = (ranked.lexical, ranked.fused, read, fuse([read, ranked.fused]))
    return Gains(*(gain_at_ten(order, ranked.positive) for order in orders))


def _figures(gains: Sequence[Gains]) -> RankingFigures:
    return RankingFigures(
        queries=len(gains),
        lexical=measure_mean([each.lexical for each in gains]),
        fused=measure_mean([each.fused for each in gains]),
        read=measure_mean([each.read for each in gains]),
        read_and_fused=measure_mean([each.read_and_fused for each in gains]),
        read_over_fused=measure_mean([each.read - each.fused for each in gains]),
        read_and_fused_over_fused=measure_mean([each.read_and_fused - each.fused for each in gains]),
    )
