"""Everything that touches Chroma; run as a script, it is the child process that builds or checks a generation.

As a script it imports nothing of Quoth, so it starts fast and works wherever the package lies.
"""

import contextlib
import json
import os
import sys
import threading
from collections.abc import Iterator
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import numpy as np

BATCH = 1000
TOLERANCE = 1e-4
"""Two cosines this close count as equal when Chroma is compared with the exact search."""
CHECK_ALL = 500
CHECK_SAMPLE = 200
NEIGHBOURS = 10
LEAST_RECALL = 0.9
MOST_LOST = 0.02


class UnusableStoreError(Exception):
    """A Chroma store does not hold what it should, or does not find it."""


def open_client(path: Path) -> Any:
    """Open the Chroma store in a folder; always with the same settings, so that one process may open it twice."""
    import chromadb
    from chromadb.config import Settings

    settings = Settings(
        _env_file=None,  # a stray .env in the working folder must not point us at a server
        anonymized_telemetry=False,
        chroma_api_impl="chromadb.api.rust.RustBindingsAPI",
        chroma_otel_collection_endpoint="",
        allow_reset=False,
        migrations="apply",
    )
    return chromadb.PersistentClient(str(path), settings=settings)


def recall(exact: np.ndarray, found: np.ndarray) -> float:
    """Return the share of the exact scores (best first) that the found scores reach; near-ties count as reached."""
    if not exact.size:
        return 1.0
    least = exact[-1] - TOLERANCE
    return min(1.0, float(np.count_nonzero(found >= least)) / exact.size)


def _batches(lines: Iterator[str]) -> Iterator[list[dict[str, Any]]]:
    batch = []
    for line in lines:
        batch.append(json.loads(line))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _fill(collection: Any, folder: Path) -> None:
    vectors = np.load(folder / "input" / "vectors.npy", mmap_mode="r", allow_pickle=False)
    start = 0
    with (folder / "input" / "passages.jsonl").open(encoding="utf-8") as lines:
        for batch in _batches(lines):
            collection.upsert(
                ids=[row["id"] for row in batch],
                embeddings=np.asarray(vectors[start : start + len(batch)]),
                documents=[row["text"] for row in batch],
                metadatas=[row["metadata"] for row in batch],
            )
            start += len(batch)


def _read_back(collection: Any, count: int) -> tuple[list[str], np.ndarray, str]:
    """Return ids, vectors and a sha256 of everything the collection holds, sorted by id."""
    if collection.count() != count:
        raise UnusableStoreError(f"{collection.count()} passages instead of {count}")
    digests: dict[str, bytes] = {}
    vectors: dict[str, np.ndarray] = {}
    for offset in range(0, count, BATCH):
        page = collection.get(limit=BATCH, offset=offset, include=["documents", "metadatas", "embeddings"])
        rows = zip(page["ids"], page["documents"], page["metadatas"], page["embeddings"], strict=True)
        for passage_id, text, metadata, embedding in rows:
            vector = np.asarray(embedding, dtype=np.float32)
            told = json.dumps([passage_id, text, metadata], sort_keys=True).encode()
            digests[passage_id] = sha256(told + vector.tobytes()).digest()
            vectors[passage_id] = vector
    if len(digests) != count:
        raise UnusableStoreError(f"{len(digests)} different passages instead of {count}")
    passage_ids = sorted(digests)
    total = sha256(b"".join(digests[passage_id] for passage_id in passage_ids)).hexdigest()
    return passage_ids, np.stack([vectors[passage_id] for passage_id in passage_ids]), total


