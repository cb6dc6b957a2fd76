import numpy as np

from evals.remembering import RememberingEmbedder, RememberingReader, RememberingVerifier
from ingest.types import Passage
from retriever.evidence_model.types import ClaimPair, Judgement
from retriever.reading.reader import Borders
from retriever.types import Hit, Question
from tests.fakes import WordCountEmbedder


class CountingReader:
    name, borders = "counting", Borders(answered=0.5, unsure=0.2)

    def __init__(self):
        self.read_for = []

    def read(self, question, hits):
        self.read_for.append((question.asked, [hit.passage.id for hit in hits]))
        return [len(self.read_for)]


def question(words):
    return Question(words, words, "en")


def hit(id):
    return Hit(Passage(id, "d", 0, 1, "x", "x", "en"), 1.0, "fused")


def test_texts_are_embedded_once_and_only_together():
    embedder = WordCountEmbedder()
    remembering = RememberingEmbedder(embedder)
    first = remembering.embed_passages(["bread", "butter"])
    assert np.array_equal(remembering.embed_passages(["bread", "butter"]), first)
    assert embedder.passages_embedded == 2
    remembering.embed_passages(["butter"])
    assert embedder.passages_embedded == 3


def test_questions_are_embedded_every_time():
    embedder = WordCountEmbedder()
    remembering = RememberingEmbedder(embedder)
    for _ in range(2):
        remembering.embed_queries(["bread?"])
    assert embedder.queries_embedded == 2
    assert remembering.fingerprint == embedder.fingerprint


def test_a_question_over_the_same_passages_is_read_once():
    reader = CountingReader()
    remembering = RememberingReader(reader)
    assert remembering.read(question("Why?"), [hit("a")]) == remembering.read(question("Why?"), [hit("a")]) == [1]
    assert remembering.read(question("Why?"), [hit("b")]) == [2]
    assert remembering.read(question("When?"), [hit("b")]) == [3]


def test_a_judge_is_asked_about_each_claim_once():
    class CountingVerifier:
        name = "counting"
        asked = 0

        def verify(self, pairs):
            self.asked += len(pairs)
            return [Judgement(len(pair.claim) / 10, 0.0, 0.0) for pair in pairs]

    counting = CountingVerifier()
    verifier = RememberingVerifier(counting)
    pairs = [ClaimPair(claim, "Brood.", "nl", "nl") for claim in ("een", "twee", "een")]
    assert [one.supported for one in verifier.verify(pairs)] == [0.3, 0.4, 0.3]
    assert verifier.verify(pairs[1:]) == verifier.verify(pairs)[1:]
    assert (counting.asked, verifier.name) == (2, "counting")
