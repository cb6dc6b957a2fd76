import re
from dataclasses import replace

from evals.report.comparison import compare
from evals.report.summary import escaped, render_comparison, render_summary
from evals.saved import SavedControl, SavedVariant
from evals.types import Figure, Rate
from tests.evals.saved_runs import refusal_case, saved_case, saved_run, with_values

HIT = "evidence hit"
WRONG = saved_case("case-wrong", kind="why", right=False, values={HIT: (0.0,)})
RIGHT = saved_case("case-right", language="nl", values={HIT: (1.0,)})
REFUSED = refusal_case("case-refused", values={"refusal recall": (1.0,)})
RUN = saved_run(WRONG, RIGHT, REFUSED)


def table_lines(markdown):
    return [line for line in markdown.splitlines() if line.startswith("|")]


def test_the_summary_says_what_was_run_and_how_much_was_right():
    summary = render_summary(RUN)
    assert summary.startswith("# Quoth evals: tiny\n\nRight: **0.667 (2/3)**, 95 % interval 0.208–0.939 (Wilson).")
    for fact in (
        "- Commit: abcdef123456",
        "- Question set: tiny, not held out",
        "- Questions: 3",
        "- Machine: platform",
    ):
        assert fact in summary


def test_rates_and_figures_have_their_denominators_and_intervals():
    summary = render_summary(replace(RUN, figures=(Figure("AURC", "refusals", 0.25, 40, 0.2, 0.3),)))
    assert f"| {HIT} | 0.500 | 1/2 | 0.095–0.905 | Wilson |" in summary
    assert "| AURC | 0.250 | 40 | 0.200–0.300 | lower |" in summary
    assert "| **evidence** |  |  |  |  |" in summary


def test_groups_and_the_worst_kinds_are_named():
    summary = render_summary(RUN)
    assert "Worst kinds: why 0.000 (0/1) right; fact 1.000 (1/1) right; unanswerable 1.000 (1/1) right." in summary
    assert "| nl | 1.000 (1/1), 0.207–1.000 | 1.000 (1/1), 0.207–1.000 |" in summary
    assert "| near-miss | 1.000 (1/1), 0.207–1.000 | 1.000 (1/1), 0.207–1.000 |" in summary


def test_controls_show_what_is_missed():
    controls = (
        SavedControl("negation flipped", "paraphrase", 31, 0, {"support": 0}),
        SavedControl("number changed", "paraphrase", 33, 33, {"support": 33}),
    )
    summary = render_summary(replace(RUN, controls=controls))
    assert "Missed: negation flipped (paraphrase, 0 of 31)." in summary
    assert "| negation flipped | paraphrase | **MISSED** | 31 | 0 | 0 |" in summary
    assert "| number changed | paraphrase | caught | 33 | 33 | 33 |" in summary


def test_variants_show_their_difference_to_the_first():
    def variant(name, hits):
        return SavedVariant(name, f"{name} of it", (Rate(HIT, "evidence", hits, 20, 0.0, 1.0, "Wilson"),))

    summary = render_summary(replace(RUN, variants=(variant("all", 10), variant("half", 12))))
    assert "| all, all of it | 0.500 (10/20) |" in summary
    assert "| half, half of it | 0.600 (12/20), +0.100 |" in summary


def test_what_changed_names_the_rates_that_moved_and_the_cases():
    before = saved_run(replace(WRONG, right=True, values={HIT: (1.0,)}), RIGHT, REFUSED)
    summary = render_summary(RUN, before=before)
    moved = f"| {HIT} | 1.000 (2/2) | 0.500 (1/2) | 2 | −0.500 | −1.000 to 0.000 | 0 | 1 | 1.000 |"
    changes = summary.split("## What changed")[1].split("## Rates")[0]
    assert moved in changes
    assert "refusal recall" not in changes
    assert "Became wrong: case-wrong." in changes
    assert "| why, en | 0 | 1 |" in changes


def test_a_rate_that_moved_only_outside_the_pairs_is_named():
    comparison = render_comparison(compare(with_values(HIT, 1, 0), with_values(HIT, 1, None)))
    assert f"| {HIT} | 0.500 (1/2) | 1.000 (1/1) | 1, 1 in one run only | 0.000, 1.000 to 1.000 |" in comparison


def test_equal_runs_have_no_rate_that_moved():
    comparison = render_comparison(compare(RUN, RUN))
    assert "No rate moved." in comparison
    assert "No case became right or wrong." in comparison


def test_cases_that_are_held_out_are_counted_and_not_named():
    before = saved_run(replace(WRONG, right=True), RIGHT)
    summary = render_summary(replace(RUN, held_out=True), before=before)
    assert "nobody may tune" in summary
    assert "case-" not in summary
    assert "| why, en | 0 | 1 |" in summary
    assert "| why | 1/1 | – | 1/1 |" in summary


def test_no_question_or_answer_is_in_the_summary():
    summary = render_summary(RUN, before=saved_run(replace(WRONG, right=True)))
    assert WRONG.question not in summary
    assert WRONG.text not in summary


def test_every_row_of_a_table_has_as_many_cells_however_hostile_the_text():
    hostile = "a|b\n| c `d` *e* <script>alert(1)</script> [f](g) \u202e"
    case = saved_case(hostile, kind=hostile, language=hostile, right=False, values={HIT: (1.0,)})
    control = SavedControl(hostile, hostile, 30, 0, {hostile: 0})
    run = saved_run(case, set=hostile, settings={}, controls=(control,), variants=(SavedVariant(hostile, hostile, ()),))
    summary = render_summary(run, before=replace(run, cases=(replace(case, right=True),)))
    blocks = [block for block in summary.split("\n\n") if block.startswith("|")]
    assert len(blocks) > 5
    for block in blocks:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table_lines(block)}) == 1
    assert "<script>" not in summary
    assert "\u202e" not in summary


def test_markdown_and_html_are_escaped_on_one_line():
    assert escaped("a|b\n_c_ <d> & `e` [f]") == r"a\|b \_c\_ &lt;d&gt; &amp; \`e\` \[f\]"
    assert escaped("\u202eabc\\") == "U+202Eabc\\\\"


def test_an_empty_run_has_a_summary():
    summary = render_summary(saved_run())
    assert "The run has no cases." in summary
    assert "This run planted no corruptions." in summary
    assert "This run has no variants." in summary
    assert table_lines(summary) == []
