from dataclasses import replace
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.pipeline import ingest_bytes
from retriever.drafting import draft_answer
from retriever.embedding.state_reader import StateReader
from retriever.evidence_model.types import ClaimPair, Judgement
from retriever.reading.sentence_reader import SentenceReader
from retriever.types import Citation, Claim, Hit, Question, Reading
from retriever.verification import SUPPORT_LINE, missing_details, verify_claim, verify_claims
from tests.fakes import WordCountEmbedder
from tests.ingest.readers.made_pdfs import Pages

SAMPLES = Path(__file__).parents[2] / "ingest" / "samples"
BAKERS = "Het begon in mei. De samen-\r\nwerking gaf de bakkers 12 zakken meel. Zij waren blij 🙂 en zongen."
embedder = WordCountEmbedder()


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue.open(tmp_path / "data") as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        ingest_bytes("bakkers.txt", BAKERS.encode(), catalogue, embedder.read_passages)
        yield catalogue


@pytest.fixture
def claim(catalogue):
    """Return the quotation of the second sentence, as it is drafted."""
    (passage,) = catalogue.passages(catalogue.passage_vectors().passage_ids)
    sentence = catalogue.sentences([passage.id])[1]
    documents = {document.id: document for document in catalogue.documents()}
    (drafted,) = draft_answer([Reading(sentence, passage, 0.9)], documents)
    return drafted


def changed(claim, **citation):
    return replace(claim, citations=(replace(claim.citations[0], **citation),))


def verdict(claim, catalogue):
    return verify_claim(claim, catalogue).verdict


def paraphrase(claim, text):
    return replace(claim, text=text, kind="paraphrase")


def missing(text, *evidence):
    citations = (Citation("d", "t", "p", 0, len(quote), quote, "nl", None, "", "") for quote in evidence)
    return missing_details(Claim(text, "paraphrase", tuple(citations), 0.0, "unchecked"))


def test_a_quotation_as_drafted_is_supported(claim, catalogue):
    verified = verify_claim(claim, catalogue)
    assert (verified.verdict, verified.support) == ("supported", 1.0)
    assert replace(verified, verdict="unchecked", support=0.0) == claim


def test_the_clean_form_is_supported_by_the_broken_words(claim, catalogue):
    assert claim.text == "De samenwerking gaf de bakkers 12 zakken meel."
    assert claim.citations[0].quote == "De samen-\r\nwerking gaf de bakkers 12 zakken meel."
    assert verdict(claim, catalogue) == "supported"


def test_sentences_in_a_row_are_quoted_as_one_and_none_is_left_out(claim, catalogue):
    first, second, _ = catalogue.sentences([claim.citations[0].passage_id])
    row = changed(claim, start=first.start, quote=BAKERS[first.start : second.end])
    assert verdict(replace(row, text=f"{first.search_text} {second.search_text}"), catalogue) == "supported"
    assert verdict(replace(row, text=second.search_text), catalogue) == "unsupported"


def test_an_unsupported_claim_has_no_support(claim, catalogue):
    verified = verify_claim(changed(claim, text_sha256="0" * 64), catalogue)
    assert (verified.verdict, verified.support) == ("unsupported", 0.0)


def test_the_quote_of_a_removed_document_no_longer_stands(claim, catalogue):
    catalogue.remove(claim.citations[0].document_id)
    assert verdict(claim, catalogue) == "unsupported"


@pytest.mark.parametrize("kind", ["quotation", "paraphrase"])
def test_the_quote_of_another_text_does_not_stand(claim, catalogue, kind):
    other = changed(replace(claim, kind=kind), text_sha256="0" * 64)
    assert verdict(other, catalogue) == "unsupported"


@pytest.mark.parametrize("kind", ["quotation", "paraphrase"])
@pytest.mark.parametrize(("start", "end"), [(1, 1), (-1, -1), (0, -1), (1, 0), (0, 1)])
def test_shifted_offsets_do_not_stand(claim, catalogue, kind, start, end):
    citation = claim.citations[0]
    shifted = changed(replace(claim, kind=kind), start=citation.start + start, end=citation.end + end)
    assert verdict(shifted, catalogue) == "unsupported"


@pytest.mark.parametrize("kind", ["quotation", "paraphrase"])
def test_a_quote_with_one_other_letter_does_not_stand(claim, catalogue, kind):
    misquoted = changed(replace(claim, kind=kind), quote=claim.citations[0].quote.replace("meel", "meet"))
    assert verdict(misquoted, catalogue) == "unsupported"


def test_a_quotation_with_one_other_letter_than_its_quote_is_unsupported(claim, catalogue):
    assert verdict(replace(claim, text=claim.text.replace("meel", "meet")), catalogue) == "unsupported"


