"""Regressions: a run against the committed baseline; whatever got worse beyond noise is named."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Self

from pydantic import TypeAdapter

from evals.saved import SavedCase, SavedControl, SavedRun
from retriever.types import to_json

INVARIANTS = (
    "pointer validity (file)",
    "pointer validity (API)",
    "quotes verbatim",
    "claims with a citation",
)
"""Promises, not qualities: one break is a regression."""

UNCHANGED = "nothing changed"
"""The control that plants nothing: what is caught of it are false alarms."""

SLACK = 1.0
"""Cases that a rate may lose, net, before it counts as a drop.

One machine gives the same numbers again, so this is for other machines: computing in fp32 where the baseline was made
in bf16 changed the values of one case of 186, in one measure.
"""


@dataclass(frozen=True, slots=True)
class BaselineCase:
    """A case as the baseline has it: the question it asked and the mean of each measure."""

    question: str
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a run is compared with: cases by set and id, and the negative controls."""

    commit: str
    settings: Mapping[str, str]
    sets: Mapping[str, Mapping[str, BaselineCase]]
    controls: tuple[SavedControl, ...]

    @classmethod
    def from_runs(cls, runs: Sequence[SavedRun], controls: Sequence[SavedControl]) -> Self:
        """Take over what a run gave."""
        sets = {run.set: {case.id: _baseline_case(case) for case in run.cases} for run in runs}
        return cls(runs[0].commit, {key: str(value) for key, value in runs[0].settings.items()}, sets, tuple(controls))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a baseline file."""
        return TypeAdapter(cls).validate_json(path.read_bytes())

    def write(self, path: Path) -> None:
        """Write the baseline, a case a line, so that a change of it can be read."""
        cases = {
            name: ",\n".join(f"{_json(case_id)}: {_json(to_json(case))}" for case_id, case in of.items())
            for name, of in self.sets.items()
        }
        sets = ",\n".join(f"{_json(name)}: {{\n{lines}\n}}" for name, lines in cases.items())
        controls = ",\n".join(_json(to_json(control)) for control in self.controls)
        head = f'"commit": {_json(self.commit)},\n"settings": {_json(dict(self.settings))}'
        path.write_text(f'{{\n{head},\n"sets": {{\n{sets}\n}},\n"controls": [\n{controls}\n]\n}}\n', encoding="utf-8")

    def changes_from(self, old: Self | None) -> list[str]:
        """Say what this baseline has that another one has not, in words."""
        if old is None:
            return [f"{name}: {len(cases)} cases, all new" for name, cases in self.sets.items()]
        lines = []
        for name in {**old.sets, **self.sets}:
            lines += [f"{name}: {what}" for what in _changes(old.sets.get(name, {}), self.sets.get(name, {}))]
        before = {(control.kind, control.claim_kind): control for control in old.controls}
        for control in self.controls:
            was = before.get((control.kind, control.claim_kind))
            if was != control:
                told = f"{was.caught}/{was.planted}" if was else "none"
                lines.append(f"{control.kind}, {control.claim_kind}: {told} -> {control.caught}/{control.planted}")
        return lines or ["nothing changes"]


def find_regressions(
    baseline: Baseline, runs: Sequence[SavedRun], controls: Sequence[SavedControl], *, slack: float = SLACK
) -> list[str]:
    """Return what got worse, in words."""
    by_set = {run.set: run for run in runs}
    found = [f"{name}: the set was not run" for name in baseline.sets if name not in by_set]
    found += [f"{run.set}: the set is not in the baseline; refresh it" for run in runs if run.set not in baseline.sets]
    for name, cases in baseline.sets.items():
        if name in by_set:
            found += [f"{name}: {what}" for what in _regressions_of_set(cases, by_set[name], slack)]
    return found + list(_worse_controls(baseline.controls, controls))


def _regressions_of_set(before: Mapping[str, BaselineCase], run: SavedRun, slack: float) -> Iterator[str]:
    after = {case.id: case for case in run.cases}
    yield from (f"{case_id} was not asked" for case_id in before if case_id not in after)
    yield from (f"{case_id} is not in the baseline; refresh it" for case_id in after if case_id not in before)
    yield from (f"{case.id} ended in an error: {case.error}" for case in run.cases if case.error)
    for case_id in before.keys() & after.keys():
        if before[case_id].question != _fingerprint(after[case_id]):
            yield f"{case_id} asks something else than in the baseline; refresh it"
    names = sorted({name for case in before.values() for name in case.values})
    for name in names:
        yield from _regressions_of_metric(name, before, after, slack)


def _regressions_of_metric(
    name: str, before: Mapping[str, BaselineCase], after: Mapping[str, SavedCase], slack: float
) -> Iterator[str]:
    measured = {case.id: fmean(case.values[name]) for case in after.values() if case.values.get(name)}
    if not measured:
        yield f"{name} is over no case at all"
        return
    broken = [case_id for case_id, value in measured.items() if value < 1]
    if name in INVARIANTS and broken:
        yield f"{name} is broken in {', '.join(broken[:5])}{' and others' if len(broken) > 5 else ''}"
    paired = [
        (case.values[name], measured[case_id])
        for case_id, case in before.items()
        if name in case.values and case_id in measured
    ]
    lost = sum(old - new for old, new in paired)
    if lost > slack:
        old, new = (sum(values) for values in zip(*paired, strict=True))
        yield f"{name} fell from {old:g} to {new:g} of {len(paired)} cases, by more than {slack:g}"


def _changes(before: Mapping[str, BaselineCase], after: Mapping[str, BaselineCase]) -> Iterator[str]:
    if gone := sorted(before.keys() - after.keys()):
        yield f"{len(gone)} cases go: {', '.join(gone)}"
    if new := sorted(after.keys() - before.keys()):
        yield f"{len(new)} cases come: {', '.join(new)}"
    for name in sorted({name for case in (*before.values(), *after.values()) for name in case.values}):
        old, now = ([case.values[name] for case in of.values() if name in case.values] for of in (before, after))
        if (sum(old), len(old)) != (sum(now), len(now)):
            yield f"{name}: {sum(old):g} of {len(old)} cases -> {sum(now):g} of {len(now)}"


def _worse_controls(before: Sequence[SavedControl], after: Sequence[SavedControl]) -> Iterator[str]:
    now = {(control.kind, control.claim_kind): control for control in after}
    for control in before:
        key = (control.kind, control.claim_kind)
        label = f"negative control {control.kind!r} on {control.claim_kind}s"
        if key not in now or not now[key].planted:
            yield f"{label}: nothing was planted"
            continue
        share, share_now = (one.caught / one.planted for one in (control, now[key]))
        # Of unchanged answers none should be caught; of all else, all.
        worse = share_now > share if control.kind == UNCHANGED else share_now < share
        if worse:
            was = f"{control.caught} of {control.planted}"
            yield f"{label}: caught {now[key].caught} of {now[key].planted}, it was {was}"


def _baseline_case(case: SavedCase) -> BaselineCase:
    values = {name: round(fmean(numbers), 4) for name, numbers in case.values.items() if numbers}
    return BaselineCase(_fingerprint(case), values)


def _fingerprint(case: SavedCase) -> str:
    """Return a short hash of all that a case asks and expects."""
    asked = json.dumps([case.question, case.history, case.answers, to_json(case.gold)], ensure_ascii=False)
    return hashlib.sha256(asked.encode()).hexdigest()[:12]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
