"""A claim is held against evidence, however long the two are."""

from itertools import pairwise

import pytest

from ingest.errors import InvalidClaimError, NoVerifierError
from retriever.claim_check import (
    CLAIM_CHARACTERS,
    EVIDENCE_CHARACTERS,
    MAX_CLAIM_CHARACTERS,
    MAX_EVIDENCE_CHARACTERS,
    check_claim,
)
from retriever.evidence_model.types import Judgement
from tests.fakes import NumberVerifier

CLAIM = "In 1956 kostte een brood 3 zloty."
EVIDENCE = "A loaf of bread cost 3 zloty in 1956."
FILLER = "The weather stayed dull and the streets were empty, people said to each other in the shops. "
MIN_OVERLAP = 80


@pytest.fixture
def verifier():
    return NumberVerifier()


def test_a_claim_gets_support_a_verdict_and_who_said_so(verifier):
    checked = check_claim(CLAIM, EVIDENCE, verifier)
    assert (checked.support, checked.verdict, checked.verifier) == (0.95, "supported", "numbers")
    assert checked.probabilities == Judgement(supported=0.95, refuted=0.0, not_enough=0.05)
    assert check_claim("In 1957 kostte een brood 3 zloty.", EVIDENCE, verifier).verdict == "refuted"
    assert check_claim("Brood was duur.", EVIDENCE, verifier).verdict == "not_enough"


def test_short_texts_are_judged_once_and_without_line_ends_or_broken_words(verifier):
    check_claim(f"  {CLAIM}\n", "A loaf of bre-\nad cost 3\nzloty in 1956. ", verifier)
    (pair,) = verifier.pairs
    assert (pair.claim, pair.evidence) == (CLAIM, EVIDENCE)


@pytest.mark.parametrize(
    ("claim", "evidence", "languages"),
    [
        (CLAIM, EVIDENCE, ("nl", "en")),
        ("Nothing was said about it at all in the end.", "Het brood was op.", ("en", "nl")),
        ("Het regende.", "It rained.", ("nl", "en")),
        (
            "Der Winter war in diesem Jahr besonders lang und kalt, und niemand hatte genug Brot im Haus.",
            "Es war kalt, wie man es seit vielen Jahren nicht mehr gekannt hatte in dieser kleinen Stadt.",
            ("de", "de"),
        ),
    ],
)
def test_the_judge_is_told_the_languages(verifier, claim, evidence, languages):
    check_claim(claim, evidence, verifier)
    assert (verifier.pairs[0].claim_language, verifier.pairs[0].evidence_language) == languages


def test_of_long_evidence_the_stretch_that_says_most_decides(verifier):
    checked = check_claim(CLAIM, FILLER * 40 + EVIDENCE + FILLER * 40, verifier)
    assert checked.verdict == "supported"
    assert len(verifier.pairs) > 5


def test_long_evidence_is_cut_at_sentence_ends_into_stretches_that_overlap(verifier):
    sentences = [f"Sentence number {number} tells what happened on that day in the village." for number in range(100)]
    check_claim(CLAIM, " ".join(sentences), verifier)
    stretches = [pair.evidence for pair in verifier.pairs]
    assert all(len(stretch) <= EVIDENCE_CHARACTERS for stretch in stretches)
    assert all(stretch.startswith("Sentence") and stretch.endswith("village.") for stretch in stretches)
    assert all(any(sentence in stretch for stretch in stretches) for sentence in sentences)
    for before, after in pairwise(stretches):
        assert after[:MIN_OVERLAP].split(".")[0] in before


def test_a_sentence_longer_than_a_stretch_is_still_judged_whole(verifier):
    long = "X" + "x" * 850 + " 1956."
    check_claim("Het was 1956.", f"{FILLER} {long} {FILLER}", verifier)
    assert long in [pair.evidence for pair in verifier.pairs]


def test_a_long_claim_is_supported_when_all_of_it_is(verifier):
    half = "In 1956 the bread had a price that everyone in the whole country could tell you at any hour of the day. "
    checked = check_claim(half * 8, EVIDENCE, verifier)
    assert checked.verdict == "supported"
    assert len(verifier.pairs) > 1
    assert all(len(pair.claim) <= CLAIM_CHARACTERS for pair in verifier.pairs)
    assert "".join(pair.claim.replace(" ", "") for pair in verifier.pairs) == (half * 8).replace(" ", "")


@pytest.mark.parametrize(
    ("last", "verdict"), [("The bread cost 7 zloty.", "refuted"), (FILLER * 4, "not_enough")], ids=["wrong", "unknown"]
)
def test_a_long_claim_is_no_better_than_its_worst_part(verifier, last, verdict):
    claim = "In 1956 the bread had a price of 3 zloty that everyone in the country could tell you. " * 5 + last
    assert check_claim(claim, EVIDENCE, verifier).verdict == verdict


def test_a_refuted_part_weighs_more_than_an_unknown_one(verifier):
    refuted = "The bread cost 7 zloty, and everyone in the country could have told you so at any hour. "
    assert check_claim(refuted * 5 + FILLER * 5, EVIDENCE, verifier).verdict == "refuted"
    assert check_claim(FILLER * 5 + refuted * 5, EVIDENCE, verifier).verdict == "refuted"


def test_the_longest_claim_is_checked_and_a_longer_one_is_not(verifier):
    assert check_claim("x" * MAX_CLAIM_CHARACTERS, EVIDENCE, verifier)
    with pytest.raises(InvalidClaimError, match=r"claim has 2,001 characters; at most 2,000"):
        check_claim("x" * (MAX_CLAIM_CHARACTERS + 1), EVIDENCE, verifier)


def test_the_longest_evidence_is_read_and_longer_evidence_is_not(verifier):
    assert check_claim(CLAIM, "x" * MAX_EVIDENCE_CHARACTERS, verifier)
    with pytest.raises(InvalidClaimError, match=r"evidence has 20,001 characters; at most 20,000"):
        check_claim(CLAIM, "x" * (MAX_EVIDENCE_CHARACTERS + 1), verifier)


@pytest.mark.parametrize(
    ("claim", "evidence", "message"),
    [
        (" \n", EVIDENCE, "The claim is empty"),
        (CLAIM, "", "The evidence is empty"),
        ("half \ud800", EVIDENCE, "The claim holds half a character"),
        (CLAIM, "half \udfff", "The evidence holds half a character"),
    ],
)
def test_what_cannot_be_judged_is_told(verifier, claim, evidence, message):
    with pytest.raises(InvalidClaimError, match=message):
        check_claim(claim, evidence, verifier)
    assert verifier.pairs == []


def test_signs_without_words_are_judged_too(verifier):
    assert check_claim("?!", "\u200b", verifier).verdict == "not_enough"


def test_without_a_judge_there_is_no_verdict():
    with pytest.raises(NoVerifierError, match="`quoth doctor` says why"):
        check_claim(CLAIM, EVIDENCE, None)