def test_a_quotation_of_part_of_a_sentence_is_unsupported(claim, catalogue):
    citation = claim.citations[0]
    cut = changed(replace(claim, text="De samen"), end=citation.start + 8, quote=citation.quote[:8])
    assert verdict(cut, catalogue) == "unsupported"


def test_an_empty_quote_does_not_stand(claim, catalogue):
    empty = changed(paraphrase(claim, "Zij waren blij."), start=0, end=0, quote="")
    assert verdict(empty, catalogue) == "unsupported"


def test_a_claim_without_citations_is_unsupported(claim, catalogue):
    assert verdict(replace(paraphrase(claim, "Zij waren blij."), citations=()), catalogue) == "unsupported"


def test_one_quote_that_does_not_stand_is_enough_to_drop_a_claim(claim, catalogue):
    citation = claim.citations[0]
    both = replace(paraphrase(claim, "Er was meel."), citations=(citation, replace(citation, quote="Er was meel.")))
    assert verdict(both, catalogue) == "unsupported"


def test_claims_keep_their_order_and_each_has_its_own_verdict(claim, catalogue):
    verified = verify_claims([changed(claim, start=0), claim], catalogue)
    assert [one.verdict for one in verified] == ["unsupported", "supported"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("De bakkers kregen twaalf zakken.", "supported"),
        ("De bakkers kregen 12 zakken.", "supported"),
        ("De bakkers kregen dertien zakken.", "unsupported"),
        ("De bakkers kregen 12 zakken op 3 mei 1954.", "unsupported"),
        ("De bakkers kregen 12 zakken van Jansen.", "unsupported"),
    ],
)
def test_a_paraphrase_may_add_no_number_date_or_name(claim, catalogue, text, expected):
    assert verdict(paraphrase(claim, text), catalogue) == expected


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        ("Er waren twaalf schepen.", "There were 12 ships.", []),
        ("Er waren 30.000 man.", "There were 30,000 men.", []),
        ("Het was op 15 mei 1955.", "It was on May 15, 1955.", []),
        ("Het was op 14 mei 1955.", "It was on May 15, 1955.", ["14 mei 1955"]),
        ("Het was in 1956.", "It was in 1955.", ["1956"]),
        ("Er waren 3 of 4 schepen.", "Er waren drie schepen.", ["4"]),
        ("Daarna kwam Jansen.", "Jansen kwam daarna.", []),
        ("Daarna kwam Jansen.", "Hij kwam daarna.", ["Jansen"]),
        ("Daarna kwam Jansen.", "Daarna kwam Jan-\nsen.", []),
        ("Daarna viel het.", "Het viel.", []),
        ("Er kwamen 200.000 man.", "Er kwamen tweehonderddui\nzend man.", []),
        ("Het was in 1956.", "Op dag 19\n56 man.", ["1956"]),
        ("Er waren 18 miljoen leden.", "There were eighteen million.", []),
    ],
)
def test_details_that_the_evidence_lacks_are_named(text, quote, expected):
    assert missing(text, quote) == expected


def test_details_may_come_from_several_quotes():
    assert missing("In 1955 kwam Jansen.", "Het was in 1955.", "Toen kwam Jansen.") == []


@pytest.mark.parametrize("name", ["Łucja", "Świerczewski", "Šik", "Őze"])
def test_a_name_with_a_polish_czech_or_hungarian_capital_must_be_in_the_evidence(name):
    assert missing(f"Daarna kwam {name}.", "Zij kwam daarna.") == [name]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Toen sprak Chroesjtsjov in Boedapest.", "Then Khrushchev spoke in Budapest."),
        ("The Hungarians waited for the United Nations.", "De Hongaren wachtten op de VN."),
        ("Daarna zweeg Chroesjtsjov.", "After that Khmshchev kept silent."),
        ("Het Staatsverdrag werd gesloten.", "The State Treaty was concluded."),
        ("De Sovjettroepen gingen weg.", "Soviet troops left."),
        ("Stalins dood kwam snel.", "Stalin's death came soon."),
        ("Op maandag kwam Jansen.", "On Monday came Jansen."),
    ],
)
def test_a_name_may_stand_in_the_evidence_in_another_language_or_form(text, quote):
    assert missing(text, quote) == []


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        ("Toen sprak Malenkov in Boedapest.", "Then Khrushchev spoke in Bucharest.", ["Malenkov", "Boedapest"]),
        ("Het was Nagy, Gerő en Kádár.", "It was Nagy.", ["Gerő", "Kádár"]),
        ("Rákosi ging weg.", "Hij ging weg.", ["Rákosi"]),
        ("The Poles wrote to the UN.", "The Hungarians wrote to us.", ["Poles", "UN"]),
        ("Daarna kwam Nagy en toen Nagy.", "Toen kwam hij.", ["Nagy"]),
    ],
)
def test_a_name_of_another_person_or_place_is_missing(text, quote, expected):
    assert missing(text, quote) == expected


