"""How a blend does on each corpus when it is fitted on the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evals.blending.fitting import Forecast
from evals.metrics.calibration import expected_error
from retriever.reading.reader import Borders


@dataclass(frozen=True, slots=True)
class Described:
    """Figures by corpus, and the same as lines to read."""

    figures: dict[str, dict[str, Any]]
    lines: list[str]


def describe(forecasts: Sequence[Forecast], borders: Borders) -> Described:
    """Count what became of the questions of each corpus, as "this many of so many"."""
    names = dict.fromkeys(one.corpus for one in forecasts)
    figures = {name: _figures([one for one in forecasts if one.corpus == name], borders) for name in names}
    lines = [f"{name}: {', '.join(f'{key} {value}' for key, value in of.items())}" for name, of in figures.items()]
    return Described(figures, [f"borders {borders}", *lines])


def _figures(forecasts: Sequence[Forecast], borders: Borders) -> dict[str, Any]:
    answered = [one for one in forecasts if one.probability >= borders.answered and one.confidence >= borders.unsure]
    refused = [one for one in forecasts if one.confidence < borders.unsure]
    answerable = [one for one in forecasts if one.answerable]
    absent = [one for one in forecasts if not one.answerable]
    error = expected_error([[(one.probability, one.right)] for one in forecasts])
    absent_error = expected_error([[(one.confidence, one.answerable)] for one in forecasts])
    return {
        "right first": _of([one.right for one in answerable]),
        "of answered, right": _of([one.right for one in answered]),
        "of refused, rightly": _of([not one.answerable for one in refused]),
        "of answerable, refused": _of([one in refused for one in answerable]),
        "of unanswerable, answered": _of([one in answered for one in absent]),
        "calibration error of right": round(error or 0.0, 3),
        "calibration error of answerable": round(absent_error or 0.0, 3),
    }


def _of(good: Sequence[bool]) -> str:
    return f"{sum(good)}/{len(good)}"
