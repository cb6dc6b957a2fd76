"""A sheet of sentences for a person to label by hand, and what the labels say of the gate."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from evals.rates import wilson_interval
from evals.saved import SavedCase, SavedRun
from evals.saved_prose import SavedProse
from evals.types import Rate
from ingest.errors import QuothError
from retriever.types import to_json

SEED = 19560628
LANGUAGE = "other_language"
"""Dropped for its language, not for want of support: nothing that this sheet asks about."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One sentence to be labelled.

    `reason`: why it was dropped; None for one that was shown. `evidence`: what a shown sentence cites, and of a dropped
    one all that the model was given, since the gate held it against all of that. `supported`: the label, None until a
    person has said whether the evidence carries the sentence.
    """

    id: str
    question: str
    sentence: str
    reason: str | None
    evidence: tuple[str, ...]
    supported: bool | None = None


@dataclass(frozen=True, slots=True)
class SheetScore:
    """Of the sentences shown, the share that is supported; of those dropped, the share that is not."""

    shown: Rate
    dropped: Rate


def draw_sheet(run: SavedRun, count: int) -> list[SheetLine]:
    """Draw sentences of a run, half of them shown and half dropped as far as there are so many; the same every time.

    Raises:
        QuothError: the run has no prose.
    """
    lines = [line for case in run.cases if case.prose for line in _lines(case, case.prose)]
    if not lines:
        raise QuothError("The run holds no sentence of a language model. Make one with `quoth evals run SET --prose`.")
    random = Random(SEED)
    shown, dropped = ([line for line in lines if bool(line.reason) is gone] for gone in (False, True))
    from_dropped = min(len(dropped), max(count // 2, count - len(shown)))
    from_shown = min(len(shown), count - from_dropped)
    drawn = [*random.sample(shown, from_shown), *random.sample(dropped, from_dropped)]
    random.shuffle(drawn)  # or whoever labels would know from the place on the sheet what the gate had said
    return drawn


def _lines(case: SavedCase, prose: SavedProse) -> Iterator[SheetLine]:
    given = tuple(f"[{number}] {words}" for number, words in enumerate(prose.evidence, start=1))
    sentences = [*prose.shown, *(one for one in prose.dropped if one.reason != LANGUAGE)]
    for number, one in enumerate(sentences, start=1):
        evidence = given if one.reason else one.cited
        yield SheetLine(f"{case.id}/{number}", case.question, one.text, one.reason, evidence)


def write_sheet(lines: Sequence[SheetLine], path: Path) -> None:
    """Write a sheet as JSON Lines; raises QuothError rather than write over another, which may hold labels."""
    text = "".join(f"{json.dumps(to_json(line), ensure_ascii=False)}\n" for line in lines)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise QuothError(f"{path} is there already and may hold labels. Give another name with --out.") from error
    except OSError as error:
        raise QuothError(f"{path} cannot be written: {error.strerror}. Give another place with --out.") from error


def read_sheet(path: Path) -> list[SheetLine]:
    """Read a labelled sheet; raises QuothError naming the lines that are not labelled, or labelled wrongly."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QuothError(f"{path} cannot be read: {error}. Make a sheet with `quoth evals sheet`.") from error
    numbered = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    lines = {number: _read_line(line, f"{path.name}, line {number}") for number, line in numbered}
    if not lines:
        raise QuothError(f"{path} is empty. Make a sheet with `quoth evals sheet`.")
    if unlabelled := [str(number) for number, line in lines.items() if line.supported is None]:
        raise QuothError(
            f"{path.name} has no label in line {', '.join(unlabelled)}. "
            'Put true or false in the place of null behind "supported".'
        )
    return list(lines.values())


def _read_line(text: str, where: str) -> SheetLine:
    try:
        fields: dict[str, Any] = json.loads(text)
        line = SheetLine(**fields | {"evidence": tuple(fields["evidence"])})
    except (KeyError, TypeError, ValueError) as error:
        raise QuothError(f"{where} is no line of a sheet: {error}. Change nothing but the labels.") from error
    if not (line.supported is None or isinstance(line.supported, bool)):
        raise QuothError(f'{where}: "supported" is {json.dumps(line.supported)}. It must be true or false.')
    return line


def score_sheet(lines: Sequence[SheetLine]) -> SheetScore:
    """Count the labels."""
    return SheetScore(
        _rate("shown and supported", [bool(line.supported) for line in lines if line.reason is None]),
        _rate("dropped and not supported", [not line.supported for line in lines if line.reason is not None]),
    )


def _rate(name: str, right: Sequence[bool]) -> Rate:
    low, high = wilson_interval(sum(right), len(right))
    return Rate(name, "labelled by hand", sum(right), len(right), low, high, "Wilson")
