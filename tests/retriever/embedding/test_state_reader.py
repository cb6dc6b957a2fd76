from dataclasses import replace

import numpy as np

from ingest.types import Passage
from retriever.embedding import state_reader
from retriever.embedding.state_reader import StateReader
from tests.fakes import WordCountEmbedder

PASSAGE = Passage("p", "d", 0, 20, "De bakkers van Tiel", "De bakkers van Tiel", "nl")


class CountingEmbedder(WordCountEmbedder):
    def __init__(self):
        super().__init__()
        self.read = []

    def passage_states(self, texts):
        self.read += texts
        return super().passage_states(texts)


def test_a_question_is_read_once_for_its_vector_and_its_states():
    embedder = WordCountEmbedder()
    states = StateReader(embedder)
    assert len(states.question("Wie kreeg meel?")) == 2
    assert np.allclose(states.vector("Wie kreeg meel?"), embedder.embed("Wie kreeg meel?"))
    assert embedder.queries_embedded == 1


def test_a_passage_is_read_once():
    embedder = CountingEmbedder()
    states = StateReader(embedder)
    other = replace(PASSAGE, id="q", search_text="Daarna kwam Jansen")
    first = states.passages([PASSAGE])["p"]
    again = states.passages([PASSAGE, other])
    assert embedder.read == [PASSAGE.search_text, other.search_text]
    assert np.array_equal(again["p"].matrix, first.matrix)
    assert len(first.matrix) == 2


def test_the_passages_that_were_asked_for_longest_ago_are_forgotten(monkeypatch):
    monkeypatch.setattr(state_reader, "MAX_PASSAGES", 2)
    embedder = CountingEmbedder()
    states = StateReader(embedder)
    passages = [replace(PASSAGE, id=id) for id in "abc"]
    for one in (*passages[:2], passages[0], passages[2], passages[0]):
        states.passages([one])
    assert len(embedder.read) == 3
    states.passages([passages[1]])
    assert len(embedder.read) == 4
