"""A run on disk: one JSON file that the report, the comparison and the search for regressions read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter

from evals.saved_prose import ProseTotals, SavedProse
from evals.types import Curve, Figure, Rate
from retriever.types import to_json

FORMAT = 1


@dataclass(frozen=True, slots=True)
class SavedCitation:
    """A cited place, the words given for it, and whether exactly they stand there, by the file and by the API."""

    file: str
    start: int
    end: int
    quote: str
    pointer_holds: bool


@dataclass(frozen=True, slots=True)
class SavedGold:
    """Gold evidence with its words."""

    file: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class SavedCase:
    """A case, its answer and what was measured on it; `right` is what a reader of failures wants to know.

    `right`: a cited span overlaps the gold evidence, or an unanswerable question was refused. `values`: by metric.
    `prose`: what a language model wrote, where one was asked.
    """

    id: str
    kind: str
    language: str
    question: str
    history: tuple[str, ...]
    answers: tuple[str, ...]
    gold: tuple[SavedGold, ...]
    refusal: str | None
    status: str
    reason: str | None
    confidence: float | None
    text: str
    citations: tuple[SavedCitation, ...]
    right: bool
    error: str | None
    values: Mapping[str, tuple[float, ...]]
    prose: SavedProse | None = None


@dataclass(frozen=True, slots=True)
class SavedControl:
    """One kind of planted corruption in one kind of claim: how many were planted and caught, in all and by check.

    The row of kind "nothing changed" counts false alarms.
    """

    kind: str
    claim_kind: str
    planted: int
    caught: int
    caught_by: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SavedVariant:
    """A baseline or an ablation over the same cases; the first one is Quoth as it is."""

    name: str
    meaning: str
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds an answer took, and the most memory that the process held; these differ from run to run."""

    questions: int
    median_seconds: float
    p95_seconds: float
    peak_memory_mb: float
    seconds: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedRun:
    """All of one run. Two runs of one commit on one machine differ in `made` and `speed` only.

    With a language model they also differ in the seconds of its prose, and wherever the clock cut it off.
    """

    set: str
    system: str
    held_out: bool
    made: str
    version: str
    commit: str
    machine: Mapping[str, str]
    settings: Mapping[str, Any]
    rates: tuple[Rate, ...]
    figures: tuple[Figure, ...]
    curves: tuple[Curve, ...]
    cases: tuple[SavedCase, ...]
    speed: Speed
    controls: tuple[SavedControl, ...] = ()
    variants: tuple[SavedVariant, ...] = ()
    prose: ProseTotals | None = None
    format: int = field(default=FORMAT)

    def rate(self, name: str) -> Rate:
        """Return a rate by name; raises KeyError."""
        return {rate.name: rate for rate in self.rates}[name]

    def write(self, path: Path) -> None:
        """Write the run as JSON; the folder is made."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(to_json(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a run; raises ValueError when the file is no run, or one of another format."""
        try:
            run = TypeAdapter(cls).validate_json(path.read_bytes())
            if run.format != FORMAT:
                raise ValueError(f"it has format {run.format}, this Quoth reads {FORMAT}")
            return run
        except ValueError as error:
            raise ValueError(f"{path} is not a saved run: {error}. Make one with `quoth evals run`.") from error
