import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from ingest.catalogue import Catalogue
from ingest.pipeline import ingest_bytes
from retriever.drafting import REFUSALS, answer_text, draft_answer, refusal_text
from retriever.types import Disagreement, Reading, Reason
from tests.fakes import WordCountEmbedder

SAMPLES = Path(__file__).parents[2] / "ingest" / "samples"
DUTCH = "De molen brandde op 3 mei af. Er vielen 57 doden in het dorp. De molenaar zweeg erover en vertrok."
ENGLISH = "The mill burned down in May. In the village 74 people died. The miller left without a word."
TROUBLED = {
    "broken words": "De samen-\nwerking met de bak-\nkers begon vroeg. Daarna regende het da-\ngen lang in het dorp.",
    "CRLF": "De bakkers\r\nkregen twaalf zakken\r\nmeel. Zij bakten er\r\nbrood van voor het dorp.\r\n",
    "emoji": "🙂🙃 De bakkers 👩🏽 kregen meel. Daarna 👩🏽‍🍳 was er feest in het dorp. Het duurde tot de ochtend 🌅.",
    "a later passage": "\n\n".join([" ".join([DUTCH] * 9), " ".join([ENGLISH] * 9)]),
}


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue.open(tmp_path / "data") as catalogue:
        yield catalogue


def drafted(catalogue, *texts, embedder=None):
    """Return a claim for every sentence of the texts, in the order of the texts."""
    embed = (embedder or WordCountEmbedder()).read_passages
    claims = []
    for number, text in enumerate(texts, start=1):
        document = ingest_bytes(f"Tekst-{number}.txt", text.encode(), catalogue, embed).document
        passages = {one.id: one for one in catalogue.split_document(document.id).passages}
        sentences = catalogue.sentences(list(passages))
        readings = [Reading(one, passages[one.passage_id], 0.9) for one in sentences]
        claims += draft_answer(readings, {document.id: document})
    return claims


@pytest.mark.parametrize("text", TROUBLED.values(), ids=TROUBLED)
def test_a_quote_is_exactly_the_text_at_its_offsets(catalogue, text):
    claims = drafted(catalogue, text)
    assert len(claims) >= 2
    for claim in claims:
        (citation,) = claim.citations
        document = catalogue.document(citation.document_id)
        assert document.text == text
        assert citation.quote == document.text[citation.start : citation.end] != ""


@pytest.mark.parametrize(
    ("trouble", "clean"),
    [
        ("broken words", "De samenwerking met de bakkers begon vroeg."),
        ("CRLF", "De bakkers kregen twaalf zakken meel."),
        ("emoji", "🙂🙃 De bakkers 👩🏽 kregen meel."),
    ],
)
def test_a_claim_reads_as_the_clean_form_of_its_quote(catalogue, trouble, clean):
    assert drafted(catalogue, TROUBLED[trouble])[0].text == clean


def test_a_draft_is_an_unchecked_quotation(catalogue):
    claim = drafted(catalogue, DUTCH)[0]
    assert (claim.kind, claim.verdict, claim.support) == ("quotation", "unchecked", 0.0)


def test_a_citation_says_where_its_quote_is(catalogue):
    citation = drafted(catalogue, DUTCH)[1].citations[0]
    document = catalogue.document(citation.document_id)
    assert (citation.document_title, citation.language, citation.page) == ("Tekst 1", "nl", None)
    assert citation.text_sha256 == document.text_sha256
    assert citation.permalink == f"/documents/{document.id}#char={citation.start},{citation.end}"
    assert citation.start == document.text.index("Er vielen")


def test_a_citation_has_the_page_of_its_passage(catalogue):
    claims = drafted(catalogue, f"{' '.join([DUTCH] * 9)}\n\n\f{' '.join([ENGLISH] * 9)}")
    assert (claims[0].citations[0].page, claims[-1].citations[0].page) == (1, 2)


@pytest.mark.parametrize(
    ("language", "own", "foreign"),
    [
        (
            "nl",
            "Tekst 1 zegt: “Er vielen 57 doden in het dorp.” [1]",
            "Tekst 2 zegt, in het Engels: “In the village 74 people died.” [2]",
        ),
        (
            "en",
            "Tekst 1 says, in Dutch: “Er vielen 57 doden in het dorp.” [1]",
            "Tekst 2 says: “In the village 74 people died.” [2]",
        ),
    ],
)
def test_a_quote_in_another_language_is_announced_with_its_language(catalogue, language, own, foreign):
    claims = drafted(catalogue, DUTCH, ENGLISH)
    assert answer_text([claims[1], claims[4]], (), language) == f"{own}\n{foreign}"


