"""Builds and opens generations: the risky part first in a child process, which is watched and ended from here."""

import importlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from ingest.catalogue import Catalogue
from retriever.index.chroma_client import DAMAGED, KEY_VARIABLE
from retriever.index.generation_input import write_input
from retriever.index.generations import (
    Generation,
    GenerationError,
    GenerationPlace,
    GenerationStoppedError,
    StoreAwayError,
    has_sane_sizes,
    prepare_generation,
    read_generation,
)
from retriever.index.open_store import OpenStore

CHILD = Path(__file__).with_name("chroma_child.py")
PROJECT = CHILD.parents[2]
START_SECONDS = 120.0
BUILD_SECONDS_PER_PASSAGE = 0.05


def open_generation(generation: Generation, place: GenerationPlace, *, is_unwanted: Callable[[], bool]) -> OpenStore:
    """Open a generation of an earlier run, once a child has opened it and found what it should."""
    if not has_sane_sizes(generation):
        raise GenerationError("a file of it is missing, or larger than it can be")
    run_child("check", generation, key=place.key, is_unwanted=is_unwanted)
    return OpenStore.open(generation, place, is_unwanted=is_unwanted)


def build_generation(catalogue: Catalogue, place: GenerationPlace, *, is_unwanted: Callable[[], bool]) -> OpenStore:
    """Have a child build and check a new generation, then open it; a failure leaves nothing behind."""
    generation = prepare_generation(place, catalogue)
    try:
        requested = write_input(generation, catalogue, prefix=place.prefix(), is_unwanted=is_unwanted)
        run_child("build", requested, key=place.key, is_unwanted=is_unwanted)
        shutil.rmtree(requested.folder / "input")
        built = read_generation(requested.folder)
        if built is None:
            raise GenerationError("the child wrote no manifest")
        return OpenStore.open(built, place, is_unwanted=is_unwanted)
    except BaseException:
        shutil.rmtree(generation.folder, ignore_errors=True)
        raise


def run_child(
    command: Literal["build", "check"], generation: Generation, *, key: str | None, is_unwanted: Callable[[], bool]
) -> None:
    """Build or check a generation in a process of its own, which a damaged store may take down with it.

    The child ends when its standard input closes, so it does not outlive this process whatever kills it.
    """
    # This process will need Chroma too, and loads it meanwhile.
    threading.Thread(
        target=importlib.import_module, args=("chromadb",), name="quoth-chroma-import", daemon=True
    ).start()
    log = generation.folder / f"{command}.log"
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH")))),
        "SQLITE_TMPDIR": str(generation.folder),
        "ANONYMIZED_TELEMETRY": "False",
        KEY_VARIABLE: key or "",
    }
    with log.open("wb") as errors:
        # A session of its own: Ctrl-C in the terminal reaches only the parent, which then ends the child.
        child = subprocess.Popen(
            [sys.executable, "-P", str(CHILD), command, str(generation.folder), str(generation.largest_file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            cwd=generation.folder,
            env=environment,
            start_new_session=True,
        )
    try:
        _wait(child, deadline=START_SECONDS + BUILD_SECONDS_PER_PASSAGE * generation.count, is_unwanted=is_unwanted)
    finally:
        _end(child)
    if child.returncode:
        is_away = generation.url is not None and child.returncode != DAMAGED
        raise (StoreAwayError if is_away else GenerationError)(_reason(command, child.returncode, log))


def _wait(child: subprocess.Popen[bytes], *, deadline: float, is_unwanted: Callable[[], bool]) -> None:
    started = time.monotonic()
    while child.poll() is None:
        if is_unwanted():
            raise GenerationStoppedError("stopped")
        if time.monotonic() - started > deadline:
            raise GenerationError(f"no end after {deadline:.0f} seconds")
        time.sleep(0.02)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.kill()
    child.wait()
    if child.stdin is not None:
        child.stdin.close()


def _reason(command: str, code: int, log: Path) -> str:
    if code < 0:
        return f"the process to {command} it ended by signal {-code}"
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        lines = []
    return lines[-1][:300] if lines else f"the process to {command} it ended with code {code}"
