import pytest

from ingest.cleaning.search_view import search_view


def view_of(text, language="nl"):
    return search_view(text, language).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It went on for years.3 During the war.", "It went on for years. During the war."),
        ('They spoke of "socialism".7 The end.', 'They spoke of "socialism". The end.'),
        ('They spoke of "socialism."7 The end.', 'They spoke of "socialism." The end.'),
        ("De “vrede”.12 Daarna kwam het.", "De “vrede”. Daarna kwam het."),
        ("The corps (so called).23 Then it left.", "The corps (so called). Then it left."),
        ("Het duurde jaren.³ Toen niet meer.", "Het duurde jaren. Toen niet meer."),
        ("Het duurde jaren[4] en langer.[5]", "Het duurde jaren en langer."),
        ("Het duurde jaren[^noot] en langer.", "Het duurde jaren en langer."),
    ],
)
def test_note_marks_are_set_aside(text, expected):
    assert view_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Er vielen 1.000 gewonden, 3.5 procent, om 17.30 uur, op 12. 5 dagen later.",
        "In 1955.16 stond het er. In 1953-56 en 1956.",
        "Zie art.5 van het verdrag, nr.7 Verder, p.3 Daarna, blz.12 En dan.",
        "De mp3 en de G7, km2, m², 10², CO2, H2O, B12, Windows95 en (1956).",
        'He was 5\'10" tall; "countries." and "one by one"." were damaged.',
        "Versie.3 Daarna en hoofdstuk.4 Toen en okt.25 Later.",
        "Het adres is www.voorbeeld.nl/pagina.3 Daarna.",
    ],
)
def test_years_numbers_and_amounts_stay(text):
    assert view_of(text) == text


def test_a_rising_sequence_makes_doubtful_marks_believable():
    text = "Eerst dit.1 Toen dat.2 Daarna in 1955.3 Later weer.4 En economisch5 gezien. Nog iets.6 En ook dit.7"
    assert (
        view_of(text) == "Eerst dit. Toen dat. Daarna in 1955. Later weer. En economisch gezien. Nog iets. En ook dit."
    )
