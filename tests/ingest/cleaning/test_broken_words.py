import pytest

from ingest.cleaning.search_view import search_view


def view_of(text, language="nl"):
    return search_view(text, language).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("De economi-\nsche groei.", "De economische groei."),
        ("De economi-\r\nsche groei.", "De economische groei."),
        ("De Sovjet-\nUnie en Noord-\nHolland.", "De Sovjet-Unie en Noord-Holland."),
        ("De in-\nen uitvoer.", "De in- en uitvoer."),
        ("Een zwerm zee-\neenden vloog op.", "Een zwerm zee-eenden vloog op."),
        ("De VN-\nmissie vertrok.", "De VN-missie vertrok."),
        ("In 1953-\n56 reed de T-\n34.", "In 1953-56 reed de T-34."),
        ("Hij kwam -\nzo bleek - niet.", "Hij kwam - zo bleek - niet."),
        ("Een eco\u00ad\nnoom en een eco\u00adnoom.", "Een econoom en een econoom."),
        ("De econo¬\nmie.", "De economie."),
        ("DE ECONO-\nMISCHE GROEI", "DE ECONOMISCHE GROEI"),
        ("De regerings-\ncommissaris sprak.", "De regeringscommissaris sprak."),
        ("Het economi-\n\n\fsche plan.", "Het economische plan."),
    ],
)
def test_hyphens_at_line_ends_dutch(text, expected):
    assert view_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bit-\n ter split.", "The bitter split."),
        ("A long-\nterm plan.", "A long-term plan."),
        ("The East-\nWest talks.", "The East-West talks."),
        ("General Lash-\nchenko left.", "General Lashchenko left."),
        ("It is well-\nknown and so-\ncalled news.", "It is well-known and so-called news."),
        ("They cooper-\nate now.", "They cooperate now."),
        ("A two-\nand a three-\nyear plan.", "A two- and a three-year plan."),
    ],
)
def test_hyphens_at_line_ends_english(text, expected):
    assert view_of(text, "en") == expected


def test_the_text_itself_decides_how_a_compound_is_written():
    assert view_of("Het Kozma-kabinet viel; het Kozma-\nkabinet ging.").endswith("het Kozma-kabinet ging.")
    assert view_of("Het wamelbrok viel; het wamel-\nbrok ging.").endswith("het wamelbrok ging.")


def test_a_habit_of_trailing_spaces_shows_words_broken_without_hyphen():
    lines = [
        "The committee met in the old hall, ", "where the delegates had gath", "ered before the vote was to be ",
        "taken, and the chairman ope", "ned the session with a short ", "speech about the wamel", "brok of the year. ",
    ]  # fmt: skip
    assert view_of("\n".join(lines), "en") == (
        "The committee met in the old hall, where the delegates had gathered before the vote was to be taken, and the "
        "chairman opened the session with a short speech about the wamelbrok of the year."
    )


def test_a_lost_trailing_space_does_not_glue_two_words():
    lines = ["They met in the ", "hall, and then the ", "rest came in", "the end, with som", "ething to say. "]
    assert (
        view_of("\n".join(lines), "en")
        == "They met in the hall, and then the rest came in the end, with something to say."
    )


@pytest.mark.parametrize("ending", ["\n", " \n", "\r\n", " \r\n"], ids=["bare", "spaced", "windows", "spaced windows"])
def test_without_habit_only_certain_words_are_joined(ending):
    lines = [
        "De regering viel en de bevol",
        "king juichte in de stra",
        "ten van de stad toen de",
        "tanks ver",
        "trokken.",
    ]
    expected = "De regering viel en de bevolking juichte in de straten van de stad toen de tanks vertrokken."
    assert view_of(ending.join(lines)) == expected


@pytest.mark.parametrize("ending", ["\n", " \n", "\r\n"], ids=["bare", "spaced", "windows"])
def test_whole_words_at_line_ends_stay_apart(ending):
    dutch = [
        "Wij gaan om",
        "dat te zien naar",
        "huis toe, en in",
        "een hoek zat er",
        "op dat moment voor",
        "al een kat.",
    ]
    english = [
        "They went in",
        "to the hall, one",
        "by one, and can",
        "not say any",
        "way to over",
        "come it all",
        "ways.",
    ]
    assert view_of(ending.join(dutch)) == " ".join(dutch)
    assert view_of(ending.join(english), "en") == " ".join(english)


def test_verse_and_lists_keep_their_words():
    verse = "Rozen\nverwelken\nschepen\nvergaan\nmaar liefde\nblijft"
    assert view_of(verse) == verse.replace("\n", " ")
    assert view_of("Namen:\n- kaas\n- melk\n1. Beria\n2. Nagy") == "Namen:\n\n- kaas\n\n- melk\n\n1. Beria\n\n2. Nagy"


def test_a_line_for_a_paragraph_gives_paragraphs():
    text = "De eerste alinea is lang genoeg om er een te zijn.\nDe tweede ook, en die gaat nog even door.\nEn de derde."
    assert view_of(text) == text.replace("\n", "\n\n")
