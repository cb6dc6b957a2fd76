"""What Quoth needs of an embedding model."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from ingest.types import EmbeddedTexts
from retriever.embedding.token_states import TokenStates

Progress = Callable[[int, int], None]
"""Called with (texts done, texts in all)."""


class Embedder(Protocol):
    """Turns texts into unit vectors: float32 arrays of shape (texts, dimension), rows of length 1."""

    fingerprint: str
    dimension: int

    def read_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> EmbeddedTexts:
        """Read texts that will be searched, once: for their vectors, and for what is kept of their tokens."""
        ...

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        """Embed texts that will be searched."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Embed questions."""
        ...

    def passage_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """Return the vector of each text that is searched, and from the same pass what became of its tokens."""
        ...

    def query_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """Return the vector of each question, and from the same pass what became of its tokens."""
        ...
