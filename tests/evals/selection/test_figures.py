import json

import pytest

from evals.selection.candidates import Candidates, FoundPassage, read_candidates
from evals.selection.figures import beside_untrained, remembered, selection_figures, untrained
from evals.sets import LoadedSet
from ingest.types import Span
from retriever.evidence_model.types import PassageSelection, SelectedSentence

TEXT = "Anna lives in Delft. Bram is small."
SENTENCES = ((0, 20), (21, 35))


def asked(id, *, right=(True, False), untrained_scores=(0.5, 0.5), answers=("Delft",)):
    passage = FoundPassage(TEXT, SENTENCES, right, untrained_scores)
    return Candidates(id, "fact", "en>en", f"where {id}?", any(right), answers if any(right) else (), (passage,))


def scorer(*scores):
    """Return a scorer that gives each question, in order, two sentences with these scores and the word "Delft"."""
    left = list(scores)

    def scored(question, passages):
        found = (SelectedSentence(score, Span(14, 19), 0.0) for score in left.pop(0))
        return [PassageSelection(tuple(found))]

    return scored


def test_the_right_sentence_is_first_when_none_scores_above_it():
    found = selection_figures([asked("a"), asked("b"), asked("c")], scorer((2, 1), (1, 2), (3, 1)))
    assert (found.answerable, found.found, found.first, found.first_two) == (3, 3, 2, 3)
    assert found.words == 1


def test_answerable_questions_should_score_above_unanswerable_ones():
    sets = [asked("a"), asked("b", right=(False, False))]
    assert selection_figures(sets, scorer((2, 1), (0, 0))).auc == 1
    assert selection_figures(sets, scorer((0, 0), (2, 1))).auc == 0


def test_an_answer_that_no_passage_holds_is_not_found():
    passage = FoundPassage(TEXT, SENTENCES, (False, False), (0.5, 0.5))
    lost = Candidates("a", "fact", "en>en", "where?", True, ("Delft",), (passage,))
    found = selection_figures([lost], scorer((2, 1)))
    assert (found.answerable, found.found, found.first) == (1, 0, 0)


def test_the_untrained_reader_weighs_in():
    one = asked("a", untrained_scores=(0.9, 0.1))
    assert selection_figures([one], beside_untrained(scorer((0, 1)), 1.0)).first == 1
    assert selection_figures([one], untrained).first == 1


def test_a_question_is_scored_once():
    kept = remembered(scorer((2, 1)))
    one = asked("a")
    assert selection_figures([one], kept) == selection_figures([one], kept)


def test_what_was_found_is_kept(tmp_path):
    one = asked("a")
    fields = {
        "id": one.id,
        "kind": one.kind,
        "languages": one.languages,
        "question": one.question,
        "answerable": True,
        "answers": ["Delft"],
        "passages": [{"text": TEXT, "sentences": SENTENCES, "right": [True, False], "untrained": [0.5, 0.5]}],
    }
    (tmp_path / "tiny.jsonl").write_text(json.dumps(fields) + "\n", encoding="utf-8")
    loaded = LoadedSet("tiny", (), {}, tmp_path, held_out=False)
    assert read_candidates(loaded, tmp_path, tmp_path) == [one]


def test_a_row_has_shares_of_the_answerable():
    found = selection_figures(
        [asked("a"), asked("b"), asked("c", right=(False, False))], scorer((2, 1), (1, 2), (0, 0))
    )
    assert found.row()[:5] == [3, 2, 1.0, pytest.approx(0.5), 1.0]
