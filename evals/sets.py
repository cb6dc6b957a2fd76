"""The question sets, and where they and their texts lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import ingest
from evals.cases import load_cases, load_texts
from evals.public.reading import reader_set
from evals.public.trained_on import trained_on
from evals.types import Case

PROJECT = Path(__file__).resolve().parent.parent
CASES = Path(__file__).parent / "cases"
SHARED = PROJECT.parent / "shared"
DATA = SHARED / "data"
SAMPLES = Path(ingest.__file__).parent / "samples"
PUBLIC_CASES = 200


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions and the folder of the texts that they are about; nobody may tune on a set that is `held_out`."""

    name: str
    cases: Path
    texts: Path
    held_out: bool = False


@dataclass(frozen=True, slots=True)
class LoadedSet:
    """The cases of a set, its texts by file name, and the folder where Quoth finds these files."""

    name: str
    cases: Sequence[Case]
    texts: Mapping[str, str]
    folder: Path
    held_out: bool


OWN_SETS = (
    QuestionSet("dev", SHARED / "questions" / "dev.jsonl", SHARED / "sources"),
    QuestionSet("real", CASES / "real_texts.jsonl", SHARED / "sources", held_out=True),
    QuestionSet("real-more", CASES / "real_texts_more.jsonl", SHARED / "sources", held_out=True),
    QuestionSet("real-blind", CASES / "real_texts_blind.jsonl", SHARED / "sources", held_out=True),
    QuestionSet("samples", CASES / "samples.jsonl", SAMPLES),
    QuestionSet("samples-held-out", CASES / "samples_held_out.jsonl", SAMPLES, held_out=True),
    QuestionSet("typed", CASES / "typed.jsonl", SAMPLES),
    QuestionSet("typed-held-out", CASES / "typed_held_out.jsonl", SAMPLES, held_out=True),
)
QUICK_SETS = ("samples", "samples-held-out")
"""What the gate runs: everything that lies in the project."""

CLAIMS = CASES / "samples_claims.jsonl"
"""Claims on the sample texts, each with ways to get it wrong: what the gate on prose is measured with, no questions."""

PUBLIC_SETS = ("xquad", "squad2", "policyqa_nl", "covid_qa")
SET_NAMES = (*(known.name for known in OWN_SETS), *PUBLIC_SETS)


def load_set(name: str, scratch: Path, *, own_sets: Sequence[QuestionSet] = OWN_SETS) -> LoadedSet | None:
    """Load a set by name; None when its files are not on this machine.

    Args:
        name: One of SET_NAMES.
        scratch: An empty folder, for the texts of a public set.
        own_sets: The sets of files that are known.

    Raises:
        CaseError: a case is not as the format says.
        KeyError: there is no such set.
    """
    known = {one.name: one for one in own_sets}
    if name in known:
        return _load_own(known[name])
    if name not in PUBLIC_SETS:
        raise KeyError(name)
    return _load_public(name, scratch)


def load_claims() -> list[Case]:
    """Load the claims on the sample texts, each with ways to get it wrong."""
    return load_cases(CLAIMS, load_texts(SAMPLES))


def _load_own(chosen: QuestionSet) -> LoadedSet | None:
    if not (chosen.cases.exists() and chosen.texts.exists()):
        return None
    texts = load_texts(chosen.texts)
    return LoadedSet(chosen.name, load_cases(chosen.cases, texts), texts, chosen.texts, chosen.held_out)


def _load_public(name: str, scratch: Path) -> LoadedSet | None:
    if not DATA.exists():
        return None
    public = reader_set(name, DATA, limit=PUBLIC_CASES, without=trained_on(DATA))
    for file, text in public.texts.items():
        (scratch / file).write_bytes(text.encode())
    # Asked are the records that training held out; whoever tunes a new training may still look at them.
    return LoadedSet(name, public.cases, public.texts, scratch, held_out=False)
