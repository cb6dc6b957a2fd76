"""Negative controls: plant corruptions in right answers and count what the checks notice."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np

from evals.cases import load_texts
from evals.controls.checks import NEEDS_GOLD, Check, checks_over
from evals.controls.corruptions import KINDS, corrupt
from evals.controls.pool import Pool
from evals.metrics.spans import overlaps_any
from evals.regressions import UNCHANGED
from evals.remembering import RememberingVerifier
from evals.saved import SavedControl
from evals.types import Case, GivenAnswer, GivenClaim, Outcome, Place
from ingest.catalogue import Catalogue
from ingest.embedding import Progress
from ingest.errors import QuothError
from ingest.pipeline import ingest_files
from ingest.types import EmbeddedTexts
from retriever.evidence_model.types import Verifier

MIN_OF_A_KIND = 30
SEED = 19561104
WITHOUT_GOLD = "any without gold"
CLAIM_KINDS = ("quotation", "paraphrase", "refusal")


class ControlError(QuothError):
    """The negative controls cannot be run as they should be."""


@dataclass(frozen=True, slots=True)
class Control:
    """One answer, right or made wrong: the kind of corruption, its sort of answer, and the checks it set off."""

    kind: str
    claim_kind: str
    outcome: Outcome
    flags: tuple[str, ...]


def run_controls(
    cases: Sequence[Case], texts_folder: Path, *, model: Verifier | None = None, min_planted: int = MIN_OF_A_KIND
) -> list[SavedControl]:
    """Plant every kind of corruption in the right answers to the cases and count what is caught, by check.

    Args:
        cases: Cases on the texts of the folder, and of no others.
        texts_folder: Where the texts lie.
        model: What judges claims in Quoth, if anything does.
        min_planted: How many of each kind must be planted for the counts to mean something.

    Raises:
        ControlError: a kind could not be planted so often, or a text cannot be read.
    """
    with open_texts(texts_folder) as catalogue:
        pool = Pool.from_catalogue(catalogue, load_texts(texts_folder), cases)
        checks = checks_over(catalogue, RememberingVerifier(model) if model else None)
        controls = list(plant(cases, pool, checks))
    names = (*checks, WITHOUT_GOLD)
    for kind in (UNCHANGED, *KINDS):
        planted = sum(control.kind == kind for control in controls)
        if planted < min_planted:
            raise ControlError(
                f"{kind!r} was planted {planted} times, not {min_planted}. Give more cases, and more claims."
            )
    rows = ((kind, claim_kind) for kind in (*KINDS, UNCHANGED) for claim_kind in CLAIM_KINDS)
    counted = (
        _count(kind, claim_kind, [one for one in controls if (one.kind, one.claim_kind) == (kind, claim_kind)], names)
        for kind, claim_kind in rows
    )
    return [control for control in counted if control.planted]


def plant(cases: Sequence[Case], pool: Pool, checks: Mapping[str, Check]) -> Iterator[Control]:
    """Yield each right answer as it is, then with each kind of corruption that can be planted in it.

    A right answer that sets off a check counts as a false alarm, and nothing is planted in it: what is flagged without
    a corruption shows nothing about one.
    """
    for case in cases:
        for claim_kind, outcome in right_outcomes(case, pool):
            unchanged = Control(UNCHANGED, claim_kind, outcome, _flags(outcome, checks))
            yield unchanged
            for kind in () if unchanged.flags else KINDS:
                # A seed for each, so that a new case changes no other.
                rng = Random(f"{SEED} {kind} {case.id} {claim_kind}")
                wrong = corrupt(kind, outcome, pool, rng)
                if wrong is not None:
                    yield Control(kind, claim_kind, wrong, _flags(wrong, checks))


def right_outcomes(case: Case, pool: Pool) -> Iterator[tuple[str, Outcome]]:
    """Yield the right answers to a case, built from its gold: in quotations, in its own claim, or a refusal."""
    if not case.answerable:
        yield "refusal", Outcome(case, GivenAnswer("refused", "", confidence=0.0), 0.0)
        return
    quotations = tuple(
        sentence for sentence in pool.sentences if overlaps_any(sentence.citations[0].place, case.evidence)
    )
    yield "quotation", _answered(case, quotations)
    if case.claim:
        citations = tuple(citation for quotation in quotations for citation in quotation.citations)
        yield "paraphrase", _answered(case, (GivenClaim(case.claim, "paraphrase", citations, 1.0),))


def _answered(case: Case, claims: tuple[GivenClaim, ...]) -> Outcome:
    places: tuple[Place, ...] = tuple(citation.place for claim in claims for citation in claim.citations)
    text = "\n".join(claim.text for claim in claims)
    return Outcome(case, GivenAnswer("answered", text, claims, places, confidence=1.0), 0.0)


@contextmanager
def open_texts(folder: Path) -> Iterator[Catalogue]:
    """Open a catalogue of the texts of a folder that is thrown away; its vectors are of no use to a search.

    Raises:
        ControlError: a text cannot be read.
    """
    with TemporaryDirectory() as home, Catalogue.open(Path(home)) as catalogue:
        for ingested in ingest_files([folder], catalogue, _embed_nothing):
            if ingested.error:
                raise ControlError(f"{ingested.path} cannot be read: {ingested.error}") from ingested.error
        yield catalogue


def _embed_nothing(texts: Sequence[str], *, progress: Progress | None = None) -> EmbeddedTexts:
    """Return what says nothing of each text: checks read words only, and a model takes seconds to load."""
    return EmbeddedTexts(np.ones((len(texts), 1), np.float32), (b"",) * len(texts))


def _flags(outcome: Outcome, checks: Mapping[str, Check]) -> tuple[str, ...]:
    return tuple(name for name, check in checks.items() if check(outcome))


def _count(kind: str, claim_kind: str, controls: Sequence[Control], names: Sequence[str]) -> SavedControl:
    caught_by = {name: sum(name in control.flags for control in controls) for name in names}
    caught_by[WITHOUT_GOLD] = sum(bool(set(control.flags) - set(NEEDS_GOLD)) for control in controls)
    return SavedControl(kind, claim_kind, len(controls), sum(bool(control.flags) for control in controls), caught_by)
