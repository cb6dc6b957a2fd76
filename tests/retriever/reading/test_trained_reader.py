from dataclasses import replace
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cleaning.search_view import search_view
from ingest.errors import UnknownDocumentError
from ingest.types import Passage, Sentence, Span
from retriever.evidence_model.types import FoundSpan, PassageReading
from retriever.reading.read_passage import ReadPassage
from retriever.reading.trained_reader import PASSAGES_READ, WEIGHTS, TrainedReader, weigh
from retriever.types import Hit, Question, Reading

QUESTION = Question("Hoeveel zakken?", "Hoeveel zakken meel?", "nl")


def passage(number, *texts):
    whole = " ".join(texts)
    start = 1000 * number
    made = Passage(f"p{number}", "d", start, start + len(whole), whole, whole, "nl")
    sentences, place = [], start
    for text in texts:
        sentences.append(Sentence("d", made.id, place, place + len(text), text))
        place += len(text) + 1
    return made, sentences


class UntrainedReader:
    """Gives each sentence the score that is written for it."""

    name = "untrained"
    threshold = 0.9

    def __init__(self, scored):
        self._scored = scored

    def read(self, question, hits):
        readings = [Reading(one, hit.passage, score) for hit in hits for one, score in self._scored[hit.passage.id]]
        return sorted(readings, key=lambda reading: (-reading.score, reading.passage.id, reading.sentence.start))


class ScriptedFinder:
    """Finds the word "zakken" wherever it stands, with the margin that is written for the passage's first word."""

    name = "scripted"

    def __init__(self, margins=None):
        self.margins = margins or {}
        self.calls = []

    def find_spans(self, question, passages):
        self.calls.append((question, passages))
        return [self._read(one) for one in passages]

    def _read(self, passage):
        spans = []
        for sentence in passage.sentences:
            text = passage.text[sentence.start : sentence.end]
            place = text.find("zakken")
            if place < 0:
                spans.append(FoundSpan(sentence, -9.0))
            else:
                start = sentence.start + place
                spans.append(FoundSpan(Span(start, start + 6), self.margins.get(text.split()[0], 6.0)))
        return PassageReading(tuple(spans), 0.0)


def reader(*passages, finder=None, scores=()):
    finder = finder or ScriptedFinder()
    scored = {}
    for (made, sentences), given_scores in zip(passages, scores or [[0.4] * 9] * len(passages), strict=True):
        scored[made.id] = list(zip(sentences, given_scores, strict=False))
    hits = [Hit(made, 1.0, "fused") for made, _ in passages]
    return TrainedReader(finder, UntrainedReader(scored), no_document), hits, finder


def no_document(document_id):
    raise UnknownDocumentError(document_id)


def test_the_sentence_with_the_span_comes_first():
    one = passage(1, "Het begon in mei.", "Er waren zakken meel.")
    trained, hits, finder = reader(one)
    first, second = trained.read(QUESTION, hits)
    assert first.sentence.search_text == "Er waren zakken meel."
    assert first.score > 0.5 > second.score
    assert finder.calls[0][0] == QUESTION.resolved


def read_scan(text, *, margin):
    """Read a text of one sentence with words broken over lines, as a document of its own."""
    view = search_view(text, "nl")
    sentence = Sentence("d", "p1", 0, len(text), view.text)
    made = Passage("p1", "d", 0, len(text), text, view.text, "nl")
    untrained = UntrainedReader({"p1": [(sentence, 0.6)]})
    trained = TrainedReader(ScriptedFinder({view.text.split()[0]: margin}), untrained, {"d": view}.__getitem__)
    (reading,) = trained.read(QUESTION, [Hit(made, 1.0, "fused")])
    return reading


@pytest.mark.parametrize("word", ["zakken", "zak-\r\nken"])
def test_the_words_that_answer_are_pointed_at_in_the_document(word):
    text = f"De samen-\nwerking  gaf {word} meel."
    answer = read_scan(text, margin=6.0).answer
    assert text[answer.start : answer.end] == word


def test_no_words_are_pointed_at_when_the_model_rather_sees_nothing():
    assert read_scan("Er waren zakken meel.", margin=-0.1).answer is None


def test_no_words_are_pointed_at_in_a_document_that_was_removed():
    trained, hits, _ = reader(passage(1, "Er waren zakken."), scores=[[0.9]])
    (reading,) = trained.read(QUESTION, hits)
    assert (reading.answer, reading.score > trained.threshold) == (None, True)


def test_the_untrained_score_decides_between_equal_spans():
    trained, hits, _ = reader(passage(1, "Drie zakken."), passage(2, "Vier zakken."), scores=[[0.3], [0.6]])
    assert [reading.sentence.search_text for reading in trained.read(QUESTION, hits)] == [
        "Vier zakken.",
        "Drie zakken.",
    ]


def test_every_sentence_of_every_hit_is_scored_once():
    passages = [passage(number, "Een zin.", "Twee zakken.") for number in range(20)]
    trained, hits, _ = reader(*passages, scores=[[0.001, 0.5 if number < 3 else 0.002] for number in range(20)])
    readings = trained.read(QUESTION, hits)
    assert len(readings) == len({(reading.passage.id, reading.sentence.start) for reading in readings}) == 40
    assert all(one.score >= other.score for one, other in pairwise(readings))


def test_the_passages_that_the_untrained_reader_thinks_most_of_are_read():
    passages = [passage(number, "Een zin.", f"Zin {number} over zakken.") for number in range(20)]
    trained, hits, finder = reader(*passages, scores=[[0.001, number / 100 + 0.01] for number in range(20)])
    readings = trained.read(QUESTION, hits)
    ((_, read),) = finder.calls
    wanted = range(19, 19 - PASSAGES_READ, -1)
    assert [one.text for one in read] == [f"Een zin. Zin {number} over zakken." for number in wanted]
    unread = [reading for reading in readings if reading.passage.id == "p3"]
    assert [reading.score for reading in unread] == [weigh(0.04, -99, -99), weigh(0.001, -99, -99)]


scores = st.floats(0.001, 0.999)


def test_nothing_found_is_nothing_read():
    assert reader()[0].read(QUESTION, []) == []


def test_the_name_tells_both_readers():
    assert reader()[0].name == "scripted+untrained"


@given(scores, st.floats(-30, 30), st.floats(-30, 30))
def test_a_surer_model_never_lowers_the_score(similarity, margin, relevance):
    score = weigh(similarity, margin, relevance)
    assert 0 < score < 1
    assert score <= weigh(similarity, margin + 1, relevance)
    assert score <= weigh(similarity, margin, relevance + 1)
    assert weigh(similarity, WEIGHTS.most, relevance) >= score


@given(st.lists(st.text("ab ✓é", min_size=1), min_size=1, max_size=6))
def test_the_text_of_a_passage_holds_its_sentences_where_it_says(texts):
    ends = list(accumulate(len(text) + 1 for text in texts))
    sentences = [Sentence("d", "p", end - len(text) - 1, end - 1, text) for text, end in zip(texts, ends, strict=True)]
    read = ReadPassage.of(sentences).text
    assert [read.text[span.start : span.end] for span in read.sentences] == texts


def test_readings_are_the_same_whichever_way_the_hits_are_ordered():
    passages = [passage(number, "Een zin.", "Twee zakken.") for number in range(12)]
    trained, hits, _ = reader(*passages)
    assert trained.read(QUESTION, hits) == trained.read(replace(QUESTION), hits[::-1])
