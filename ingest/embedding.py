"""The texts of split documents become vectors, by a model that is handed in as a function."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ingest.blocks.cells import named_cells
from ingest.types import DocumentVectors, Sentence, SplitDocument

EMBEDDED_AT_ONCE = 256
"""Texts handed to the model in one call: enough to sort by length, few enough to show progress."""

Embed = Callable[[Sequence[str]], np.ndarray]
Progress = Callable[[int, int], None]
"""Called with (texts done, texts in all)."""


def embed_splits(
    splits: Sequence[SplitDocument], embed: Embed, progress: Progress | None = None
) -> list[DocumentVectors]:
    """Return the vectors of the passages and sentences of some documents, whose texts are embedded together.

    The vector of a sentence lies half-way between that of the sentence alone and that of the sentence behind what it
    stands under and the one before it: "He was released on 3 May" is found by the name that only these have.
    """
    wanted = dict.fromkeys(text for split in splits for text in _texts(split))
    row = {text: number for number, text in enumerate(wanted)}
    matrix = _embed_all(list(wanted), embed, progress)
    return [_vectors(split, matrix, row) for split in splits]


def _texts(split: SplitDocument) -> Iterator[str]:
    yield from (passage.search_text for passage in split.passages)
    yield from _alone(split.sentences)
    yield from _in_context(split.sentences)


def _vectors(split: SplitDocument, matrix: np.ndarray, row: dict[str, int]) -> DocumentVectors:
    passages = matrix[[row[passage.search_text] for passage in split.passages]]
    alone = matrix[[row[text] for text in _alone(split.sentences)]]
    sentences = alone + matrix[[row[text] for text in _in_context(split.sentences)]]
    norms = np.linalg.norm(sentences, axis=1, keepdims=True)
    return DocumentVectors(passages, sentences / np.where(norms > 0, norms, 1))


def _alone(sentences: Sequence[Sentence]) -> Iterator[str]:
    for sentence in sentences:
        yield named_cells(sentence).text


def _in_context(sentences: Sequence[Sentence]) -> Iterator[str]:
    """Give the words of each sentence behind what it stands under and the sentence before it in the same block."""
    previous: Sentence | None = None
    for sentence in sentences:
        before = previous.search_text if previous and previous.block == sentence.block else ""
        yield " ".join(filter(None, (sentence.above, before, named_cells(sentence).text)))
        previous = sentence


def _embed_all(texts: Sequence[str], embed: Embed, progress: Progress | None) -> np.ndarray:
    vectors = []
    for start in range(0, len(texts), EMBEDDED_AT_ONCE):
        if progress:
            progress(start, len(texts))
        vectors.append(np.asarray(embed(texts[start : start + EMBEDDED_AT_ONCE]), dtype=np.float32))
    if progress:
        progress(len(texts), len(texts))
    return np.concatenate(vectors)
