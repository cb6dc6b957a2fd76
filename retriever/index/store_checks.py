"""What is checked of a Chroma store: its files, what it holds, and whether it finds it."""

import contextlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import numpy as np

BATCH = 1000
TOLERANCE = 1e-4
"""Two cosines this close count as equal."""
CHECK_ALL = 500
CHECK_SAMPLE = 200
NEIGHBOURS = 10
MIN_RECALL = 0.9
MAX_LOST = 0.02
SAMPLE = 500
SAMPLED_SHARE = 8
EVERYTHING = ["documents", "metadatas", "embeddings"]


class UnusableStoreError(Exception):
    """A Chroma store does not hold what it should, or does not find it."""


def check_whole(collection: Any, passages: Mapping[str, str], vectors: np.ndarray) -> dict[str, str]:
    """Raise unless a collection holds exactly what was put in, and finds it; return a sample for `check_sample`.

    `passages` are the hashes by id of texts and metadata, in the order of their vectors. The sample is an eighth of
    them, and 500 at most.
    """
    count, number_of = _count(collection, len(passages)), {key: number for number, key in enumerate(passages)}
    seen: dict[str, str] = {}
    for start in range(0, count, BATCH):
        page = collection.get(limit=BATCH, offset=start, include=EVERYTHING)
        rows = zip(page["ids"], page["documents"], page["metadatas"], page["embeddings"], strict=True)
        for passage_id, text, metadata, vector in rows:
            if passages.get(passage_id) != hash_passage(passage_id, text, metadata):
                raise UnusableStoreError("ids, texts or metadata are not the ones that were put in")
            if np.abs(np.asarray(vector) - vectors[number_of[passage_id]]).max() > 1e-5:
                raise UnusableStoreError("vectors are not the ones that were put in")
            seen[passage_id] = hash_passage(passage_id, text, metadata, vector)
    if len(seen) != count:
        raise UnusableStoreError(f"{len(seen)} different passages instead of {count}")
    _check_neighbours(collection, vectors)
    drawn = np.random.default_rng(count).permutation(count)[: min(SAMPLE, -(-count // SAMPLED_SHARE))]
    return {passage_id: seen[passage_id] for passage_id in np.array(list(passages))[drawn].tolist()}


def check_sample(collection: Any, sample: Mapping[str, str], *, count: int) -> None:
    """Raise unless a collection has as many passages as it had, those of the sample as they were, and finds these."""
    _count(collection, count)
    page = collection.get(ids=list(sample), include=EVERYTHING)
    rows = zip(page["ids"], page["documents"], page["metadatas"], page["embeddings"], strict=True)
    if {row[0]: hash_passage(*row) for row in rows} != sample:
        raise UnusableStoreError("passages are not the ones that were put in")
    _check_neighbours(collection, np.asarray(page["embeddings"], dtype=np.float32))


def hash_passage(passage_id: str, text: str, metadata: Mapping[str, Any], vector: Sequence[float] = ()) -> str:
    """Return the hash of what is stored of a passage, with or without its vector."""
    told = json.dumps([passage_id, text, metadata], sort_keys=True).encode()
    return sha256(told + np.asarray(vector, dtype=np.float32).tobytes()).hexdigest()


def _count(collection: Any, expected: int) -> int:
    count = int(collection.count())
    if count != expected:
        raise UnusableStoreError(f"{count} passages instead of {expected}")
    return count


def _check_neighbours(collection: Any, vectors: np.ndarray) -> None:
    """Let passages look for their neighbours; those found must be as near as the nearest of the given ones."""
    count = len(vectors)
    asked = np.arange(count)
    if count > CHECK_ALL:
        asked = np.random.default_rng(count).choice(count, size=CHECK_SAMPLE, replace=False)
    wanted = min(NEIGHBOURS, count)
    recalls, lost = [], 0
    for start in range(0, len(asked), 50):
        rows = asked[start : start + 50]
        answer = collection.query(query_embeddings=vectors[rows], n_results=wanted, include=["distances"])
        for row, scores, distances in zip(rows, vectors[rows] @ vectors.T, answer["distances"], strict=True):
            found = 1 - np.asarray(distances)
            lost += not found.size or found.max() < scores[row] - TOLERANCE
            recalls.append(np.count_nonzero(found >= np.partition(scores, -wanted)[-wanted] - TOLERANCE) / wanted)
    # Many passages with the same words crowd each other out of the graph; a few lost ones are no damage.
    if lost > MAX_LOST * len(asked):
        raise UnusableStoreError(f"{lost} of {len(asked)} passages do not find themselves")
    if np.mean(recalls) < MIN_RECALL:
        raise UnusableStoreError(f"only {np.mean(recalls):.2f} of the nearest passages are found")


def hash_files(path: Path) -> str:
    """Return a sha256 over the files of a store, but for what opening it changes.

    That is a counter in the first page of Chroma's SQLite file, and its table `acquire_write`, of a single page.
    """
    digest = sha256()
    for file in sorted(one for one in path.rglob("*") if one.is_file()):
        digest.update(f"{file.relative_to(path)} {file.stat().st_size}\n".encode())
        with file.open("rb") as content:
            if file.name == "chroma.sqlite3":
                size, written = _written_page(file)
                first = bytearray(content.read(size))
                first[24:28] = first[92:96] = bytes(4)
                digest.update(first)
                for _ in range(written - 2):
                    digest.update(content.read(size))
                content.seek(written * size)
            digest.update(file_digest(content, "sha256").digest())
    return digest.hexdigest()


def _written_page(file: Path) -> tuple[int, int]:
    """Return the size of a page of Chroma's SQLite file and the number of the one that every opening writes to."""
    with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'acquire_write'").fetchone()
    return size, page


def shrink(path: Path) -> None:
    """Give back the half of Chroma's SQLite file that held the vectors until the graph was written."""
    with contextlib.closing(sqlite3.connect(path / "chroma.sqlite3")) as connection:
        connection.execute("VACUUM")
