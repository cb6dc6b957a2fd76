import numpy as np
import pytest

from ingest.types import Passage, Sentence
from retriever.embedding.kept_states import KeptStates
from retriever.reading.late_interaction import likenesses, sentence_starts

BREAD, KING, TOWN, RAIN = np.eye(4)


def kept(*tokens):
    """Keep tokens, each given with the place where it begins."""
    return KeptStates(np.array([start for start, _ in tokens]), np.array([row for _, row in tokens]).reshape(-1, 4))


def test_the_sentence_with_the_words_of_the_question_is_likest():
    passage = kept((0, BREAD), (5, TOWN), (20, RAIN), (25, RAIN))
    (likeness,) = likenesses(np.array([BREAD, TOWN]), [passage], [[0, 20]])
    assert likeness.sentences[0] > 0.9 > 0 > likeness.sentences[1]


def test_each_word_of_the_question_counts_alike_and_takes_its_best_match():
    passage = kept((0, BREAD), (5, RAIN), (20, TOWN), (25, KING))
    half = likenesses(np.array([BREAD, TOWN]), [passage], [[0, 20]])[0].sentences
    assert half[0] == pytest.approx(half[1])


def test_a_passage_may_have_words_that_no_single_sentence_has():
    passage = kept((0, BREAD), (20, TOWN), (40, RAIN))
    (likeness,) = likenesses(np.array([BREAD, TOWN]), [passage], [[0, 20, 40]])
    assert likeness.passage > likeness.sentences.max()


def test_what_all_states_share_tells_nothing():
    shared = 100 * np.ones(4)
    plain = likenesses(np.array([BREAD]), [kept((0, BREAD), (20, RAIN))], [[0, 20]])[0].sentences
    moved = likenesses(np.array([BREAD + shared]), [kept((0, BREAD + shared), (20, RAIN + shared))], [[0, 20]])
    assert moved[0].sentences == pytest.approx(plain)


def test_passages_are_centred_together_and_scored_each_by_itself():
    first, second = likenesses(np.array([BREAD]), [kept((0, BREAD)), kept((0, RAIN))], [[0], [0]])
    assert first.passage == pytest.approx(1.0)
    assert second.passage == pytest.approx(-1.0)


@pytest.mark.parametrize(
    ("question", "tokens"), [(np.zeros((0, 4)), [(0, BREAD)]), (np.array([BREAD]), [])], ids=["question", "passage"]
)
def test_without_telling_words_nothing_is_like_anything(question, tokens):
    (likeness,) = likenesses(question, [kept(*tokens)], [[0, 20]])
    assert (likeness.sentences.tolist(), likeness.passage) == ([0.0, 0.0], 0.0)


def test_a_sentence_without_telling_words_is_like_nothing():
    (likeness,) = likenesses(np.array([BREAD]), [kept((0, BREAD), (40, RAIN))], [[0, 20, 40]])
    assert likeness.sentences[1] == 0.0


def test_sentences_are_found_in_the_text_of_their_passage_one_after_the_other():
    text = "Het regende. Het regende. Het bleef droog."
    passage = Passage("p", "d", 100, 100 + len(text), text, text, "nl")
    sentences = [Sentence("d", "p", 0, 0, one) for one in ("Het regende.", "Het regende.", "Het bleef droog.")]
    assert sentence_starts(passage, sentences) == [0, 13, 26]