def _graph_digest(path: Path) -> str:
    """Return a sha256 over the files of the graph; unlike those of Chroma's SQLite, nothing changes them in use."""
    digest = sha256()
    for file in sorted(path.rglob("*")):
        if file.is_file() and not file.name.startswith("chroma.sqlite3"):
            with file.open("rb") as content:
                digest.update(f"{file.relative_to(path)} {file_digest(content, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()


def _check_neighbours(collection: Any, passage_ids: list[str], vectors: np.ndarray) -> None:
    """Ask for the neighbours of the passages themselves and compare with the exact ones."""
    count = len(passage_ids)
    row_of = {passage_id: row for row, passage_id in enumerate(passage_ids)}
    asked = np.arange(count)
    if count > CHECK_ALL:
        asked = np.random.default_rng(count).choice(count, size=CHECK_SAMPLE, replace=False)
    wanted = min(NEIGHBOURS, count)
    recalls, lost = [], []
    for start in range(0, len(asked), 50):
        rows = asked[start : start + 50]
        answer = collection.query(query_embeddings=vectors[rows], n_results=wanted, include=["distances"])
        for row, ids, distances in zip(rows, answer["ids"], answer["distances"], strict=True):
            scores = vectors @ vectors[row]
            found = scores[[row_of[passage_id] for passage_id in ids]]
            if not found.size or np.abs(1 - np.asarray(distances) - found).max() > 10 * TOLERANCE:
                raise UnusableStoreError(f"wrong distances around passage {passage_ids[row]}")
            if found.max() < scores[row] - TOLERANCE:
                lost.append(passage_ids[row])
            recalls.append(recall(np.sort(scores)[::-1][:wanted], found))
    # Many passages with the same words crowd each other out of the graph; a few lost ones are the referee's to find.
    if len(lost) > MOST_LOST * len(asked):
        raise UnusableStoreError(f"{len(lost)} of {len(asked)} passages do not find themselves, {lost[0]} among them")
    if np.mean(recalls) < LEAST_RECALL:
        raise UnusableStoreError(f"only {np.mean(recalls):.2f} of the nearest passages are found")


def _check(folder: Path, request: dict[str, Any]) -> tuple[list[str], np.ndarray, str]:
    client = open_client(folder / "chroma")
    try:
        collection = client.get_collection(request["collection"], embedding_function=None)
        passage_ids, vectors, digest = _read_back(collection, request["count"])
        _check_neighbours(collection, passage_ids, vectors)
    finally:
        client.close()
    return passage_ids, vectors, digest


def build(folder: Path) -> None:
    """Build a generation from its input, check it as freshly opened, and only then give it its manifest."""
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    client = open_client(folder / "chroma")
    try:
        # The graph is written once, with the last passage. Unwritten, it would be rebuilt at every opening: 0.8 ms a
        # vector, with the GIL held. Being killed while writing is no danger to a store that is not in use yet.
        configuration = {"hnsw": {"space": "cosine", "sync_threshold": request["count"], "ef_search": 200}}
        collection = client.create_collection(
            request["collection"], embedding_function=None, configuration=configuration
        )
        _fill(collection, folder)
    finally:
        client.close()
    passage_ids, vectors, digest = _check(folder, request)
    given = np.load(folder / "input" / "vectors.npy", allow_pickle=False)
    with (folder / "input" / "passages.jsonl").open(encoding="utf-8") as lines:
        given_ids = [json.loads(line)["id"] for line in lines]
    if passage_ids != given_ids or np.abs(vectors - given).max() > 1e-5:
        raise UnusableStoreError("ids or vectors are not the ones that were put in")
    sums = {"content_sha256": digest, "graph_sha256": _graph_digest(folder / "chroma")}
    manifest = json.dumps(request | sums, indent=1)
    temporary = folder / "manifest.json.new"
    temporary.write_text(manifest, encoding="utf-8")
    temporary.replace(folder / "manifest.json")


def check(folder: Path) -> None:
    """Check that a generation still holds what its manifest says and finds it."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if _graph_digest(folder / "chroma") != manifest["graph_sha256"]:
        raise UnusableStoreError("files of the graph have changed since the generation was built")
    _, _, digest = _check(folder, manifest)
    if digest != manifest["content_sha256"]:
        raise UnusableStoreError("texts, metadata or vectors have changed since the generation was built")


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
    """Run `build FOLDER LARGEST_FILE` or `check FOLDER LARGEST_FILE`."""
    command, folder, largest_file = sys.argv[1:]
    _limit_this_process(int(largest_file))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        {"build": build, "check": check}[command](Path(folder))
    except Exception as error:  # noqa: BLE001  whatever is wrong with the store, the parent wants one line and a code
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 3
    return 0


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # Chroma's threads are not worth waiting for
