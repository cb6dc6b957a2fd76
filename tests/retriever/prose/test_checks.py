import pytest

from retriever.evidence_model.types import Judgement
from retriever.prose.checks import PROSE_SUPPORT_LINE, failed_check, verify_prose
from retriever.types import Claim
from tests.fakes import ScriptedReader

FERRY = "Het veer naar Marken stopte in maart 1957."
DUTCH_SENTENCE, ENGLISH_SENTENCE = "stopte", "300"


class Certain:
    """A verifier that says the same of every claim."""

    name = "certain"

    def __init__(self, support):
        self.support = support

    def verify(self, pairs):
        return [Judgement(self.support, 0.0, 1 - self.support) for _ in pairs]


@pytest.fixture
def verdict(shelf):
    def verify(text, words, **options):
        support = options.pop("support", 1.0)
        claim = Claim(text, "paraphrase", (shelf.sentence(words).citation,), 0.0, "unchecked")
        return verify_prose(claim, shelf.catalogue, Certain(support), **options).verdict

    return verify


@pytest.mark.parametrize(
    ("text", "words"), [(FERRY, DUTCH_SENTENCE), ("Het veer vervoerde elke dag 300 mensen.", ENGLISH_SENTENCE)]
)
def test_the_verifier_must_be_as_sure_within_a_language_and_across(verdict, text, words):
    assert verdict(text, words, support=PROSE_SUPPORT_LINE) == "supported"
    assert verdict(text, words, support=PROSE_SUPPORT_LINE - 0.001) == "unsupported"


def test_over_several_pieces_of_evidence_it_must_be_as_sure(shelf):
    citations = shelf.sentence(DUTCH_SENTENCE).citation, shelf.sentence("gezinnen").citation
    claim = Claim(FERRY, "inference", citations, 0.0, "unchecked")
    assert verify_prose(claim, shelf.catalogue, Certain(PROSE_SUPPORT_LINE)).verdict == "supported"
    assert verify_prose(claim, shelf.catalogue, Certain(PROSE_SUPPORT_LINE - 0.001)).verdict == "unsupported"


def test_a_number_that_the_evidence_lacks_is_never_carried(verdict):
    assert verdict("Het veer stopte in 1959.", DUTCH_SENTENCE) == "unsupported"


def test_a_quotation_that_the_evidence_lacks_is_never_carried(verdict):
    assert verdict("Er staat: “stopte op 12 maart”.", DUTCH_SENTENCE) == "supported"
    assert verdict("Er staat: “stopte op een maandag”.", DUTCH_SENTENCE) == "unsupported"


@pytest.mark.parametrize(
    ("text", "evidence", "check"),
    [
        (FERRY, "Het veer naar Marken stopte in maart 1957.", None),
        ("Het veer stopte niet.", "Het veer stopte.", "negation"),
        ("Er stonden 73 gezinnen.", "Er stonden minstens 73 gezinnen.", "bounds"),
        ("Omdat het stormde stopte het veer.", "Het stormde en het veer stopte.", "cause"),
        ("Het veer stopte.", "Het veer zou stoppen.", "hedges"),
    ],
)
def test_the_check_that_fails_has_a_name(shelf, text, evidence, check):
    citation = shelf.sentence(DUTCH_SENTENCE).citation
    assert failed_check(Claim(text, "paraphrase", (citation,), 1.0, "supported"), [evidence]) == check


def test_what_the_verifier_does_not_support_fails_that_check(shelf):
    claim = Claim(FERRY, "paraphrase", (shelf.sentence(DUTCH_SENTENCE).citation,), 0.5, "supported")
    assert failed_check(claim, [FERRY]) == "support"


def test_without_models_the_numbers_and_names_decide(shelf):
    claim = Claim(FERRY, "paraphrase", (shelf.sentence("stopte").citation,), 0.0, "unchecked")
    assert verify_prose(claim, shelf.catalogue).verdict == "supported"


def test_a_quotation_needs_its_words_and_no_model(shelf):
    source = shelf.sentence("stopte")
    claim = Claim(source.text, "quotation", (source.citation,), 0.0, "unchecked")
    assert verify_prose(claim, shelf.catalogue, Certain(0.0)).verdict == "supported"


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("Wanneer stopte het?", "1957", "supported"),
        ("Welk veer stopte?", "naar", "supported"),
        ("Wat stopte er?", "Het veer naar Marken", "supported"),
        ("Op welke dag was dat?", "op 12", "unsupported"),
    ],
)
def test_a_sentence_must_answer_its_question_with_what_the_evidence_answers_it_with(shelf, question, answer, expected):
    source = shelf.sentence(DUTCH_SENTENCE)
    claim = Claim(FERRY, "paraphrase", (source.citation,), 0.0, "unchecked")
    reader = ScriptedReader(source.text, {question: answer})
    checked = verify_prose(claim, shelf.catalogue, reader=reader, question=question)
    assert checked.verdict == expected


def test_a_sentence_that_need_not_answer_is_not_asked(shelf):
    source = shelf.sentence(DUTCH_SENTENCE)
    claim = Claim(FERRY, "paraphrase", (source.citation,), 0.0, "unchecked")
    reader = ScriptedReader(source.text, {"Op welke dag was dat?": "op 12"})
    assert verify_prose(claim, shelf.catalogue, reader=reader).verdict == "supported"


@pytest.mark.parametrize(("found", "expected"), [("1957", "supported"), ("Het veer", "unsupported")])
def test_a_sentence_must_give_its_date_where_the_evidence_does(shelf, found, expected):
    source = shelf.sentence(DUTCH_SENTENCE)
    claim = Claim(FERRY, "paraphrase", (source.citation,), 0.0, "unchecked")
    asked = "Het veer naar Marken stopte in wanneer?", "Het veer naar Marken stopte in hoeveel?"
    reader = ScriptedReader(source.text, dict.fromkeys(asked, found))
    assert verify_prose(claim, shelf.catalogue, reader=reader).verdict == expected


def test_across_languages_the_answers_are_not_compared(shelf):
    citations = (shelf.sentence(ENGLISH_SENTENCE).citation,)
    claim = Claim("Het veer vervoerde elke dag 300 mensen.", "paraphrase", citations, 0.0, "unchecked")
    checked = verify_prose(claim, shelf.catalogue, reader=ScriptedReader("ferry"), question="Wat?")
    assert checked.verdict == "supported"
