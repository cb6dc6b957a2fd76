import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.words.language import detect_language, detect_question_language, guess_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("De partijleider hield een toespraak waarin hij afstand nam van zijn voorganger.", "nl"),
        ("The party leader gave a speech in which he turned against his predecessor.", "en"),
        ("Der Parteichef hielt eine Rede, in der er sich von seinem Vorgänger abwandte.", "de"),
        ("A pártvezető beszédet mondott, amelyben elődjétől elhatárolódott.", "hu"),
        ("Przywódca partii wygłosił przemówienie, w którym potępił swojego poprzednika.", "pl"),
        ("", "en"),
        ("1956 – 1957", "en"),
    ],
)
def test_the_language_of_a_text(text, language):
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wie was Bierut?", "nl"),
        ("Who was Bierut?", "en"),
        ("Wanneer stierf Stalin?", "nl"),
        ("When did Stalin die?", "en"),
        ("Waarom?", "nl"),
        ("why", "en"),
        ("en hoeveel doden?", "nl"),
        ("and how many dead?", "en"),
        ("doden in Poznan", "nl"),
        ("geheime rede", "nl"),
        ("secret speech", "en"),
        ("What type of party was Partij van de Arbeid?", "en"),
        ("Wat is de Warsaw Treaty Organization?", "nl"),
        ("1956", "en"),
        ("", "en"),
    ],
)
def test_the_language_of_a_question(question, language):
    assert detect_question_language(question) == language


def test_a_short_or_foreign_looking_text_is_not_trusted():
    assert not guess_language("Gomulka, Rákosi").trusted
    assert guess_language("De toespraak werd in de nacht gehouden en duurde ongeveer vier uur, zonder pauze.").trusted


def test_a_long_text_is_judged_from_its_whole_length():
    front = "Voorwoord bij de Engelse uitgave van dit boek. " * 20
    assert detect_language(front + "The committee met again in the autumn of that year. " * 2000) == "en"


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_has_a_language(text):
    assert len(detect_language(text)) == 2
    assert detect_question_language(text) in ("nl", "en")
