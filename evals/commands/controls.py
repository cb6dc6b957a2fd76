"""The commands that make right answers wrong: `controls`, `prose-gate`."""

from collections.abc import Sequence
from contextlib import closing
from functools import partial

from rich.console import Console

from evals.cases import load_texts
from evals.commands.printing import print_controls, print_gate_counts
from evals.controls.planting import open_texts, run_controls
from evals.controls.pool import Pool
from evals.controls.prose_gate import count_passing
from evals.saved import SavedControl
from evals.sets import QUICK_SETS, SAMPLES, load_claims, load_set
from retriever.evidence_model.evidence_models import EvidenceModels, load_evidence_models
from retriever.prose.checks import verify_prose
from retriever.settings import Settings


def controls() -> None:
    """Plant corruptions in right answers and print how many are caught, by kind and by check."""
    with closing(load_evidence_models(Settings.from_environment())) as models:
        print_controls(planted_controls(models), Console())


def prose_gate() -> None:
    """Print how many claims pass the gate on prose, right ones and wrong ones; no language model is asked."""
    cases = [case for cases in (load_set("samples-held-out", SAMPLES).cases, load_claims()) for case in cases]
    with closing(load_evidence_models(Settings.from_environment())) as models, open_texts(SAMPLES) as catalogue:
        pool = Pool.from_catalogue(catalogue, load_texts(SAMPLES), cases)
        verify = partial(verify_prose, catalogue=catalogue, verifier=models.verifier, reader=models.reader)
        print_gate_counts(count_passing(cases, catalogue, pool, verify), Console())


def planted_controls(models: EvidenceModels) -> Sequence[SavedControl]:
    """Plant corruptions in the right answers of the quick sets."""
    cases = [case for name in QUICK_SETS for case in load_set(name, SAMPLES).cases]
    return run_controls(cases, SAMPLES, model=models.verifier)