def test_a_language_without_a_name_is_given_by_its_code(catalogue):
    claim = drafted(catalogue, DUTCH)[0]
    claim = replace(claim, citations=(replace(claim.citations[0], language="zz"),))
    assert "zegt, in het zz:" in answer_text([claim], (), "nl")


def test_markers_count_the_citations_over_all_claims(catalogue):
    first, second, third, *_ = drafted(catalogue, DUTCH)
    both = replace(first, citations=(*first.citations, *second.citations))
    lines = answer_text([both, third], (), "nl").splitlines()
    assert [line.rsplit("” ")[1] for line in lines] == ["[1] [2]", "[3]"]


def test_a_number_of_the_text_s_own_does_not_look_like_a_marker(catalogue):
    first, second, *_ = drafted(catalogue, DUTCH)
    quote = "Volgens Jansen [1] en anderen [2, 3; 7-9] brandde [a] de molen [ 12 ] af [1a]."
    first = replace(first, text=quote, citations=(replace(first.citations[0], document_title="Kroniek [2]"),))
    paraphrase = replace(second, kind="paraphrase", text="Jansen zag het [4].")
    lines = answer_text([first, paraphrase], (), "nl").splitlines()
    set_off = "Volgens Jansen ⟦1⟧ en anderen ⟦2, 3; 7-9⟧ brandde [a] de molen ⟦ 12 ⟧ af [1a]."
    assert lines == [f"Kroniek ⟦2⟧ zegt: “{set_off}” [1]", "Jansen zag het ⟦4⟧. [2]"]
    assert re.findall(r"\[\d+\]", "".join(lines)) == ["[1]", "[2]"]
    assert first.text == quote


def test_a_value_with_a_number_of_its_own_is_set_off_too(catalogue):
    first, second, *_ = drafted(catalogue, DUTCH)
    differ = Disagreement("number", ("57 [1]", "74"), (first.citations[0], second.citations[0]))
    assert "57 ⟦1⟧ [1]" in answer_text([first, second], [differ], "nl")


def test_a_citation_that_two_claims_share_is_counted_in_each(catalogue):
    first, second, *_ = drafted(catalogue, DUTCH)
    lines = answer_text([first, replace(first, text="De molen brandde af."), second], (), "nl").splitlines()
    assert [line.rsplit("” ")[1] for line in lines] == ["[1]", "[2]", "[3]"]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("nl", "De teksten verschillen hierover: 57 [1] tegenover 74 [2]."),
        ("en", "The texts differ on this: 57 [1] against 74 [2]."),
    ],
)
def test_a_disagreement_is_told_with_the_markers_of_both_sides(catalogue, language, line):
    claims = drafted(catalogue, DUTCH, ENGLISH)
    sides = [claims[1], claims[4]]
    disagreement = Disagreement("number", ("57", "74"), tuple(claim.citations[0] for claim in sides))
    assert answer_text(sides, [disagreement], language).splitlines()[2:] == [line]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_reason_has_its_own_words(language):
    texts = [refusal_text(reason, language) for reason in get_args(Reason)]
    assert len(set(texts)) == len(texts) == len(REFUSALS[language])


def test_a_refusal_is_in_the_language_of_the_question():
    assert refusal_text("not_in_sources", "nl") == "De teksten geven hier geen antwoord op."
    assert refusal_text("not_in_sources", "en") == "The texts do not answer this."


@pytest.mark.real
def test_a_scanned_sample_text_is_quoted_exactly_with_the_real_model(catalogue, real_embedder):
    text = (SAMPLES / "plzen-currency-reform-1953-scan.txt").read_text()
    claims = drafted(catalogue, text, embedder=real_embedder)
    assert len(claims) > 10
    for claim in claims:
        (citation,) = claim.citations
        assert citation.quote == text[citation.start : citation.end]
    assert answer_text(claims[:1], (), "nl").startswith("Tekst 1 zegt, in het Engels: “")
