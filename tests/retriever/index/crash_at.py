"""A script that refreshes an index and dies by SIGKILL: crash_at.py FOLDER POINT stand-in|real."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

PROJECT = str(Path(__file__).resolve().parents[3])
POINTS = {
    "folder made": ("retriever.index.generation_process", "write_input"),
    "input written": ("retriever.index.generation_process", "run_child"),
    "built": ("retriever.index.generation_process", "read_generation"),
    "opened": ("retriever.index.service", "activate"),
    "activated": ("retriever.index.service", "remove_generations"),
}


def die(*_arguments, **_options):
    os.kill(os.getpid(), signal.SIGKILL)


def die_while_the_child_works(seconds):
    popen = subprocess.Popen

    def start(command, **options):
        passages = Path(command[4]) / "input" / "passages.jsonl"
        passages.unlink()
        os.mkfifo(passages)  # nobody will write to it, so the child never ends of its own accord
        child = popen(command, **options)
        sys.stdout.write(f"{child.pid}\n")
        sys.stdout.flush()
        time.sleep(seconds)
        die()

    subprocess.Popen = start


def main():
    folder, point, store = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    sys.path.insert(0, PROJECT)
    from retriever.index import generation_process
    from tests.retriever.index.stand_in_store import StandInChroma
    from tests.retriever.index.vector_catalogue import VectorCatalogue, open_index, random_vectors

    if store == "stand-in":
        chroma = StandInChroma()
        generation_process.run_child, generation_process.OpenStore = chroma.run_child, chroma
        if point == "opening":
            chroma.open = lambda generation, place, **options: (generation.opening.touch(), die())
    if point in POINTS:
        module, name = POINTS[point]
        setattr(sys.modules[module], name, die)
    elif point.startswith("child after "):
        die_while_the_child_works(float(point.removeprefix("child after ")))
    elif point.startswith("after "):
        threading.Timer(float(point.removeprefix("after ")), die).start()
    catalogue = VectorCatalogue()
    catalogue.add(random_vectors(30, seed=1))
    index = open_index(catalogue, folder)
    index.refresh(wait=True)
    sys.stdout.write(f"{index.state} {index.detail}\n")
    sys.stdout.flush()
    time.sleep(60)


if __name__ == "__main__":
    main()
