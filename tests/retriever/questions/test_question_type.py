import pytest

from retriever.questions.question_type import holds_answer, question_type, type_asked_for
from retriever.types import Question


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Hoeveel generaals had hij bij zich?", "how_many"),
        ("How many people died?", "how_many"),
        ("How quickly could the troops move?", "how_many"),
        ("Hoe lang duurde de toespraak?", "how_many"),
        ("Op welke datum werd het verdrag gesloten?", "when"),
        ("When was the cardinal released?", "when"),
        ("Between which dates was he prime minister?", "when"),
        ("Waarom waren zij woedend?", "why"),
        ("Why did the workers strike?", "why"),
        ("Wie volgde hem op?", "who"),
        ("Who led the officers?", "who"),
        ("In which city did the revolt break out?", "where"),
        ("Wat eisten de stakers?", "other"),
        ("What was the codename of the plan?", "other"),
    ],
)
def test_the_question_word_tells_the_type(question, expected):
    assert question_type(question) == expected


@pytest.mark.parametrize(
    ("kind", "text", "holds"),
    [
        ("when", "Het werd op 3 juli 1954 gesloten.", True),
        ("when", "Het werd plechtig gesloten.", False),
        ("how_many", "Er waren twaalf schepen.", True),
        ("how_many", "Er waren veel schepen.", False),
        ("who", "Daarop sprak Jansen de zaal toe.", True),
        ("who", "daarop sprak iemand de zaal toe.", False),
        ("why", "Zij gingen weg omdat het regende.", True),
        ("why", "Zij gingen weg.", False),
        ("other", "Zij gingen weg.", True),
        ("when", "Het was in 1960.", False),
        ("how_many", "Er waren 40 schepen.", False),
        ("who", "Daarop sprak Pietersen de zaal toe.", False),
        ("how_many", "Het was in 1954.", False),
    ],
)
def test_a_sentence_holds_the_kind_of_answer_or_not(kind, text, holds):
    assert holds_answer(kind, text, "Wat zei Pietersen in 1960 over 40 schepen?") is holds


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("And in Szczecin?", "how_many"), ("And who led them?", "who"), ("And what did they want?", "other")],
)
def test_a_follow_up_without_a_question_word_asks_for_what_was_asked_before(asked, expected):
    resolved = f"How many people died in Arnhem? {asked}"
    assert type_asked_for(Question(asked, resolved, "en")) == expected
