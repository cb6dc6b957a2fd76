import hashlib
import json
from collections import Counter

import pytest

from evals.cases import CaseError, load_cases
from evals.sets import QUICK_SETS, load_set

TEXT = "In 1955 kwamen er twaalf schepen."
GOOD = {
    "id": "t-1",
    "kind": "fact",
    "lang": "nl",
    "question": "Hoeveel schepen kwamen er?",
    "history": [],
    "answers": ["twaalf"],
    "evidence": [{"file": "a.txt", "start": 18, "end": 32, "quote": "twaalf schepen"}],
}


def load(tmp_path, *cases):
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(case) for case in cases), encoding="utf-8")
    return load_cases(path, {"a.txt": TEXT})


def test_a_case_is_read(tmp_path):
    (case,) = load(tmp_path, GOOD)
    assert case.answerable
    assert TEXT[case.evidence[0].span.start : case.evidence[0].span.end] == "twaalf schepen"


@pytest.mark.parametrize(
    "change",
    [
        {"start": 17},
        {"end": 99},
        {"file": "b.txt"},
        {"text_sha256": hashlib.sha256(b"another text").hexdigest()},
    ],
    ids=["moved", "outside", "no such file", "another text"],
)
def test_evidence_that_does_not_stand_in_the_text_is_an_error(tmp_path, change):
    with pytest.raises(CaseError, match="line 1"):
        load(tmp_path, GOOD | {"evidence": [GOOD["evidence"][0] | change]})


def test_an_answerable_case_without_evidence_is_an_error(tmp_path):
    with pytest.raises(CaseError):
        load(tmp_path, GOOD | {"evidence": []})


def test_two_cases_with_one_id_are_an_error(tmp_path):
    with pytest.raises(CaseError):
        load(tmp_path, GOOD, GOOD)


def test_evidence_that_nothing_can_be_checked_by_is_an_error(tmp_path):
    unchecked = {key: value for key, value in GOOD["evidence"][0].items() if key != "quote"}
    with pytest.raises(CaseError, match="neither the quote nor the text's sha256"):
        load(tmp_path, GOOD | {"evidence": [unchecked]})


def test_the_optional_fields_are_read(tmp_path):
    fields = {"rewritten": "Hoeveel schepen kwamen er in 1955?", "claim": "Er kwam een dozijn schepen."}
    (case,) = load(tmp_path, GOOD | fields)
    assert (case.rewritten, case.claim) == (fields["rewritten"], fields["claim"])
    assert (case.refusal, case.twin) == (None, None)


@pytest.mark.parametrize(
    "change", [{"refusal": "near-miss"}, {"refusal": "too hard", "evidence": [], "kind": "unanswerable"}]
)
def test_a_refusal_needs_a_known_sort_and_no_evidence(tmp_path, change):
    with pytest.raises(CaseError, match="cannot have the refusal"):
        load(tmp_path, GOOD | change)


def test_an_unanswerable_case_with_evidence_is_an_error(tmp_path):
    with pytest.raises(CaseError, match="1 pieces of evidence"):
        load(tmp_path, GOOD | {"kind": "unanswerable"})


def test_twins_name_each_other_and_differ_in_language(tmp_path):
    english = GOOD | {"id": "t-2", "lang": "en", "twin": "t-1"}
    first, second = load(tmp_path, GOOD | {"twin": "t-2"}, english)
    assert (first.twin, second.twin) == ("t-2", "t-1")
    for wrong in (GOOD, GOOD | {"twin": "t-3"}, GOOD | {"twin": "t-2", "lang": "en"}):
        with pytest.raises(CaseError, match="which is no twin of it"):
            load(tmp_path, wrong, english)


def test_a_draft_is_no_case_until_a_person_has_completed_it(tmp_path):
    with pytest.raises(CaseError, match="is a draft"):
        load(tmp_path, GOOD | {"kind": "draft"})


@pytest.mark.parametrize("name", ["samples", "samples-held-out", "typed", "typed-held-out"])
def test_the_sets_in_the_project_fit_the_sample_texts(name, tmp_path):
    loaded = load_set(name, tmp_path)
    assert loaded.texts.keys() >= {place.file for case in loaded.cases for place in case.evidence}
    assert loaded.held_out == name.endswith("held-out")


def test_the_sets_in_the_project_ask_and_refuse_enough(tmp_path):
    cases = [case for name in QUICK_SETS for case in load_set(name, tmp_path).cases]
    refusals = Counter(case.refusal for case in cases if not case.answerable)
    assert len(cases) >= 120
    assert refusals.total() >= 35
    assert refusals.keys() == {"topic-absent", "near-miss", "false-premise"}
    assert {case.language for case in cases} == {"nl", "en"}


@pytest.mark.parametrize("name", ["dev", "real", "real-more", "real-blind"])
def test_the_sets_on_the_real_texts_fit_them(name, tmp_path):
    loaded = load_set(name, tmp_path)
    if loaded is None:
        pytest.skip("the two real texts are not on this machine")
    assert len(loaded.cases) >= 30