@pytest.mark.parametrize("quote", ["Het was in 1955.", "Het was in mei 1955.", "Het was op 15 mei."])
def test_a_date_may_not_be_more_exact_than_the_evidence(quote):
    assert missing("Het was op 15 mei 1955.", quote) == ["15 mei 1955"]


def test_a_date_may_be_vaguer_than_the_evidence():
    assert missing("Het was in mei 1955.", "Het was op 15 mei 1955.") == []


def test_a_name_inside_another_word_is_not_in_the_evidence():
    assert missing("Daarna kwam Rome.", "Daarna kwam Jerome.") == ["Rome"]


class ScriptedVerifier:
    """A `Verifier` that gives every claim the same support and keeps what it was asked."""

    name = "scripted"

    def __init__(self, support):
        self.support = support
        self.asked = []

    def verify(self, pairs):
        self.asked += pairs
        return [Judgement(self.support, 0.0, 1 - self.support) for _ in pairs]


@pytest.mark.parametrize(
    ("support", "expected"), [(0.9, "supported"), (SUPPORT_LINE, "supported"), (0.19, "unsupported")]
)
def test_the_judge_decides_on_a_sentence_in_other_words(claim, catalogue, support, expected):
    verified = verify_claim(paraphrase(claim, "De bakkers kregen meel."), catalogue, ScriptedVerifier(support))
    assert (verified.verdict, verified.support) == (expected, support)


def test_the_judge_sees_the_claim_and_the_joined_words_of_its_quotes(claim, catalogue):
    verifier = ScriptedVerifier(1.0)
    verify_claim(paraphrase(claim, "The bakers received flour after all the talks."), catalogue, verifier)
    assert verifier.asked == [
        ClaimPair(
            "The bakers received flour after all the talks.",
            "De samenwerking gaf de bakkers 12 zakken meel.",
            claim_language="en",
            evidence_language="nl",
        )
    ]


def test_no_judge_is_asked_about_a_quotation_or_a_missing_detail(claim, catalogue):
    verifier = ScriptedVerifier(0.0)
    assert verify_claim(claim, catalogue, verifier).verdict == "supported"
    verified = verify_claim(paraphrase(claim, "De bakkers kregen 13 zakken."), catalogue, ScriptedVerifier(1.0))
    assert (verified.verdict, verified.support, verifier.asked) == ("unsupported", 0.0, [])


def test_no_judge_is_asked_about_a_quote_that_does_not_stand(claim, catalogue):
    verifier = ScriptedVerifier(1.0)
    verify_claim(changed(paraphrase(claim, "De bakkers kregen meel."), text_sha256="0" * 64), catalogue, verifier)
    assert verifier.asked == []


@pytest.mark.real
def test_every_sentence_that_the_real_model_finds_in_a_scan_can_be_quoted(tmp_path, real_embedder):
    with Catalogue.open(tmp_path / "real") as catalogue:
        data = (SAMPLES / "zeventiende-juni-1953-ddr-scan.txt").read_bytes()
        ingest_bytes("scan.txt", data, catalogue, real_embedder.read_passages)
        passages = catalogue.passages(catalogue.passage_vectors().passage_ids)
        reader = SentenceReader(catalogue, StateReader(catalogue, real_embedder))
        question = Question("Waarom staakten de bouwvakkers?", "Waarom staakten de bouwvakkers?", "nl")
        readings = reader.read(question, [Hit(passage, 1.0, "fused") for passage in passages]).readings
        claims = draft_answer(readings, {document.id: document for document in catalogue.documents()})
        verdicts = {claim.verdict for claim in verify_claims(claims, catalogue)}
    assert (len(readings) > 10, verdicts) == (True, {"supported"})


def test_a_quote_is_on_the_page_that_it_stands_on_and_not_on_the_one_its_passage_begins_on(catalogue):
    pages = Pages()
    pages.line("The harbour silted up after the winter.", 60, 80)
    pages.end_page()
    pages.line("Four hundred labourers were paid in grain.", 60, 400)
    added = ingest_bytes("harbour.pdf", pages.made(), catalogue, embedder.read_passages).document
    (passage,) = catalogue.passages(catalogue.passage_vectors(document_ids=[added.id]).passage_ids)
    sentence = catalogue.sentences([passage.id])[-1]
    (drafted,) = draft_answer([Reading(sentence, passage, 0.9)], {added.id: added})
    (citation,) = verify_claim(drafted, catalogue).citations
    assert (passage.page, citation.page) == (1, 2)
    assert citation.permalink == f"/documents/{added.id}#char={citation.start},{citation.end};page=2"
    (box,) = citation.boxes
    assert (box.page, round(box.left, 2), round(box.top, 1)) == (2, 0.1, 0.5)
