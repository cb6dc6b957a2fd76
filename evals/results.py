"""Where saved runs lie, and which one came last."""

from pathlib import Path

from evals.saved import SavedRun
from evals.saved_prose import WITH_PROSE
from ingest.errors import QuothError

RESULTS = Path("evals") / "results"
"""Below the folder that the command is run in."""


def save_run(run: SavedRun, folder: Path) -> Path:
    """Save a run under its set, system and time; returns the file."""
    made = run.made.replace("-", "").replace(":", "").partition("+")[0]
    name = "".join(sign if sign.isalnum() else "-" for sign in f"{run.set}-{run.system}")
    path = folder / f"{name}-{made}Z.json"
    run.write(path)
    return path


def read_run(path: Path) -> SavedRun:
    """Read a saved run; raises QuothError saying what to do when it is none."""
    try:
        return SavedRun.read(path)
    except (OSError, ValueError) as error:
        raise QuothError(str(error)) from error


def saved_runs(folder: Path) -> list[SavedRun]:
    """Return all runs of a folder, oldest first."""
    runs = [read_run(path) for path in sorted(folder.glob("*.json"))]
    return sorted(runs, key=lambda run: run.made)


def latest_runs(runs: list[SavedRun]) -> dict[tuple[str, str], SavedRun]:
    """Return the last run of every set and system."""
    return {(run.set, run.system): run for run in runs}


def run_before(run: SavedRun, runs: list[SavedRun]) -> SavedRun | None:
    """Return the run of the same set and system that came before this one."""
    earlier = [one for one in runs if (one.set, one.system) == (run.set, run.system) and one.made < run.made]
    return earlier[-1] if earlier else None


def extractive_run(run: SavedRun, runs: list[SavedRun]) -> SavedRun | None:
    """Return the last run of the same set without prose, for a run with prose."""
    if not run.system.endswith(WITH_PROSE):
        return None
    return latest_runs(runs).get((run.set, run.system.removesuffix(WITH_PROSE)))
