"""Find the dimensions in which kept token states differ most: python -m evals.training.projection --data FOLDER."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
from platformdirs import user_data_path

from evals.training.parts import split_records
from evals.training.records import Records, read_records
from retriever.embedding.kept_states import DIMENSIONS, PROJECTION, telling_rows
from retriever.embedding.model_loading import load_embedder

SEED = 20
TEXTS = 250
"""Of each kind and language: about 150,000 telling tokens in all."""

MAX_CHARACTERS = 1200


def main() -> None:
    """Read the command line, and write the projection."""
    parser = argparse.ArgumentParser(prog="python -m evals.training.projection", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the data folder")
    parser.add_argument("--cache", type=Path, default=user_data_path("quoth", appauthor=False))
    parser.add_argument("--out", type=Path, default=PROJECTION)
    chosen = parser.parse_args()
    embedder = load_embedder(None, cache=chosen.cache)
    texts = draw_texts(split_records(read_records(chosen.data), seed=SEED).parts["train"])
    rows = [
        one.matrix[telling_rows(text, one.offsets)]
        for start in range(0, len(texts), 32)
        for text, one in zip(texts[start : start + 32], embedder.passage_states(texts[start : start + 32]), strict=True)
    ]
    centre, axes, share = principal_axes(np.concatenate(rows), DIMENSIONS)
    np.savez_compressed(
        chosen.out, model=embedder.fingerprint, centre=centre.astype(np.float16), axes=axes.astype(np.float16)
    )
    print(f"{len(texts)} texts, {sum(map(len, rows))} tokens, {share:.3f} of the variance in {DIMENSIONS} dimensions")  # noqa: T201


def principal_axes(matrix: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Return the mean row, the axes of most variance as columns, and the share of the variance that they hold."""
    centre = matrix.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(matrix - centre, rowvar=False))
    return centre, vectors[:, ::-1][:, :count], float(values[::-1][:count].sum() / values.sum())


def draw_texts(records: Records) -> list[str]:
    """Draw as many Dutch texts as English ones, of every kind that there is."""
    groups = dict(_groups(records))
    random = Random(SEED)
    drawn = [
        text[:MAX_CHARACTERS]
        for _, texts in sorted(groups.items())
        for text in random.sample(sorted(set(texts)), min(TEXTS, len(set(texts))))
    ]
    return drawn


def _groups(records: Records) -> Iterator[tuple[str, list[str]]]:
    for language, half in (("nl", 0), ("en", 1)):
        yield f"pages {language}", ["\n".join(pair[half] for pair in page.paragraphs) for page in records.pages]
        yield f"sections {language}", [one.positive for one in records.retrieval if one.language_positive == language]
        yield f"read {language}", [one.context for one in records.reader if one.language_context == language]
    yield "claims nl", [one.premise for one in records.verifier if one.language_premise == "nl"]
