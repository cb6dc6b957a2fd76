"""Token states when they are asked for: those of passages are kept for a while, the last read ones longest."""

from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock

import numpy as np

from ingest.types import Passage
from retriever.embedding.embeddings import Embedder
from retriever.embedding.kept_states import KeptStates, Projection, pack_states, telling_rows, unpack_states
from retriever.embedding.token_states import TokenStates

MAX_PASSAGES = 2048
"""About 14 kB each."""

MAX_QUESTIONS = 256


class StateReader:
    """Reads the token states of questions and passages; any thread may ask."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._projection = Projection.for_model(embedder.fingerprint, embedder.dimension)
        self._lock = Lock()
        self._packed: OrderedDict[str, bytes] = OrderedDict()
        self._question = lru_cache(maxsize=MAX_QUESTIONS)(self._read_question)

    def vector(self, question: str) -> np.ndarray:
        """Return the vector of a question."""
        return self._question(question).vector

    def question(self, question: str) -> np.ndarray:
        """Return the states of a question's telling tokens, a row each."""
        states = self._question(question)
        return self._projection.apply(states.matrix[telling_rows(question, states.offsets)])

    def passages(self, passages: Sequence[Passage]) -> dict[str, KeptStates]:
        """Return the states of passages by id."""
        with self._lock:
            packed = {one.id: self._packed[one.id] for one in passages if one.id in self._packed}
        new = [one for one in passages if one.id not in packed]
        texts = [one.search_text for one in new]
        for one, states in zip(new, self._embedder.passage_states(texts) if new else (), strict=True):
            packed[one.id] = pack_states(states, one.search_text, self._projection)
        self._keep(packed)
        return {key: unpack_states(one) for key, one in packed.items()}

    def _keep(self, packed: dict[str, bytes]) -> None:
        with self._lock:
            for key, one in packed.items():
                self._packed[key] = one
                self._packed.move_to_end(key)
            while len(self._packed) > MAX_PASSAGES:
                self._packed.popitem(last=False)

    def _read_question(self, question: str) -> TokenStates:
        return self._embedder.query_states([question])[0]
