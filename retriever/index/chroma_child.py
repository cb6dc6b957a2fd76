"""Run as a script: the child process that builds or checks a generation of the dense index."""

import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from retriever.index.chroma_client import DAMAGED, KEY_VARIABLE, close_client, open_client
from retriever.index.store_checks import (
    BATCH,
    UnusableStoreError,
    check_sample,
    check_whole,
    hash_files,
    hash_passage,
    shrink,
)

LOW_PRIORITY = 5
HNSW = {"space": "cosine", "max_neighbors": 16, "ef_construction": 100, "ef_search": 1000}


def build(folder: Path) -> None:
    """Build a generation from its input, check it as freshly opened, and only then give it its manifest."""
    started = time.monotonic()
    request = _read(folder / "request.json")
    with _opened(folder, request) as client:
        given = _fill(client, folder, request)
    if request["url"] is None:
        shrink(folder / "chroma")
    sample = {}
    with _opened(folder, request) as client:
        for name, (passages, vectors) in given.items():
            sample[name] = check_whole(client.get_collection(name, embedding_function=None), passages, vectors)
    _write(folder / "sample.json", sample)
    _write(folder / "manifest.json", request | _sums(folder, request) | {"seconds": time.monotonic() - started})


def check(folder: Path) -> None:
    """Check that a generation still is what its manifest says, and finds it."""
    manifest = _read(folder / "manifest.json")
    if any(manifest[name] != value for name, value in _sums(folder, manifest).items()):
        raise UnusableStoreError("its files have changed since it was built, or Chroma has")
    sample = _read(folder / "sample.json")
    with _opened(folder, manifest) as client:
        for one in manifest["collections"]:
            collection = client.get_collection(one["name"], embedding_function=None)
            check_sample(collection, sample[one["name"]], count=one["count"])


def _sums(folder: Path, request: dict[str, Any]) -> dict[str, str]:
    """Return what must not change between building and opening; of a server's files nothing is known."""
    files = hash_files(folder / "chroma") if request["url"] is None else ""
    return {"chroma": version("chromadb"), "files_sha256": files}


def _fill(client: Any, folder: Path, request: dict[str, Any]) -> dict[str, tuple[dict[str, str], np.ndarray]]:
    """Put the input into a collection for each language; return the hashes and the vectors that each was given."""
    vectors = np.memmap(folder / "input" / "vectors.f32", dtype="<f4", mode="r").reshape(-1, request["dimension"])
    given = {}
    for one in request["collections"]:
        # The graph is written once, with the last passage. Unwritten, it would be rebuilt at every opening: 0.8 ms
        # a vector, with the GIL held. Being killed while writing is no danger to a store that is not in use yet.
        hnsw = HNSW | {"sync_threshold": one["count"]}
        collection = client.create_collection(one["name"], embedding_function=None, configuration={"hnsw": hnsw})
        hashes: dict[str, str] = {}
        numbers: list[int] = []
        for batch in _batches(folder, one["language"]):
            numbers += (rows := [number for number, _ in batch])
            passages = [passage for _, passage in batch]
            hashes |= {each["id"]: hash_passage(each["id"], each["text"], each["metadata"]) for each in passages}
            collection.upsert(
                ids=[passage["id"] for passage in passages],
                embeddings=vectors[rows],
                documents=[passage["text"] for passage in passages],
                metadatas=[passage["metadata"] for passage in passages],
            )
        given[one["name"]] = hashes, vectors[numbers]
    return given


def _batches(folder: Path, language: str) -> Iterator[list[tuple[int, dict[str, Any]]]]:
    """Give the passages of a language with their rows of the input, so many at a time as Chroma takes."""
    batch = []
    with (folder / "input" / "passages.jsonl").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            passage = json.loads(line)
            if passage["metadata"]["language"] == language:
                batch.append((number, passage))
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


@contextlib.contextmanager
def _opened(folder: Path, request: dict[str, Any]) -> Iterator[Any]:
    client = open_client(folder / "chroma", url=request["url"], key=os.environ.get(KEY_VARIABLE))
    try:
        yield client
    finally:
        close_client(client)


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def _write(path: Path, content: dict[str, Any]) -> None:
    temporary = path.with_name(f"{path.name}.new")
    temporary.write_text(json.dumps(content), encoding="utf-8")
    temporary.replace(path)


def _limit_this_process(largest_file: int) -> None:
    import resource

    # link_lists.bin has been seen to grow to terabytes; a write past this limit fails instead.
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        os.nice(5)
    with contextlib.suppress(OSError):  # if memory runs out, this process goes, not the server
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _end_with_parent() -> None:
    """End this process as soon as the parent closes its end of the pipe, by will or by death."""
    with contextlib.suppress(OSError):
        os.read(0, 1)
    os._exit(4)


def main() -> int:
    """Run `build FOLDER MAX_FILE_BYTES` or `check FOLDER MAX_FILE_BYTES`."""
    command, folder, largest_file = sys.argv[1:]
    _limit_this_process(int(largest_file))
    os.nice(LOW_PRIORITY)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        {"build": build, "check": check}[command](Path(folder))
    except Exception as error:  # noqa: BLE001  whatever is wrong with the store, the parent wants one line and a code
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return DAMAGED if type(error).__name__ in ("UnusableStoreError", "NotFoundError") else 3
    return 0


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # Chroma's threads are not worth waiting for
