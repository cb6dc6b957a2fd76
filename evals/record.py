"""Put together what is saved of a run."""

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from evals.saved import SavedCase, SavedCitation, SavedControl, SavedGold, SavedRun, SavedVariant
from evals.saved_prose import ProseTotals, SavedProse
from evals.scores import RunScores, is_right, score
from evals.sets import LoadedSet
from evals.speed import speed
from evals.types import GivenCitation, Outcome, Place


def record_run(
    loaded: LoadedSet,
    outcomes: Sequence[Outcome],
    *,
    system: str,
    settings: Mapping[str, Any],
    controls: Sequence[SavedControl] = (),
    variants: Sequence[SavedVariant] = (),
) -> SavedRun:
    """Measure the outcomes of a set and put them together with what they were made with."""
    scores = score(outcomes)
    prose = [outcome.answer.prose for outcome in outcomes if outcome.answer.prose]
    return SavedRun(
        set=loaded.name,
        system=system,
        held_out=loaded.held_out,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version("quoth"),
        commit=commit(),
        machine=machine(),
        settings=dict(settings),
        rates=scores.rates,
        figures=scores.figures,
        curves=scores.curves,
        cases=tuple(_saved_case(outcome, loaded.texts, scores) for outcome in outcomes),
        speed=speed(outcomes),
        controls=tuple(controls),
        variants=tuple(variants),
        prose=ProseTotals.from_given(prose) if prose else None,
    )


def machine() -> dict[str, str]:
    """Tell what the run was made on, in words that name no machine."""
    return {
        "platform": f"{platform.system()} {platform.machine()}",
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
    }


def commit() -> str:
    """Return the commit of the checkout that this file is in, with a + when files were changed; "" outside git."""
    here = Path(__file__).parent
    try:
        run = subprocess.run(
            ["git", "describe", "--always", "--abbrev=12", "--dirty=+"],
            capture_output=True, text=True, check=True, cwd=here,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return ""
    return run.stdout.strip()


def _saved_case(outcome: Outcome, texts: Mapping[str, str], scores: RunScores) -> SavedCase:
    case, answer = outcome.case, outcome.answer
    values = {name: tuple(of[case.id]) for name, of in scores.values.items() if case.id in of}
    return SavedCase(
        id=case.id,
        kind=case.kind,
        language=case.language,
        question=case.question,
        history=case.history,
        answers=case.answers,
        gold=tuple(_saved_gold(place, texts[place.file]) for place in case.evidence),
        refusal=case.refusal,
        status=answer.status,
        reason=answer.reason,
        confidence=answer.confidence,
        text=answer.text,
        citations=tuple(_saved_citation(citation) for citation in answer.citations),
        right=is_right(outcome, scores.values["evidence hit"]),
        error=outcome.error,
        values=values,
        prose=SavedProse.from_given(answer.prose) if answer.prose else None,
    )


def _saved_gold(place: Place, text: str) -> SavedGold:
    start, end = place.span.start, place.span.end
    return SavedGold(place.file, start, end, text[start:end])


def _saved_citation(citation: GivenCitation) -> SavedCitation:
    span = citation.place.span
    holds = citation.quote == citation.standing != "" and citation.resolved in (None, citation.quote)
    return SavedCitation(citation.place.file, span.start, span.end, citation.quote, holds)
