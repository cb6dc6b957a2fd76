"""How fast, how well and with how much memory passages are found by meaning; a benchmark to print, never a test."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter

from evals.benchmark.processes import alone
from evals.made_passages import PASSAGES, MadePassages
from evals.speed import percentile
from ingest.catalogue import Catalogue
from ingest.errors import QuothError
from retriever.index.dense_index import DenseIndex
from retriever.search import DEPTH, group_languages

BATCH = 50
WARM_UP = 5


@dataclass(frozen=True, slots=True)
class SearchTime:
    """Milliseconds of a search in all languages, and the share of the nearest passages that it found."""

    p50: float
    p95: float
    recall: float


@dataclass(frozen=True, slots=True)
class IndexSpeed:
    """What was measured at one number of passages; memory and disk in MB, the rest in seconds."""

    passages: int
    chroma: SearchTime
    exact: SearchTime
    build: float
    start: float
    add: float
    memory: float
    exact_memory: float
    disk: float


@dataclass(frozen=True, slots=True)
class _Serving:
    """What one process measured; `add` and `start` in seconds, memory in MB."""

    start: float
    add: float
    memory: float
    milliseconds: tuple[float, ...]
    found: tuple[frozenset[str], ...]


def measure_index(passages: int, folder: Path, *, questions: int = 200) -> IndexSpeed:
    """Make so many passages in an empty folder and search them by Chroma and exactly, each in a process of its own.

    `start` is from opening the catalogue until Chroma answers, all checks included; `add` from a document of 20
    passages on disk until they are found; memory what the process has more than before it opened the catalogue.
    """
    _fill(folder, passages)
    build = alone(_build, folder)
    exact = alone(_serve, folder, passages, questions, exact_only=True)
    chroma = alone(_serve, folder, passages, questions)
    shares = [len(one & all_) / max(1, len(all_)) for one, all_ in zip(chroma.found, exact.found, strict=True)]
    return IndexSpeed(
        passages,
        chroma=_time(chroma, sum(shares) / len(shares)),
        exact=_time(exact, 1.0),
        build=build,
        start=chroma.start,
        add=chroma.add,
        memory=chroma.memory,
        exact_memory=exact.memory,
        disk=sum(file.stat().st_size for file in (folder / "index").rglob("*") if file.is_file()) / 1e6,
    )


def _fill(folder: Path, passages: int) -> None:
    documents = MadePassages().documents(passages)
    with Catalogue.open(folder) as catalogue:
        catalogue.bind_model("made")
        while batch := list(islice(documents, BATCH)):
            catalogue.replace_many(batch)


def _build(folder: Path) -> float:
    with Catalogue.open(folder) as catalogue:
        started, index = perf_counter(), DenseIndex(catalogue, folder / "index")
        index.refresh(wait=True)
        seconds, state = perf_counter() - started, index.detail if index.state != "ready" else ""
        index.close()
    if state:
        raise QuothError(state)
    return seconds


def _serve(folder: Path, passages: int, questions: int, *, exact_only: bool = False) -> _Serving:
    made = MadePassages()
    for _ in made.documents(passages):
        pass  # so that the questions are about what was made
    before, started = _memory(), perf_counter()
    with Catalogue.open(folder) as catalogue:
        index = DenseIndex(catalogue, folder / "index", exact_only=exact_only)
        index.refresh(wait=True)
        start = perf_counter() - started
        groups = group_languages(catalogue.holdings.languages)
        milliseconds, found = [], []
        for vector in [*made.questions(WARM_UP), *made.questions(questions)]:
            started = perf_counter()
            rankings = index.rank(vector, groups, limit=DEPTH)
            milliseconds.append(1000 * (perf_counter() - started))
            found.append(frozenset(passage.passage_id for ranking in rankings for passage in ranking))
        memory = _memory() - before
        add = _add(catalogue, index, made)
        index.close()
    return _Serving(start, add, memory, tuple(milliseconds[WARM_UP:]), tuple(found[WARM_UP:]))


def _add(catalogue: Catalogue, index: DenseIndex, made: MadePassages) -> float:
    """Add a document, find its last passage, and take it away again; return the seconds until it was found."""
    (new,) = made.documents(PASSAGES)
    catalogue.replace_many([new])
    started = perf_counter()
    (nearest,) = index.search(new.vectors.passages[-1], limit=1)
    seconds = perf_counter() - started
    if nearest.passage_id != new.split.passages[-1].id:
        raise QuothError("A passage that was just added is not found.")
    catalogue.remove(new.split.document.id)
    return seconds


def _time(serving: _Serving, recall: float) -> SearchTime:
    times = sorted(serving.milliseconds)
    return SearchTime(median(times), percentile(times, 0.95), recall)


def _memory() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1e3
    return 0.0
