import json
from dataclasses import replace

import pytest

from evals.exports import to_inspect, to_ragas
from evals.saved import SavedCase, SavedCitation, SavedGold, SavedRun, Speed

BREAD = SavedCase(
    id="t-1",
    kind="fact",
    language="en",
    question="What did bread cost?",
    history=(),
    answers=("3 zloty", "three zloty"),
    gold=(SavedGold("bread.txt", 13, 31, "bread cost 3 zloty"), SavedGold("price.txt", 0, 7, "3 zloty")),
    refusal=None,
    status="answered",
    reason=None,
    confidence=0.9,
    text="bread says: “bread cost 3 zloty” [1]",
    citations=(SavedCitation("bread.txt", 13, 31, "bread cost 3 zloty", pointer_holds=True),),
    right=True,
    error=None,
    values={"evidence hit": (1.0,)},
)
NOBODY = replace(
    BREAD, id="t-2", kind="unanswerable", language="nl", question="Wie won?", answers=(), gold=(), refusal="near-miss",
    status="refused", text="De teksten geven hier geen antwoord op.", citations=(),
)  # fmt: skip
RUN = SavedRun(
    set="tiny",
    system="quoth",
    held_out=True,
    made="2056-11-04T04:15:00+00:00",
    version="0.1.0",
    commit="",
    machine={},
    settings={},
    rates=(),
    figures=(),
    curves=(),
    cases=(BREAD, NOBODY),
    speed=Speed(2, 0.1, 0.2, 100.0),
)


def with_case(**changes):
    return replace(RUN, cases=(replace(BREAD, **changes),))


def test_a_row_for_ragas_has_the_fields_of_its_single_turn_sample():
    assert to_ragas(RUN)[0] == {
        "user_input": "What did bread cost?",
        "response": "bread says: “bread cost 3 zloty” [1]",
        "retrieved_contexts": ["bread cost 3 zloty"],
        "reference": "3 zloty",
        "reference_contexts": ["bread cost 3 zloty", "3 zloty"],
    }


def test_ragas_gets_the_refusal_as_the_right_answer_to_what_the_texts_leave_out():
    row = to_ragas(RUN)[1]
    assert row["reference"] == "De teksten geven hier geen antwoord op."
    assert (row["retrieved_contexts"], row["reference_contexts"]) == ([], [])


def test_ragas_reads_a_follow_up_as_the_questions_in_a_row():
    (row,) = to_ragas(with_case(history=("What happened in 1956?",)))
    assert row["user_input"] == "What happened in 1956?\nWhat did bread cost?"


def test_every_user_input_is_a_text_because_ragas_takes_a_list_for_a_conversation():
    rows = to_ragas(replace(RUN, cases=(replace(BREAD, history=("What?",)), NOBODY)))
    assert all(isinstance(row["user_input"], str) for row in rows)


def test_a_row_for_inspect_has_the_fields_of_its_sample():
    row = to_inspect(RUN)[0]
    assert list(row) == ["id", "input", "target", "metadata"]
    assert (row["id"], row["input"], row["target"]) == ("t-1", "What did bread cost?", ["3 zloty", "three zloty"])
    assert row["metadata"] == {
        "set": "tiny",
        "held_out": True,
        "kind": "fact",
        "language": "en",
        "refusal": None,
        "gold": [
            {"file": "bread.txt", "start": 13, "end": 31, "words": "bread cost 3 zloty"},
            {"file": "price.txt", "start": 0, "end": 7, "words": "3 zloty"},
        ],
        "system": "quoth",
        "status": "answered",
        "answer": "bread says: “bread cost 3 zloty” [1]",
        "citations": [
            {"file": "bread.txt", "start": 13, "end": 31, "quote": "bread cost 3 zloty", "pointer_holds": True}
        ],
        "right": True,
        "error": None,
    }


def test_inspect_gets_the_refusal_as_the_target_of_what_the_texts_leave_out():
    row = to_inspect(RUN)[1]
    assert row["target"] == "De teksten geven hier geen antwoord op."
    assert row["metadata"]["refusal"] == "near-miss"


def test_inspect_gets_a_follow_up_as_messages():
    (row,) = to_inspect(with_case(history=("What happened in 1956?",)))
    assert row["input"] == [
        {"role": "user", "content": "What happened in 1956?"},
        {"role": "user", "content": "What did bread cost?"},
    ]


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({"kind": "list", "answers": ("bread", "butter")}, "bread, butter"),
        ({"answers": ()}, "bread cost 3 zloty\n3 zloty"),
        ({"answers": ("3 zloty",)}, "3 zloty"),
        ({"gold": (), "language": "de", "answers": ()}, "The texts do not answer this."),
    ],
    ids=["a list is wanted whole", "gold words", "one answer", "a refusal in a language without one"],
)
def test_the_target_is_what_a_right_answer_holds(changes, target):
    assert to_inspect(with_case(**changes))[0]["target"] == target
    assert to_ragas(with_case(**changes))[0]["reference"] == target


def test_a_case_that_failed_is_not_left_out():
    failed = with_case(status="failed", text="", citations=(), right=False, error="TimeoutError: no answer")
    assert to_ragas(failed)[0]["response"] == ""
    assert to_inspect(failed)[0]["metadata"]["error"] == "TimeoutError: no answer"


@pytest.mark.parametrize("export", [to_ragas, to_inspect])
def test_every_row_is_json(export):
    rows = export(RUN)
    assert [json.loads(json.dumps(row)) for row in rows] == rows
