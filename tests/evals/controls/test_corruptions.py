from random import Random

import pytest

from evals.controls.corruptions import KINDS, corrupt
from evals.controls.pool import Pool
from evals.types import GivenCitation, GivenClaim
from tests.evals.outcomes import (
    cite,
    make_answer,
    make_case,
    make_claim,
    make_failure,
    make_outcome,
    make_refusal_case,
    place,
)

TEXTS = {
    "a.txt": "The old bridge at Varda was closed on 12 May 1931. Only Anton Brel could open it again that year.",
    "b.txt": "A new bridge was built near Lisse in 1948 by two hundred men. Nobody paid Karel Noor for the drawings.",
}
NAMES = ("Anton Brel", "Karel Noor", "Lisse", "Varda")


def quotation(file, start, end):
    words = TEXTS[file][start:end]
    return GivenClaim(words, "quotation", (GivenCitation(place(file, start, end), words, words, words),), 1.0)


def sentences():
    ends = {file: text.index(". ") + 1 for file, text in TEXTS.items()}
    return tuple(
        quotation(file, *span)
        for file, text in TEXTS.items()
        for span in ((0, ends[file]), (ends[file] + 1, len(text)))
    )


CLOSED, OPENED, BUILT, PAID = sentences()
CLOSED_CASE = make_case("closed", evidence=(("a.txt", 0, 20),), claim="Since 12 May 1931 nobody could cross at Varda.")
BUILT_CASE = make_case("built", evidence=(("b.txt", 0, 20),), claim="In 1948 a bridge was put up near Lisse.")
POOL = Pool(TEXTS, (CLOSED, OPENED, BUILT, PAID), NAMES, (CLOSED_CASE, BUILT_CASE))
QUOTED = make_outcome(CLOSED_CASE, make_answer(CLOSED))
PARAPHRASED = make_outcome(
    CLOSED_CASE, make_answer(make_claim(CLOSED_CASE.claim, *CLOSED.citations, kind="paraphrase"))
)
REFUSED = make_outcome(make_refusal_case(question="Who paid for the drawings of the tunnel?"), make_answer())


def planted(kind, outcome, *, seeds=20):
    return [corrupt(kind, outcome, POOL, Random(seed)) for seed in range(seeds)]


def only_claim(outcome):
    (claim,) = outcome.answer.claims
    return claim


def test_there_are_nine_kinds():
    assert len(KINDS) == 9


@pytest.mark.parametrize("kind", KINDS)
def test_one_seed_plants_the_same_corruption_again(kind):
    outcome = REFUSED if kind == "refusal turned into an answer" else PARAPHRASED
    first, second = (planted(kind, outcome) for _ in range(2))
    assert first == second
    assert None not in first and outcome not in first


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_planted_in_a_failure(kind):
    assert corrupt(kind, make_outcome(CLOSED_CASE, make_failure()), POOL, Random(1)) is None


@pytest.mark.parametrize("kind", ["number changed", "negation flipped", "name swapped"])
def test_words_change_in_claim_and_answer_and_citations_stay(kind):
    for wrong in planted(kind, QUOTED):
        assert wrong.answer.text == only_claim(wrong).text != CLOSED.text
        assert only_claim(wrong).citations == CLOSED.citations


def test_a_moved_quote_keeps_its_words_and_points_into_another_text():
    for wrong in planted("quote moved to another document", QUOTED):
        (citation,) = wrong.answer.citations
        assert citation.quote == CLOSED.text
        assert citation.place == place("b.txt", 0, len(CLOSED.text))
        assert citation.standing == citation.resolved == TEXTS["b.txt"][: len(CLOSED.text)]


def test_a_shifted_quote_points_one_character_further():
    wrong = planted("offset shifted by one", make_outcome(CLOSED_CASE, make_answer(OPENED)))
    start, end = OPENED.citations[0].place.span.start, OPENED.citations[0].place.span.end
    assert end == len(TEXTS["a.txt"])
    for outcome in wrong:
        (citation,) = outcome.answer.citations
        assert citation.place == place("a.txt", start - 1, end - 1)
        assert (citation.quote, citation.standing) == (OPENED.text, TEXTS["a.txt"][start - 1 : end - 1])


