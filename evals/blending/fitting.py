"""Fit weights, probabilities and borders on collected questions, every corpus counting alike."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from evals.blending.collecting import Collected
from retriever.reading.blend import Blend, known_of_best
from retriever.reading.reader import Borders

SIGNS = (
    "likeness", "lead", "before", "passage", "best", "cover", "cover_foreign", "near", "near_foreign", "names",
    "fits", "lacks_value", "foreign", "unfinished", "asks", "words",
)  # fmt: skip
SELECTED = (*SIGNS, "score", "whole")
NEVER = {"unfinished": 0.0, "asks": 0.0}
"""Signs that can only speak against a sentence: a heading and a question do not answer."""

KNOWN = ("bias", "total", "lead", "share", "second", "likest", "near", "lacks_value", "foreign")
KNOWN_OF_SIGNS = ("likeness", "passage", "cover")
KNOWN_OF_SELECTED = ("score", "best_score", "score_lead", "selected", "selected_passage")
"""What the probabilities are made of, beside it where signs stand alone or a network reads: see `known_of_best`."""

MIN_RIGHT = 0.9
"""Of what is answered, right; and of what is refused, rightly so."""

MIN_TAKEN = 0.1
"""So large a share of the questions is answered, and as large a one refused, at whatever risk that takes."""

PENALTY = 0.02
STEPS = 80


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """What a blend makes of one question, and what came of it.

    `probability`: that its best sentence answers, which is so when `right`. `confidence`: that the texts do.
    """

    corpus: str
    answerable: bool
    right: bool
    probability: float
    confidence: float


def fit_blend(collected: Sequence[Collected], names: Sequence[str], borders: Borders | None = None) -> Blend:
    """Fit weights and probabilities; borders are found apart, on forecasts of corpora that were left out."""
    weights = fit_weights(collected, names)
    blend = Blend(weights, {}, {}, borders or Borders(1.0, 0.0))
    known = [*KNOWN, *(KNOWN_OF_SELECTED if "score" in names else KNOWN_OF_SIGNS)]
    right = _fit_logistic(collected, blend, known, [_best_is_right(one, blend) for one in collected])
    present = _fit_logistic(collected, blend, known, [one.case.answerable for one in collected])
    return replace(blend, right=right, present=present)


def fit_weights(collected: Sequence[Collected], names: Sequence[str]) -> dict[str, float]:
    """Fit a softmax over the sentences of each question: the marginal likelihood of those that answer."""
    asked = [one for one in collected if one.right.any()]
    rows = np.concatenate([_features(one, names) for one in asked])
    spread = rows.std(axis=0) + 1e-6
    features, right = torch.tensor(rows / spread), torch.tensor(np.concatenate([one.right for one in asked]))
    owner = torch.tensor(np.repeat(np.arange(len(asked)), [len(one.sentences) for one in asked]))
    shares = _shares([one.corpus for one in asked])
    share = torch.tensor([shares[one.corpus] for one in asked], dtype=torch.float64)

    def loss(weights: torch.Tensor) -> torch.Tensor:
        scores = features @ weights
        raised = torch.exp(scores - scores.detach().max())
        everything = torch.zeros(len(asked), dtype=torch.float64).index_add(0, owner, raised)
        answering = torch.zeros(len(asked), dtype=torch.float64).index_add(0, owner, raised * right)
        return (share * (everything.log() - answering.log())).sum() + PENALTY * (weights**2).sum()

    found = _minimised(loss, len(names)) / spread
    return {name: min(float(weight), NEVER.get(name, np.inf)) for name, weight in zip(names, found, strict=True)}


def forecast(collected: Sequence[Collected], blend: Blend) -> list[Forecast]:
    """Tell what a blend makes of each question."""
    found = []
    for one in collected:
        weighed = blend.weigh([each.features for each in one.sentences], one.passages)
        right = _best_is_right(one, blend)
        found.append(Forecast(one.corpus, one.case.answerable, right, max(weighed.probabilities), weighed.confidence))
    return found


def left_out_forecasts(collected: Sequence[Collected], names: Sequence[str]) -> list[Forecast]:
    """Forecast each corpus with a blend fitted on the others."""
    found = []
    for corpus in dict.fromkeys(one.corpus for one in collected):
        blend = fit_blend([one for one in collected if one.corpus != corpus], names)
        found += forecast([one for one in collected if one.corpus == corpus], blend)
    return found


def find_borders(forecasts: Sequence[Forecast]) -> Borders:
    """Choose the borders that hold the risk: as much answered, and as much refused, as it allows.

    Where next to nothing could be answered or refused so, as with the signs alone, the surest are.
    """
    answered = _border(forecasts, _answered_from, _is_right, {one.probability for one in forecasts}, MIN_RIGHT)
    refused = _border(forecasts, _refused_below, _is_absent, {one.confidence for one in forecasts}, MIN_RIGHT)
    return Borders(answered=round(answered, 3), unsure=round(refused, 3))


def _border(
    forecasts: Sequence[Forecast],
    taken_at: Callable[[float], Callable[[Forecast], bool]],
    good: Callable[[Forecast], bool],
    places: set[float],
    min_right: float,
) -> float:
    """Return where most is taken while so much of it is good; the surest MIN_TAKEN where less would be."""
    taken = {at: _share(forecasts, lambda one: True, taken_at(at)) for at in places}
    enough = [at for at in places if taken[at] >= MIN_TAKEN]
    able = [at for at in enough if _share(forecasts, taken_at(at), good) >= min_right]
    return max(able, key=lambda at: taken[at]) if able else min(enough, key=lambda at: taken[at])


def _is_right(one: Forecast) -> bool:
    return one.right


def _is_absent(one: Forecast) -> bool:
    return not one.answerable


def _answered_from(border: float) -> Callable[[Forecast], bool]:
    return lambda one: one.probability >= border


def _refused_below(border: float) -> Callable[[Forecast], bool]:
    return lambda one: one.confidence < border


def _share(forecasts: Sequence[Forecast], taken: Callable[[Forecast], bool], good: Callable[[Forecast], bool]) -> float:
    """Return the share of what is taken that is good, every corpus counting alike; 1 where nothing is taken."""
    shares = _shares([one.corpus for one in forecasts])
    kept = [one for one in forecasts if taken(one)]
    total = sum(shares[one.corpus] for one in kept)
    return sum(shares[one.corpus] for one in kept if good(one)) / total if total else 1.0


def _shares(corpora: Sequence[str]) -> dict[str, float]:
    counts = Counter(corpora)
    return {corpus: 1 / count / len(counts) for corpus, count in counts.items()}


def _features(one: Collected, names: Iterable[str]) -> np.ndarray:
    return np.stack([one.features[name] for name in names], axis=1)


def _totals(one: Collected, blend: Blend) -> np.ndarray:
    return _features(one, blend.weights) @ np.array(list(blend.weights.values()))


def _fit_logistic(
    collected: Sequence[Collected], blend: Blend, names: Sequence[str], outcomes: Sequence[bool]
) -> dict[str, float]:
    """Fit a logistic function of what is known of the best sentence of each question."""
    rows = np.array([[known[name] for name in names] for known in (_known(one, blend) for one in collected)])
    shares = _shares([one.corpus for one in collected])
    share = torch.tensor([shares[one.corpus] for one in collected], dtype=torch.float64)
    spread = np.array([1.0 if name == "bias" else rows[:, place].std() + 1e-6 for place, name in enumerate(names)])
    features, targets = torch.tensor(rows / spread), torch.tensor(outcomes, dtype=torch.float64)
    penalty = torch.tensor([0.0 if name == "bias" else PENALTY for name in names], dtype=torch.float64)

    def loss(weights: torch.Tensor) -> torch.Tensor:
        logits = features @ weights
        fit = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
        return (share * fit).sum() + (penalty * weights**2).sum()

    found = _minimised(loss, len(names)) / spread
    return {name: float(weight) for name, weight in zip(names, found, strict=True)}


def _known(one: Collected, blend: Blend) -> dict[str, float]:
    return known_of_best(_totals(one, blend), [each.features for each in one.sentences], one.passages)


def _best_is_right(one: Collected, blend: Blend) -> bool:
    return bool(one.right[int(_totals(one, blend).argmax())])


def _minimised(loss: Callable[[torch.Tensor], torch.Tensor], size: int) -> np.ndarray:
    weights = torch.zeros(size, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=STEPS, line_search_fn="strong_wolfe")

    def step() -> torch.Tensor:
        optimiser.zero_grad()
        value = loss(weights)
        value.backward()
        return value

    optimiser.step(step)
    return weights.detach().numpy()
