import hashlib
import json

import pytest

from evals.cases import CaseError, load_cases

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
