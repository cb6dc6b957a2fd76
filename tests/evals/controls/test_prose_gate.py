from dataclasses import replace

import pytest

from evals.controls.planting import open_texts
from evals.controls.pool import Pool
from evals.controls.prose_gate import DRAWS, RIGHT, GateCount, count_passing
from evals.sets import load_claims
from tests.evals.outcomes import make_case

TEXT = "The old bridge at Varda was closed on 12 May 1931 by the council. Only the engineer Anton Brel could open it."
CLAIM = "Since 12 May 1931 the bridge at Varda had been shut."


@pytest.fixture
def texts(tmp_path):
    (tmp_path / "bridge.txt").write_text(TEXT, encoding="utf-8")
    return {"bridge.txt": TEXT}


@pytest.fixture
def counted(texts, tmp_path):
    def count(*cases, passes):
        def verify(claim, *, question):
            return replace(claim, verdict="supported" if passes(claim) else "unsupported")

        with open_texts(tmp_path) as catalogue:
            found = count_passing(cases, catalogue, Pool.from_catalogue(catalogue, texts, cases), verify)
        return {(one.kind, one.across): one for one in found}

    return count


def case(**fields):
    return make_case("shut", evidence=(("bridge.txt", 20, 50),), question="When was it shut?", claim=CLAIM, **fields)


def test_right_claims_and_those_made_wrong_by_hand_are_counted_apart(counted):
    wrong = {"place exchanged": "Since 12 May 1931 the bridge at Lisse had been shut.", "other": "It was open."}
    found = counted(replace(case(), wrong=wrong), passes=lambda claim: "Varda" in claim.text)
    assert found == {
        (RIGHT, False): GateCount(RIGHT, False, 1, 1),
        ("place exchanged", False): GateCount("place exchanged", False, 0, 1),
        ("other", False): GateCount("other", False, 0, 1),
    }


def test_a_claim_without_wrong_forms_gets_them_planted_each_once(counted):
    found = counted(case(), passes=lambda claim: claim.text == CLAIM)
    assert found[RIGHT, False].passed == 1
    assert 1 <= found["number changed", False].tried <= DRAWS
    assert found["number changed", False].passed == 0


def test_a_claim_in_another_language_than_its_evidence_is_counted_apart(counted):
    dutch = replace(
        case(language="nl"), claim="Sinds 12 mei 1931 was de brug bij Varda dicht.", wrong={"other": "Dicht."}
    )
    assert (RIGHT, True) in counted(dutch, passes=lambda claim: True)


def test_the_claims_on_the_samples_are_written_in_both_languages_and_each_made_wrong_twice():
    claims = load_claims()
    assert len(claims) >= 98
    assert all(len(claim.wrong) == 2 and claim.claim not in claim.wrong.values() for claim in claims)
    assert {claim.language for claim in claims} == {"nl", "en"}
