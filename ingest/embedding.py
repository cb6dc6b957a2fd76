"""The passages of split documents become vectors and token states, by a model that is handed in as a function."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import numpy as np

from ingest.types import DocumentVectors, EmbeddedTexts, SplitDocument

EMBEDDED_AT_ONCE = 512
"""Texts handed to the model in one call: enough to sort by length, and their tokens take some tens of megabytes."""

Progress = Callable[[int, int], None]
"""Called with (texts done, texts in all)."""


class Embed(Protocol):
    """A model that reads texts, each of them once."""

    def __call__(self, texts: Sequence[str], *, progress: Progress | None = None) -> EmbeddedTexts:
        """Return what the model made of texts."""
        ...


def embed_splits(
    splits: Sequence[SplitDocument], embed: Embed, progress: Progress | None = None
) -> list[DocumentVectors]:
    """Return what the model makes of the passages of some documents, which it reads together."""
    wanted = dict.fromkeys(passage.search_text for split in splits for passage in split.passages)
    row = {text: number for number, text in enumerate(wanted)}
    embedded = _embed_all(list(wanted), embed, progress)
    return [_own(embedded, [row[passage.search_text] for passage in split.passages]) for split in splits]


def _own(embedded: EmbeddedTexts, rows: Sequence[int]) -> DocumentVectors:
    """Return what belongs to one document."""
    return DocumentVectors(
        embedded.vectors[rows], tuple(embedded.states[row] for row in rows), len(embedded.cut & frozenset(rows))
    )


def _embed_all(texts: Sequence[str], embed: Embed, progress: Progress | None) -> EmbeddedTexts:
    vectors: list[np.ndarray] = []
    states: list[bytes] = []
    cut: set[int] = set()
    for start in range(0, len(texts), EMBEDDED_AT_ONCE):
        told = partial(_tell, progress, start, len(texts)) if progress else None
        embedded = embed(texts[start : start + EMBEDDED_AT_ONCE], progress=told)
        vectors.append(embedded.vectors)
        states += embedded.states
        cut |= {start + position for position in embedded.cut}
    return EmbeddedTexts(np.concatenate(vectors), tuple(states), frozenset(cut))


def _tell(progress: Progress, before: int, texts: int, done: int, _: int) -> None:
    progress(before + done, texts)
