"""Saved runs in few words, for the tests of comparison and report."""

from evals.rates import rate
from evals.saved import SavedCase, SavedCitation, SavedGold, SavedRun, Speed
from evals.types import Metric

SECTIONS = {"recall@5": "retrieval", "evidence hit": "evidence", "refusal recall": "refusals"}


def saved_case(id="c1", *, right=True, values=None, **fields):
    given = {
        "kind": "fact",
        "language": "en",
        "question": f"What about {id}?",
        "history": (),
        "answers": ("257",),
        "gold": (SavedGold("a.txt", 10, 20, "the words that answer"),),
        "refusal": None,
        "status": "answered",
        "reason": None,
        "confidence": 0.75,
        "text": "An answer. [1]",
        "citations": (SavedCitation("a.txt", 5, 15, "the words that were cited", True),),
        "error": None,
    }
    return SavedCase(id=id, right=right, values=values or {}, **(given | fields))


def refusal_case(id="r1", *, right=True, **fields):
    given = {
        "kind": "unanswerable",
        "answers": (),
        "gold": (),
        "refusal": "near-miss",
        "status": "refused" if right else "answered",
        "citations": (),
        "text": "The texts do not say.",
    }
    return saved_case(id, right=right, **(given | fields))


def saved_run(*cases, **fields):
    """Make a run; its rates are those of the values of its cases unless others are given."""
    given = {
        "set": "tiny",
        "system": "quoth",
        "held_out": False,
        "made": "2026-01-02T03:04:05+00:00",
        "version": "0.1.0",
        "commit": "abcdef123456",
        "machine": {"platform": "Linux x86_64", "cores": "2"},
        "settings": {"reader": "similarity", "threshold": 0.5},
        "rates": rates_of(cases),
        "figures": (),
        "curves": (),
        "speed": Speed(len(cases), 0.1, 0.2, 512.0, (0.1,) * len(cases)),
    }
    return SavedRun(cases=cases, **(given | fields))


def rates_of(cases):
    names = dict.fromkeys(name for case in cases for name in case.values)
    return tuple(
        rate(
            Metric(name, SECTIONS.get(name, "other"), lambda outcomes: {}),
            {case.id: case.values[name] for case in cases if name in case.values},
        )
        for name in names
    )


def with_values(name, *values, **fields):
    """Make a run of cases c1, c2, … that have these values of one metric; None leaves the metric out."""
    cases = (
        saved_case(f"c{number}", values={} if value is None else {name: (float(value),)})
        for number, value in enumerate(values, start=1)
    )
    return saved_run(*cases, **fields)
