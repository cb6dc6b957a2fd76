"""The table of what was planted in right answers and what was caught."""

from collections.abc import Mapping, Sequence

from evals.controls.planting import WITHOUT_GOLD
from evals.regressions import UNCHANGED
from evals.report.tables import Cell, Table, TableRows
from evals.saved import SavedControl, SavedRun

MISSED, BY_GOLD_ONLY, FALSE_ALARMS = "MISSED", "by gold only", "false alarms"


def controls_table(run: SavedRun) -> Table:
    """Return what was planted and what was caught; the last part holds the false alarms."""
    checks = tuple(dict.fromkeys(check for control in run.controls for check in control.caught_by))
    alarms = _alarms(run)
    planted = [control for control in run.controls if control.kind != UNCHANGED]
    parts = (
        [TableRows("Planted", tuple(_control_row(control, checks, alarms) for control in planted))] if planted else []
    )
    if alarms:
        parts.append(TableRows("False alarms", tuple(_control_row(control, checks, {}) for control in alarms.values())))
    return Table(
        caption="What was planted in right answers, and how often a check spoke",
        columns=("Corruption", "In", "Verdict", "Planted", "Caught", *checks),
        parts=tuple(parts),
        words=(0, 1, 2),
    )


def blind_spots(run: SavedRun) -> list[str]:
    """Say which planted corruptions no check tells from right answers, and which only the right answer gives away."""
    alarms = _alarms(run)
    kinds: dict[str, list[str]] = {}
    for control in run.controls:
        named = f"{control.kind} ({control.claim_kind}, {control.caught} of {control.planted})"
        kinds.setdefault(verdict(control, alarms).text, []).append(named)
    said = (
        (MISSED, "Missed"),
        (BY_GOLD_ONLY, "Noticed only by comparing with the right answer, so not in use"),
        (FALSE_ALARMS, "False alarms over right answers"),
    )
    return [f"{words}: {'; '.join(kinds[name])}." for name, words in said if name in kinds]


def verdict(control: SavedControl, alarms: Mapping[str, SavedControl]) -> Cell:
    """Say whether a kind of corruption is caught; checks that speak no more than over right answers do not catch it."""
    if control.kind == UNCHANGED:
        return Cell("no false alarm", mark="good") if not control.caught else Cell(FALSE_ALARMS, mark="bad")
    if not control.planted:
        return Cell(MISSED, "none planted", "bad")
    alarm = alarms.get(control.claim_kind)
    noise = alarm.caught / alarm.planted if alarm and alarm.planted else 0.0
    if control.caught / control.planted <= noise:
        return Cell(MISSED, mark="bad")
    if control.caught_by.get(WITHOUT_GOLD) == 0:
        return Cell(BY_GOLD_ONLY)
    return Cell("caught", mark="good") if control.caught == control.planted else Cell("caught in part")


def _alarms(run: SavedRun) -> dict[str, SavedControl]:
    return {control.claim_kind: control for control in run.controls if control.kind == UNCHANGED}


def _control_row(control: SavedControl, checks: Sequence[str], alarms: Mapping[str, SavedControl]) -> tuple[Cell, ...]:
    counts = [control.caught_by.get(check, 0) for check in checks]
    return (
        Cell(control.kind),
        Cell(control.claim_kind),
        verdict(control, alarms),
        Cell(str(control.planted)),
        Cell(str(control.caught)),
        *(Cell(str(count), mark="" if count else "zero") for count in counts),
    )
