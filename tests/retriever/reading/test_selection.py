import pytest

from ingest.types import Span
from retriever.evidence_model.evidence_models import EvidenceModels
from retriever.evidence_model.types import FoundSpan, PassageReading, PassageSelection, PassageText, SelectedSentence
from retriever.reading.selection import MAX_SCORE, SelectBySentences, SelectBySpans, cut, selector_of

PASSAGE = PassageText("Het regende. Er waren zakken.", (Span(0, 12), Span(13, 29)))
READING = PassageReading((FoundSpan(Span(0, 12), -20.0), FoundSpan(Span(22, 28), 2.5)), 3.0)


class OneReader:
    name = "one"

    def find_spans(self, question, passages):
        return [READING for _ in passages]


class OneSelector:
    name = "selects"

    def select(self, question, passages):
        sentences = (SelectedSentence(-50.0, Span(0, 12), 0.0), SelectedSentence(2.0, Span(22, 28), -0.1))
        return [PassageSelection(sentences) for _ in passages]


def test_a_reader_of_spans_is_asked_as_it_is():
    assert SelectBySpans(OneReader())("Wat?", [PASSAGE]) == [READING]


def test_the_selector_gives_its_scores_and_the_sum_of_their_odds_for_the_passage():
    (read,) = SelectBySentences(OneSelector())("Wat?", [PASSAGE])
    assert [(one.span, one.margin) for one in read.spans] == [(Span(0, 12), -50.0), (Span(22, 28), 2.0)]
    assert read.relevance == pytest.approx(2.0, abs=0.01)


@pytest.mark.parametrize(("score", "kept"), [(99.0, MAX_SCORE), (-99.0, -MAX_SCORE), (1.5, 1.5)])
def test_scores_are_cut(score, kept):
    assert cut(score) == kept


def test_the_selector_goes_before_the_reader_of_spans_and_without_either_nothing_selects():
    assert selector_of(EvidenceModels()) is None
    assert selector_of(EvidenceModels(OneReader())).blend == "spans"
    assert selector_of(EvidenceModels(OneReader(), selector=OneSelector())).blend == "selector"
