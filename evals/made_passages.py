"""Documents made up in any number, with vectors spread as those of a real embedding model are."""

import hashlib
from collections.abc import Iterator

import numpy as np

from ingest.types import Document, DocumentVectors, NewDocument, Passage, Sentence, SplitDocument

DIMENSION = 384
PASSAGES = 20
WORDS = 100
WORDS_PER_SENTENCE = 20
STATE_BYTES = 14_000  # as many as the token states of such a passage take
LANGUAGES = ("nl", "en", "de")
SHARES = (0.6, 0.3, 0.1)
# Of 3,573 passages in 13 languages embedded with multilingual-e5-small: cosine of two passages 0.74, variance along
# the n-th direction as n to the power of -0.84 (57 directions by participation ratio), nearest neighbour at 0.86.
SPREAD = 0.59
DECAY = 0.42
OWN_SHARE = 0.7


class MadePassages:
    """Makes the same documents and questions for the same seed; passages of a document lie near each other."""

    def __init__(self, seed: int = 0) -> None:
        self._random = np.random.default_rng(seed)
        decay = (np.arange(DIMENSION) + 1.0) ** -DECAY
        self._scale = (decay / np.linalg.norm(decay)).astype(np.float32)
        middle = self._random.standard_normal(DIMENSION).astype(np.float32)
        self._middle = middle / np.linalg.norm(middle)
        self._words = np.array(
            [f"{number:x}".translate(str.maketrans("0123456789", "ghklmnopqr")) for number in range(30_000)]
        )
        self._topics: list[np.ndarray] = []

    def documents(self, passages: int) -> Iterator[NewDocument]:
        """Give documents of 20 passages of 100 words until there are so many passages."""
        for start in range(0, passages, PASSAGES):
            yield self._document(min(PASSAGES, passages - start))

    def questions(self, count: int) -> np.ndarray:
        """Return vectors of questions, each about what one of the documents is about."""
        topics = np.array(self._topics)[self._random.integers(0, len(self._topics), count)]
        return self._near(topics)

    def _document(self, passages: int) -> NewDocument:
        self._topics.append(self._draw(1)[0])
        vectors = self._near(np.repeat(self._topics[-1:], passages, axis=0))
        language = str(self._random.choice(LANGUAGES, p=SHARES))
        ranks = np.minimum(self._random.zipf(1.3, (passages, WORDS)), len(self._words)) - 1
        texts = [" ".join(words) for words in self._words[ranks]]
        text = "\n\n".join(texts)
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        document = Document(sha256, f"Made {sha256[:8]}", "", "text/plain; charset=utf-8", language, text, sha256)
        made, sentences, start = [], [], 0
        for each in texts:
            passage_id = hashlib.sha256(f"{sha256} {start}".encode()).hexdigest()
            made.append(Passage(passage_id, sha256, start, start + len(each), each, each, language))
            sentences += _sentences(made[-1])
            start += len(each) + 2
        split = SplitDocument(document, edits=(), sentences=tuple(sentences), passages=tuple(made))
        return NewDocument(split, DocumentVectors(vectors, tuple(self._random.bytes(STATE_BYTES) for _ in made)))

    def _draw(self, count: int) -> np.ndarray:
        return self._random.standard_normal((count, DIMENSION)).astype(np.float32) * self._scale

    def _near(self, topics: np.ndarray) -> np.ndarray:
        mixed = np.sqrt(1 - OWN_SHARE) * topics + np.sqrt(OWN_SHARE) * self._draw(len(topics))
        vectors = self._middle + SPREAD * mixed
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def _sentences(passage: Passage) -> Iterator[Sentence]:
    words, start = passage.text.split(" "), passage.start
    for first in range(0, len(words), WORDS_PER_SENTENCE):
        text = " ".join(words[first : first + WORDS_PER_SENTENCE])
        yield Sentence(passage.document_id, passage.id, start, start + len(text), text)
        start += len(text) + 1
