import pytest

from retriever.prose.full_names import shorten_names

DOCUMENT = (
    "Captain Lotte Dekker sailed to Marken. Later Dekker lost the ferry. Both Visser and his son left. "
    "Jan Visser went first, Piet Visser followed. Premier Anna Kuiper was told."
)


def shorten(text, evidence, documents=((DOCUMENT, "en"),)):
    return shorten_names(text, "en", [evidence], documents)


@pytest.mark.parametrize("given", ["Lotte", "Lótte"])
def test_a_given_name_that_the_document_has_elsewhere_is_left_out(given):
    assert (
        shorten(f"In 1957 {given} Dekker lost the ferry.", "Later Dekker lost it.") == "In 1957 Dekker lost the ferry."
    )


def test_several_names_are_shortened_each_by_itself():
    written = "Lotte Dekker told Anna Kuiper, and Kuiper told Lotte Dekker."
    assert shorten(written, "Dekker and Kuiper met.") == "Dekker told Kuiper, and Kuiper told Dekker."


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        pytest.param("Sanne Dekker lost the ferry.", "Later Dekker lost it.", id="a name that the document lacks"),
        pytest.param("Jan Visser left.", "Visser left.", id="one of two of that name"),
        pytest.param("Lotte Dekker left.", "Lotte Dekker left.", id="the evidence has it too"),
        pytest.param("Lotte Dekker left.", "She left.", id="the evidence has no surname"),
        pytest.param("Lotte, Dekker and Kuiper left.", "Dekker and Kuiper left.", id="no full name"),
    ],
)
def test_any_other_name_stays(text, evidence):
    assert shorten(text, evidence) == text


def test_a_document_that_is_not_cited_is_no_help():
    assert shorten("Lotte Dekker left.", "Dekker left.", documents=[("Dekker left.", "en")]) == "Lotte Dekker left."
