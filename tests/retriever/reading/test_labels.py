from dataclasses import replace

import pytest

from ingest.catalogue import Catalogue
from retriever.verification import quote_stands
from tests.retriever.library import Library, embedder

COUNCIL = "CHAIR: We begin.\n\nMR. POTT: No. The barn leaks badly.\n\nCHAIR: Noted. The barn is new.\n"
DIARY = "3 mei 1943\n\nGeen brood in de stad. Vader zweeg.\n\n4 mei 1943\n\nDe buren zijn gehaald. Het regende."
REGISTER = "Bakker, Neeltje. Geboren te Hoorn.\n\nVisser, Klaas de. Vertrok naar Ohio.\n\nZwart, An. Smid te Urk."

MILLS = "# Mills of the district\n\n## De Leeuw\n\nIt grinds barley.\n\n## De Valk\n\nIt saws oak.\n"


@pytest.fixture
def library(tmp_path):
    with Catalogue.open(tmp_path / "data") as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        yield Library(catalogue, tmp_path / "index")


@pytest.mark.parametrize(
    ("text", "question", "sentence", "label"),
    [
        (COUNCIL, "Who said that the barn leaks?", "The barn leaks badly.", "MR. POTT:"),
        (DIARY, "Wanneer zijn de buren gehaald?", "De buren zijn gehaald.", "4 mei 1943"),
        (REGISTER, "Wie vertrok naar Ohio?", "Vertrok naar Ohio.", "Visser, Klaas de."),
        (MILLS, "Which mill saws oak?", "It saws oak.", "## De Valk"),
    ],
)
def test_a_sentence_is_quoted_with_who_or_when_it_is_about_and_both_places_are_right(
    library, text, question, sentence, label
):
    document = library.add("a.md" if text == MILLS else "a.txt", text)
    answer = library.answer(question, {sentence: 0.9})
    (citation,) = answer.claims[0].citations
    assert (citation.quote, citation.label.quote) == (sentence, label)
    assert text[citation.label.start : citation.label.end] == label
    assert library.catalogue.text(document.id, citation.start, citation.end) == sentence
    gap = "… " if "leaks" in sentence else ""
    assert f"{label.strip('# ')} {gap}{sentence}" in answer.text


def test_prose_is_quoted_without_a_label(library):
    library.add("a.txt", "The barn was built in May. It leaks badly.")
    answer = library.answer("When was the barn built?", {"was built": 0.9})
    assert answer.claims[0].citations[0].label is None
    assert "…" not in answer.text


def test_a_label_that_is_not_there_any_more_does_not_stand(library):
    library.add("a.txt", COUNCIL)
    (citation,) = library.answer("Who said that the barn leaks?", {"leaks": 0.9}).claims[0].citations
    assert quote_stands(citation, library.catalogue)
    moved = type(citation.label)(citation.label.start + 1, citation.label.end, citation.label.quote)
    assert not quote_stands(replace(citation, label=moved), library.catalogue)
