"""Token states of questions and passages, where they are asked for."""

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache

import numpy as np

from ingest.catalogue import Catalogue
from ingest.types import Passage
from retriever.embedding.embeddings import Embedder
from retriever.embedding.kept_states import KeptStates, Projection, pack_states, telling_rows, unpack_states
from retriever.embedding.token_states import TokenStates

MAX_QUESTIONS = 256


class StateReader:
    """Reads the token states of questions, and of passages from the catalogue; any thread may ask."""

    def __init__(self, catalogue: Catalogue, embedder: Embedder) -> None:
        self._catalogue = catalogue
        self._embedder = embedder
        self._projection = Projection.for_model(embedder.fingerprint, embedder.dimension)
        self._question = lru_cache(maxsize=MAX_QUESTIONS)(self._read_question)

    def vector(self, question: str) -> np.ndarray:
        """Return the vector of a question."""
        return self._question(question).vector

    def question(self, question: str) -> np.ndarray:
        """Return the states of a question's telling tokens, a row each."""
        states = self._question(question)
        return self._projection.apply(states.matrix[telling_rows(question, states.offsets)])

    def passages(self, passages: Sequence[Passage]) -> dict[str, KeptStates]:
        """Return the states of passages by id; those that the catalogue does not hold are made from the text."""
        packed = self._catalogue.states([one.id for one in passages])
        found: dict[str, KeptStates] = {}
        for key, kept in packed.items():
            with suppress(ValueError):
                found[key] = unpack_states(kept)
        missing = [one for one in passages if one.id not in found]  # removed since they were found, or damaged
        texts = [one.search_text for one in missing]
        for one, states in zip(missing, self._embedder.passage_states(texts) if missing else (), strict=True):
            found[one.id] = unpack_states(pack_states(states, one.search_text, self._projection))
        return found

    def _read_question(self, question: str) -> TokenStates:
        return self._embedder.query_states([question])[0]
