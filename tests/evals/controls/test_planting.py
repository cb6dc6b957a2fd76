from pathlib import Path

import pytest

import ingest
from evals.cases import load_cases, load_texts
from evals.controls.checks import checks_over, cited, gold, pointers, quotes, refusal, support_by
from evals.controls.corruptions import KINDS
from evals.controls.planting import ControlError, open_texts, plant, right_outcomes, run_controls
from evals.controls.pool import Pool
from evals.metrics.support import quoth_support
from tests.evals.outcomes import cite, make_answer, make_case, make_claim, make_outcome, make_refusal_case

SAMPLES = Path(ingest.__file__).parent / "samples"
BRIDGE = (
    "The old bridge at Varda was closed on 12 May 1931 by the council. Only the engineer Anton Brel could open it "
    "again that year. He had 40 men and no money."
)
TUNNEL = (
    "A tunnel was dug near Lisse in 1948 by two hundred men of the valley. Nobody paid the painter Karel Noor for "
    "the draw-\nings of it."
)
CLAIM = "Since 12 May 1931 the bridge at Varda had been shut."


@pytest.fixture
def texts(tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    (folder / "tunnel.txt").write_text(TUNNEL, encoding="utf-8")
    return folder


@pytest.fixture
def catalogue(texts):
    with open_texts(texts) as opened:
        yield opened


def closed(**fields):
    return make_case("closed", evidence=(("bridge.txt", 20, 50),), **fields)


def paid():
    start = TUNNEL.index("Nobody")
    return make_case("paid", evidence=(("tunnel.txt", start, start + 12),), claim="Karel Noor drew it for nothing.")


def unanswerable():
    return make_refusal_case("nowhere", question="Who painted the bridge?")


def quotation_of(text, file="bridge.txt", *, source=BRIDGE, **fields):
    start = source.index(text)
    return make_claim(text, cite(file, start, start + len(text), text, **fields))


FIRST = BRIDGE.split(". ")[0] + "."


def paraphrase(text, *, kind="paraphrase", citations=None):
    citations = quotation_of(FIRST).citations if citations is None else citations
    return make_outcome(closed(), make_answer(make_claim(text, *citations, kind=kind)))


def test_a_pointer_is_flagged_when_file_or_api_say_something_else():
    assert not pointers(make_outcome(closed(), make_answer(quotation_of(FIRST))))
    assert not pointers(make_outcome(closed(), make_answer(quotation_of(FIRST, resolved=None))))
    assert pointers(make_outcome(closed(), make_answer(quotation_of(FIRST, standing="The old"))))
    assert pointers(make_outcome(closed(), make_answer(quotation_of(FIRST, resolved="The old"))))
    assert pointers(make_outcome(closed(), make_answer(make_claim("Words.", cite("bridge.txt", 4, 4, "")))))


def test_other_words_are_flagged_where_they_are_given_out_as_a_quotation():
    assert not quotes(paraphrase(FIRST, kind="quotation"))
    assert quotes(paraphrase(CLAIM, kind="quotation"))
    assert not quotes(paraphrase(CLAIM))
    assert quotes(paraphrase(f"“{CLAIM}”"))
    assert not quotes(paraphrase(f"It says: “{FIRST}”"))


def test_a_paraphrase_with_another_number_is_flagged():
    support = support_by(quoth_support)
    assert not support(paraphrase(CLAIM))
    assert support(paraphrase(CLAIM.replace("1931", "1932")))
    assert not support(paraphrase(FIRST.replace("1931", "1932"), kind="quotation"))


def test_a_claim_without_a_citation_is_flagged():
    assert not cited(paraphrase(CLAIM))
    assert cited(paraphrase(CLAIM, citations=()))


def test_evidence_beside_the_gold_is_flagged_for_answerable_questions_only():
    beside = quotation_of("He had 40 men and no money.")
    assert not gold(make_outcome(closed(), make_answer(quotation_of(FIRST))))
    assert gold(make_outcome(closed(), make_answer(quotation_of(FIRST), beside)))
    assert gold(make_outcome(closed(), make_answer(make_claim(CLAIM))))
    assert not gold(make_outcome(unanswerable(), make_answer(beside)))


def test_a_refusal_is_flagged_on_both_sides():
    assert not refusal(make_outcome(closed(), make_answer(quotation_of(FIRST))))
    assert refusal(make_outcome(closed(), make_answer()))
    assert refusal(make_outcome(closed(), make_answer(status="failed")))
    assert not refusal(make_outcome(unanswerable(), make_answer()))
    assert refusal(make_outcome(unanswerable(), make_answer(quotation_of(FIRST))))


def test_verification_holds_back_what_the_catalogue_does_not_say(catalogue):
    holds_back = checks_over(catalogue)["verification"]
    assert not holds_back(make_outcome(closed(), make_answer(quotation_of(FIRST))))
    assert holds_back(make_outcome(closed(), make_answer(quotation_of(FIRST, file="tunnel.txt"))))
    assert holds_back(make_outcome(closed(), make_answer(quotation_of(FIRST, file="unknown.txt"))))
    assert holds_back(paraphrase(CLAIM.replace("1931", "1932")))
    assert holds_back(paraphrase(FIRST.replace("closed", "opened"), kind="quotation"))
    assert not holds_back(paraphrase(CLAIM))


def test_right_answers_are_built_from_the_gold(catalogue, texts):
    pool = Pool.from_catalogue(catalogue, load_texts(texts), [paid()])
    quoted, rephrased = (outcome.answer for _, outcome in right_outcomes(paid(), pool))
    start = TUNNEL.index("Nobody")
    (claim,) = quoted.claims
    assert claim.text == "Nobody paid the painter Karel Noor for the drawings of it."
    assert claim.citations[0].quote == TUNNEL[start:]
    assert rephrased.claims[0].text == "Karel Noor drew it for nothing."
    assert rephrased.citations == quoted.citations
    ((kind, refused),) = right_outcomes(unanswerable(), pool)
    assert (kind, refused.answer.status, refused.answer.claims) == ("refusal", "refused", ())


def test_nothing_is_planted_in_a_right_answer_that_is_flagged(catalogue, texts):
    flagged = closed(claim="The bridge at Varda was shut in May 1932.")
    pool = Pool.from_catalogue(catalogue, load_texts(texts), [flagged, paid()])
    controls = list(plant([flagged], pool, checks_over(catalogue)))
    (alarm,) = [control for control in controls if control.claim_kind == "paraphrase"]
    assert (alarm.kind, alarm.flags) == ("nothing changed", ("support", "verification"))
    assert {control.kind for control in controls if control.claim_kind == "quotation"} > {"nothing changed", KINDS[0]}


def test_the_rows_count_what_was_planted_and_what_each_check_caught(texts):
    cases = [closed(claim=CLAIM), paid(), unanswerable()]
    rows = {(row.kind, row.claim_kind): row for row in run_controls(cases, texts, min_planted=1)}
    assert list(dict.fromkeys(kind for kind, _ in rows)) == [*KINDS, "nothing changed"]
    assert ("refusal turned into an answer", "quotation") not in rows
    moved = rows["quote moved to another document", "quotation"]
    assert (moved.planted, moved.caught) == (2, 2)
    assert (moved.caught_by["pointers"], moved.caught_by["any without gold"]) == (2, 2)
    answered = rows["refusal turned into an answer", "refusal"]
    assert (answered.planted, answered.caught, answered.caught_by["refusal"]) == (1, 1, 1)
    assert answered.caught_by["any without gold"] == 0
    assert [rows["nothing changed", kind].planted for kind in ("quotation", "paraphrase", "refusal")] == [2, 2, 1]
    assert sum(rows["nothing changed", kind].caught for kind in ("quotation", "paraphrase", "refusal")) == 0


def test_two_runs_plant_the_same_corruptions(catalogue, texts):
    cases = [closed(claim=CLAIM), paid(), unanswerable()]
    pool = Pool.from_catalogue(catalogue, load_texts(texts), cases)
    first, second = (list(plant(cases, pool, {"cited": cited})) for _ in range(2))
    assert first == second


def test_a_case_more_changes_nothing_in_the_others(catalogue, texts):
    pool = Pool.from_catalogue(catalogue, load_texts(texts), [closed(claim=CLAIM), paid()])
    alone = list(plant([paid()], pool, {"cited": cited}))
    assert list(plant([closed(claim=CLAIM), paid()], pool, {"cited": cited}))[-len(alone) :] == alone


def test_too_few_corruptions_are_an_error(texts):
    with pytest.raises(ControlError, match="'number changed' was planted 1 times, not 2"):
        run_controls([closed(claim=None), paid(), unanswerable(), unanswerable()], texts, min_planted=2)


def test_a_text_that_cannot_be_read_is_an_error(texts):
    (texts / "empty.txt").write_bytes(b"")
    with pytest.raises(ControlError, match=r"empty\.txt cannot be read"):
        run_controls([closed()], texts, min_planted=1)


@pytest.mark.slow
def test_each_kind_is_planted_thirty_times_in_the_sample_texts():
    loaded = load_texts(SAMPLES)
    folder = Path(ingest.__file__).parent.parent / "evals" / "cases"
    names = ("samples.jsonl", "samples_held_out.jsonl")
    cases = [case for name in names for case in load_cases(folder / name, loaded)]
    rows = run_controls(cases, SAMPLES)
    planted = {kind: sum(row.planted for row in rows if row.kind == kind) for kind in KINDS}
    assert min(planted.values()) >= 30
    in_quotations = [row for row in rows if row.claim_kind == "quotation" and row.kind in KINDS]
    assert [row.kind for row in in_quotations if row.caught_by["any without gold"] < row.planted] == []
