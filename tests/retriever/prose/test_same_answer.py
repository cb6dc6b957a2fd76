import pytest

from retriever.prose.same_answer import answers_as_evidence_does
from tests.fakes import ScriptedFinder

EVIDENCE = "After Dekker had sent Visser away and begun to sell the 12 boats in March 1957, the village was quiet."


@pytest.mark.parametrize(
    ("answer", "sentence", "same"),
    [
        pytest.param("Dekker", "Dekker began to sell the boats.", True, id="the name"),
        pytest.param("Dekker", "Visser began to sell the boats.", False, id="another name"),
        pytest.param("begun to sell the 12 boats", "He sold twelve boats.", True, id="the number in another form"),
        pytest.param("March 1957", "The boats were sold on 3 March 1957.", True, id="a date within the other"),
        pytest.param("12", "Some 40 boats were sold.", False, id="another number"),
        pytest.param("sent Visser away", "Visser was sent home.", True, id="two of three words"),
        pytest.param("the village was quiet", "Visser left.", False, id="none of the words"),
        pytest.param("the", "Visser left.", True, id="an answer of small words tells nothing"),
    ],
)
def test_a_sentence_needs_words_of_the_answer_that_the_evidence_gives(answer, sentence, same):
    assert answers_as_evidence_does("Who?", sentence, [EVIDENCE], "en", ScriptedFinder(answer)) is same


def test_the_evidence_is_read_as_one_text_for_the_question_asked():
    finder = ScriptedFinder("Dekker")
    answers_as_evidence_does("Who sold them?", "Dekker.", ["Dekker left.", "They were sold."], "en", finder)
    assert finder.asked == [("Who sold them?", "Dekker left. They were sold.")]
