import pytest

from retriever.prose.same_answer import answers_as_evidence_does, gives_details_where_evidence_does
from tests.fakes import ScriptedReader

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
    assert answers_as_evidence_does("Who?", sentence, [EVIDENCE], "en", ScriptedReader(answer)) is same


def test_the_evidence_is_read_as_one_text_for_the_question_asked():
    reader = ScriptedReader("Dekker")
    answers_as_evidence_does("Who sold them?", "Dekker.", ["Dekker left.", "They were sold."], "en", reader)
    assert reader.asked == [("Who sold them?", "Dekker left. They were sold.")]


REMOVED = "Visser was sent away in March 1957 by Dekker, who had had to go himself two years earlier, in spring."


@pytest.mark.parametrize(
    ("sentence", "answers", "given"),
    [
        pytest.param(
            "Dekker sent Visser away.",
            {"who or what sent Visser away?": "Dekker", "Dekker sent who or what away?": "Visser"},
            True,
            id="each name where it stands",
        ),
        pytest.param(
            "Visser sent Dekker away.",
            {"who or what sent Dekker away?": "Dekker", "Visser sent who or what away?": "Visser"},
            False,
            id="one in the place of the other",
        ),
        pytest.param(
            "Dekker had to go in March 1957.",
            {"who or what had to go in March 1957?": "Dekker", "Dekker had to go in when?": "two years earlier"},
            False,
            id="the date of something else",
        ),
        pytest.param(
            "Someone had to go in March 1957.", {"Someone had to go in when?": "1957"}, True, id="a part of its date"
        ),
        pytest.param("Two had to go.", {"how many had to go?": "two years"}, True, id="its number"),
        pytest.param("It was sold in Dekker.", {"It was sold in where?": "Dekker"}, True, id="asked for as a place"),
        pytest.param("Dekker had to go.", {"who or what had to go?": "who"}, True, id="a pronoun may be anybody"),
        pytest.param("All had to go.", {}, True, id="nothing to ask for"),
    ],
)
def test_a_sentence_gives_each_detail_where_a_reader_finds_it(sentence, answers, given):
    assert gives_details_where_evidence_does(sentence, [REMOVED], "en", ScriptedReader("spring", answers)) is given


def test_a_full_name_is_asked_for_as_one():
    reader = ScriptedReader("spring")
    gives_details_where_evidence_does("Daarom ging Lotte Dekker weg.", [REMOVED], "nl", reader)
    assert [question for question, _ in reader.asked] == ["Daarom ging wie of wat weg?", "Daarom ging waar weg?"]


def test_in_a_language_without_words_to_ask_with_nothing_is_asked():
    reader = ScriptedReader("spring")
    assert gives_details_where_evidence_does("Dekker ging im März 1957.", [REMOVED], "de", reader)
    assert reader.asked == []
