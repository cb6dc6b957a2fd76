"""Ask a system every question of a set."""

import logging
import time
from collections.abc import Callable, Sequence

from evals.systems.quoth import System
from evals.types import Case, GivenAnswer, Outcome

log = logging.getLogger(__name__)


def run_cases(
    cases: Sequence[Case], system: System, *, on_case: Callable[[Outcome], None] | None = None
) -> list[Outcome]:
    """Answer each case in the order given; a case that raises is an outcome with its error, and the others go on.

    What else is asked of the system, the forced answer and that to the rewritten question, is not in the seconds.
    """
    outcomes = []
    for case in cases:
        outcomes.append(run_case(case, system))
        if on_case:
            on_case(outcomes[-1])
    return outcomes


def run_case(case: Case, system: System) -> Outcome:
    """Ask one question as it is, and where that can be measured, rewritten and without leave to refuse."""
    started = time.perf_counter()
    try:
        answer = system.answer(case.question, history=case.history)
        seconds = system.seconds
        forced = system.answer_forced(case.question, history=case.history)
        rewritten = system.answer(case.rewritten) if case.rewritten else None
    except Exception as error:
        log.exception("%s: no answer", case.id)
        failed = GivenAnswer("failed", "")
        return Outcome(case, failed, time.perf_counter() - started, error=f"{type(error).__name__}: {error}")
    return Outcome(case, answer, seconds, forced=forced, rewritten=rewritten)