@pytest.mark.parametrize("kind", ["quote moved to another document", "offset shifted by one"])
def test_a_pointer_to_the_same_words_elsewhere_is_not_wrong(kind):
    pool = Pool({"a.txt": "x" * 30, "b.txt": "x" * 30}, (), (), ())
    outcome = make_outcome(make_case(), make_answer(make_claim("xxx", cite("a.txt", 5, 8, "xxx"))))
    assert corrupt(kind, outcome, pool, Random(1)) is None


def test_a_system_without_an_api_gets_none_by_a_corruption():
    silent = make_claim(CLOSED.text, cite("a.txt", 0, len(CLOSED.text), CLOSED.text, resolved=None))
    for kind in ("quote moved to another document", "offset shifted by one", "cited to the wrong evidence"):
        for wrong in planted(kind, make_outcome(CLOSED_CASE, make_answer(silent))):
            assert wrong.answer.citations[0].resolved is None


def test_wrong_evidence_is_a_true_citation_of_another_sentence_of_the_text():
    for wrong in planted("cited to the wrong evidence", PARAPHRASED):
        assert only_claim(wrong).text == CLOSED_CASE.claim
        assert wrong.answer.citations == OPENED.citations


def test_the_added_quotation_stands_elsewhere_and_cites_what_is_there_or_nothing():
    added = [wrong.answer.claims for wrong in planted("unsupported sentence added", QUOTED)]
    assert {claims[0] for claims in added} == {CLOSED}
    assert {claims[1].text for claims in added} == {OPENED.text}
    assert {claims[1].citations for claims in added} == {(), CLOSED.citations}


def test_the_added_paraphrase_is_the_claim_of_a_case_about_something_else():
    twin = make_case("twin", evidence=(("a.txt", 5, 25),), claim="Bij Varda kon men sinds 12 mei 1931 niet oversteken.")
    pool = Pool(TEXTS, POOL.sentences, NAMES, (CLOSED_CASE, twin, BUILT_CASE))
    added = [corrupt("unsupported sentence added", PARAPHRASED, pool, Random(seed)) for seed in range(20)]
    assert {wrong.answer.claims[1].text for wrong in added} == {BUILT_CASE.claim}
    assert {wrong.answer.claims[1].kind for wrong in added} == {"paraphrase"}


def test_a_refusal_becomes_an_answer_from_the_sentences_nearest_to_the_question():
    wrong = planted("refusal turned into an answer", REFUSED, seeds=40)
    assert {outcome.answer.status for outcome in wrong} == {"answered"}
    assert all(outcome.answer.claims[0] in POOL.sentences for outcome in wrong)
    counts = {sentence: sum(outcome.answer.claims == (sentence,) for outcome in wrong) for sentence in POOL.sentences}
    assert counts[PAID] and min(counts.values()) == 0


def test_a_right_answer_is_no_refusal_to_be_answered():
    refused = make_outcome(CLOSED_CASE, make_answer())
    assert corrupt("refusal turned into an answer", refused, POOL, Random(1)) is None
    answered = make_outcome(make_refusal_case(), make_answer(CLOSED))
    assert corrupt("refusal turned into an answer", answered, POOL, Random(1)) is None


def test_a_paraphrase_is_given_out_as_a_quotation():
    wrong = {(claim.kind, claim.text) for claim in map(only_claim, planted(KINDS[8], PARAPHRASED))}
    assert wrong == {("quotation", CLOSED_CASE.claim), ("paraphrase", f"“{CLOSED_CASE.claim}”")}


def test_a_quotation_gets_the_words_of_the_case():
    assert {only_claim(wrong).text for wrong in planted(KINDS[8], QUOTED)} == {CLOSED_CASE.claim}
    unclaimed = make_outcome(make_case(), make_answer(CLOSED))
    assert corrupt(KINDS[8], unclaimed, POOL, Random(1)) is None
