import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from evals.report.page import render_page
from evals.saved import SavedCitation, SavedControl, SavedGold, SavedRun, SavedVariant, Speed
from evals.types import Curve, CurvePoint, Figure, Rate
from tests.evals.saved_runs import refusal_case, saved_case, saved_run
from tests.ui.visiting import ARGUMENTS, CHROMIUM
from ui.markup import element

pytestmark = pytest.mark.slow

VOID = {"meta", "br"}
HIT, RECALL = "evidence hit", "recall@5"
HOSTILE = "<script>alert('x')</script>\" onload=\"alert(1)' & </title></style><!-- \u202ecod.exe"
SHOWN = HOSTILE.replace("\u202e", "U+202E")

WRONG = saved_case(
    "case-wrong",
    kind="list",
    right=False,
    question="Which men signed the treaty?",
    history=("Which treaty was signed?", "Where was it?"),
    answers=("Figl", "Pinay"),
    gold=(SavedGold("treaty.txt", 100, 120, "signed by Figl and Pinay"),),
    status="partly",
    reason="too_weak",
    confidence=0.4321,
    text="It was signed in a palace. [1]",
    citations=(
        SavedCitation("other.txt", 7, 33, "signed in a palace", False),
        SavedCitation("treaty.txt", 119, 130, "Pinay was there", True),
    ),
    values={HIT: (0.0,), RECALL: (1.0,)},
)
RIGHT = saved_case("case-right", language="nl", question="Was this one easy?", values={HIT: (1.0,), RECALL: (0.5,)})
REFUSED = refusal_case("case-refused", values={"refusal recall": (1.0,)})
FAILED = saved_case("case-error", right=True, status="failed", error="TimeoutError: too late", values={HIT: (0.0,)})
RUN = saved_run(WRONG, RIGHT, REFUSED, FAILED)


class Reader(HTMLParser):
    """Takes a page apart: the tags with their attributes, and the text within each."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.cells, self.rows = [], [], [], []
        self.text = ""
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" in self.open:
            return
        self.text += data if "bdi" in self.open else f"{data} " if self.open else ""
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += f" {data}" if "small" in self.open else data

    def of(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


def read(run, **options):
    return Reader(render_page(run, **options))


def row(page, *start):
    return next(row for row in page.rows if tuple(row[: len(start)]) == start)


def control(kind, claim_kind="paraphrase", planted=40, caught=40, **caught_by):
    return SavedControl(kind, claim_kind, planted, caught, {"support": caught, "any without gold": caught} | caught_by)


def test_the_page_needs_nothing_else():
    page = read(RUN, before=RUN)
    assert {"script", "link", "img", "iframe", "base", "object"}.isdisjoint(tag for tag, _ in page.tags)
    assert all(link["href"].startswith("#") for link in page.of("a"))
    assert not re.search(r"@import|url\((?!#)", render_page(RUN))
    policy = next(meta["content"] for meta in page.of("meta") if "http-equiv" in meta)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_the_page_has_a_language_and_headings_in_order():
    page = read(RUN, before=RUN)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert page.of("html") == [{"lang": "en"}]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_contents_lead_to_the_sections():
    page = read(RUN, before=RUN)
    assert [link["href"] for link in page.of("a")] == [f"#{heading['id']}" for heading in page.of("h2")]
    assert len({heading["id"] for heading in page.of("h2")}) == 8


def test_tables_have_captions_header_cells_with_scope_and_boxes_to_scroll_in():
    page = read(RUN, before=RUN)
    assert all(cell.get("scope") in {"col", "row", "rowgroup"} for cell in page.of("th"))
    boxes = [box for box in page.of("div") if box.get("class") == "scroll"]
    assert len(page.of("table")) == len(page.of("caption")) == len(boxes) > 5
    assert all(box["role"] == "region" and box["aria-label"] and box["tabindex"] == "0" for box in boxes)


def test_the_style_knows_dark_screens_and_paper():
    style = render_page(RUN).split("<style>")[1].split("</style>")[0]
    assert "@media screen and (prefers-color-scheme: dark)" in style
    assert "::details-content" in style.split("@media print")[1]


def test_the_head_says_what_was_run():
    text = read(saved_run(settings={"search": {"depth": 20}}, speed=Speed(9, 0.123, 0.456, 789.4))).text
    for fact in (
        "tiny, not held out",
        "abcdef123456",
        "0.1.0",
        "2026-01-02T03:04:05+00:00",
        "platform Linux x86_64; cores 2",
        "search.depth 20",
        "median 0.12, 95th percentile 0.46, over 9 questions",
        "789 MB",
    ):
        assert fact in text


def test_the_headline_counts_right_cases_and_errors():
    text = read(RUN).text
    assert "Right: 0.750 (3/4), 95 % interval 0.301–0.954 (Wilson)." in text
    assert "Cases that ended in an error: 1." in text


def test_rates_have_numerator_denominator_interval_and_method():
    page = read(RUN)
    assert row(page, HIT) == [HIT, "0.333", "1/3", "0.061–0.792", "Wilson"]
    assert row(page, RECALL) == [RECALL, "0.750", "1.5/2", "0.500–1.000", "bootstrap"]
    assert ["retrieval"] in page.rows and ["evidence"] in page.rows


def test_a_rate_over_no_case_says_so():
    empty = Rate("same status", "parity", 0.0, 0, 0.0, 1.0, "Wilson")
    assert row(read(saved_run(rates=(empty,))), "same status") == ["same status", "–", "no case", "–", "–"]


def test_figures_say_which_way_is_better():
    figures = (
        Figure("AURC", "refusals", 0.1234, 45, 0.1, 0.2),
        Figure("AUC", "refusals", 0.75, 60, 0.6, 0.9, lower_is_better=False),
        Figure("ECE", "calibration", None, 0, 0.0, 0.0),
    )
    page = read(saved_run(figures=figures))
    assert row(page, "AURC") == ["AURC", "0.123", "45", "0.100–0.200", "lower"]
    assert row(page, "AUC") == ["AUC", "0.750", "60", "0.600–0.900", "higher"]
    assert row(page, "ECE") == ["ECE", "–", "0", "–", "lower"]


def test_rates_stand_by_kind_language_and_sort_of_refusal():
    page = read(RUN)
    assert row(page, "Kind", "right")[2:] == [HIT, RECALL, "refusal recall"]
    assert row(page, "list") == [
        "list",
        "0.000 (0/1) 0.000–0.793",
        "0.000 (0/1) 0.000–0.793",
        "1.000 (1/1) 0.207–1.000",
        "–",
    ]
    assert row(page, "nl")[:3] == ["nl", "1.000 (1/1) 0.207–1.000", "1.000 (1/1) 0.207–1.000"]
    assert row(page, "near-miss") == ["near-miss", "1.000 (1/1) 0.207–1.000", "1.000 (1/1) 0.207–1.000"]


def test_refusal_precision_is_not_given_by_kind_where_it_could_only_be_0_or_1():
    page = read(saved_run(refusal_case(values={"refusal precision": (1.0,), "refusal recall": (1.0,)})))
    assert row(page, "refusal precision")[1:3] == ["1.000", "1/1"]
    assert row(page, "Kind", "right")[2:] == ["refusal recall"]


def test_the_plots_are_on_the_page():
    points = (CurvePoint(0.5, 0.1, 1), CurvePoint(1.0, 0.2, 2))
    curves = (Curve("risk and coverage", "x", "y", points), Curve("reliability of support", "x", "y", points))
    plots = [one["aria-label"] for one in read(replace(RUN, curves=curves)).of("div") if one.get("class") == "plot"]
    titles = [label.partition(". ")[0] for label in plots]
    assert titles == [
        f"{HIT} by kind",
        f"{RECALL} by kind",
        "right by kind",
        *(curve.name for curve in curves),
        "time",
    ]


def test_risk_and_coverage_is_drawn_in_steps_and_reliability_in_points():
    points = (CurvePoint(0.5, 0.1, 1),)
    assert "A step line" in render_page(saved_run(curves=(Curve("risk and coverage", "x", "y", points),)))
    assert "Points by bin" in render_page(saved_run(curves=(Curve("reliability", "x", "y", points),)))


def test_controls_are_counted_by_kind_claim_and_check():
    run = saved_run(controls=(control("number changed", caught=30, quotes=12), control("nothing changed", caught=0)))
    page = read(run)
    assert row(page, "Corruption")[5:] == ["support", "any without gold", "quotes"]
    assert row(page, "number changed") == [
        "number changed",
        "paraphrase",
        "caught in part",
        "40",
        "30",
        "30",
        "30",
        "12",
    ]
    assert row(page, "nothing changed")[2:5] == ["no false alarm", "40", "0"]
    assert "Missed:" not in page.text


def test_a_missed_kind_is_marked():
    page = read(saved_run(controls=(control("negation flipped", caught=0), control("number changed"))))
    assert row(page, "negation flipped")[2] == "MISSED"
    assert row(page, "number changed")[2] == "caught"
    assert "Missed: negation flipped (paraphrase, 0 of 40)." in page.text


def test_what_is_caught_no_more_often_than_false_alarms_is_missed():
    controls = (
        control("negation flipped", caught=4),
        control("name swapped", caught=5),
        control("number changed", "quotation", caught=4),
        control("nothing changed", caught=4),
    )
    page = read(saved_run(controls=controls))
    assert [row(page, one.kind)[2] for one in controls] == [
        "MISSED",
        "caught in part",
        "caught in part",
        "false alarms",
    ]
    assert "False alarms over right answers: nothing changed (paraphrase, 4 of 40)." in page.text


def test_a_kind_that_only_the_right_answer_gives_away_is_named():
    blind = replace(control("cited to the wrong evidence"), caught_by={"gold": 40, "any without gold": 0})
    page = read(saved_run(controls=(blind,)))
    assert row(page, "cited to the wrong evidence")[2] == "by gold only"
    assert "Noticed only by comparing with the right answer, so not in use: cited to the wrong evidence" in page.text


def test_a_kind_that_was_not_planted_is_no_catch():
    assert (
        row(read(saved_run(controls=(control("name swapped", planted=0, caught=0),))), "name swapped")[2]
        == "MISSED none planted"
    )


def test_variants_stand_side_by_side_with_their_difference_to_the_first():
    def rates(hits):
        return (
            Rate(HIT, "evidence", hits, 20, 0.0, 1.0, "Wilson"),
            Rate("other", "other", hits, 20, 0.0, 1.0, "Wilson"),
        )

    variants = (SavedVariant("quoth", "as it is", rates(15)), SavedVariant("keyword only", "BM25", rates(10)))
    page = read(saved_run(variants=(*variants, SavedVariant("broken", "no rates", ()))))
    assert row(page, "Variant") == ["Variant", HIT]
    assert row(page, "quoth as it is") == ["quoth as it is", "0.750 (15/20)"]
    assert row(page, "keyword only BM25") == ["keyword only BM25", "0.500 (10/20) −0.250"]
    assert row(page, "broken no rates") == ["broken no rates", "–"]


def test_a_case_that_went_wrong_is_shown_with_all_that_is_known():
    text = read(RUN).text
    for known in (
        "case-wrong · en · partly (too_weak)",
        WRONG.question,
        *WRONG.history,
        "Right answer, all of",
        *WRONG.answers,
        "signed by Figl and Pinay",
        "treaty.txt 100–120",
        WRONG.text,
        "status partly (too_weak), confidence 0.432",
        "signed in a palace",
        "other.txt 7–33 · these words do not stand there · elsewhere",
        "treaty.txt 119–130 · at the right place",
    ):
        assert known in text
    assert "list: 1 of 1" in text


def test_a_case_in_error_is_shown_and_a_right_one_is_not():
    text = read(RUN).text
    assert "case-error · en · error" in text
    assert "TimeoutError: too late" in text
    assert RIGHT.question not in text


def test_an_answered_question_without_an_answer_wants_a_refusal():
    text = read(saved_run(refusal_case(right=False))).text
    assert "a refusal (near-miss)" in text
    assert "status answered, confidence 0.750" in text


def test_nothing_of_a_held_out_question_is_shown():
    before = saved_run(replace(WRONG, right=True), replace(RIGHT, right=False), REFUSED, FAILED)
    page = read(replace(RUN, held_out=True), before=before)
    for case in RUN.cases:
        secrets = (case.id, case.question, case.text, *case.history, *case.answers, *(gold.words for gold in case.gold))
        for secret in (*secrets, *(citation.quote for citation in case.citations)):
            assert secret not in page.text
    assert "TimeoutError" not in page.text
    assert "nobody may tune" in page.text
    assert row(page, "Kind", "en") == ["Kind", "en", "nl", "all"]
    assert row(page, "fact", "1/1") == ["fact", "1/1", "0/1", "1/2"]
    assert row(page, "list, en") == ["list, en", "0", "1"]


def test_a_held_out_run_hides_cases_that_only_one_run_has():
    page = read(replace(RUN, held_out=True), before=saved_run(RIGHT))
    assert "Cases that were asked in this run and not before: 3." in page.text


def test_what_changed_is_shown_with_paired_differences():
    before = saved_run(
        replace(WRONG, right=True, values={HIT: (1.0,)}), replace(RIGHT, right=False), REFUSED, made="2026-01-01"
    )
    page = read(RUN, before=before)
    assert row(page, HIT, "1.000 (2/2)") == [
        HIT, "1.000 (2/2)", "0.333 (1/3)", "2", "−0.500 1.000 to 0.500", "−1.000 to 0.000", "0", "1", "1.000",
    ]  # fmt: skip
    assert row(page, "median seconds") == ["median seconds", "0.10", "0.10", "lower"]
    assert row(page, "list, en") == ["list, en", "0", "1"]
    assert "Cases that became wrong: 1 Which men signed the treaty?" in page.text
    assert "Cases that became right: 1 Was this one easy?" in page.text
    assert "Cases that were asked in this run and not before: 1: case-error." in page.text


def test_a_clear_drop_is_marked_and_a_chance_one_is_not():
    def run(hits, cases):
        return saved_run(*(saved_case(f"c{n:02}", values={HIT: (float(n < hits),)}) for n in range(cases)))

    assert '<td class="number bad">−0.600' in render_page(run(4, 10), before=run(10, 10))
    assert '<td class="number">−0.400' in render_page(run(6, 10), before=run(10, 10))


def test_warnings_stand_before_the_differences():
    page = read(RUN, before=replace(RUN, settings={"reader": "similarity", "threshold": 0.6}))
    assert page.text.index("Settings differ: threshold (0.6 before, 0.5 after).") < page.text.index(
        "Rates before and after"
    )


def test_without_an_earlier_run_nothing_is_said_to_have_changed():
    assert "What changed" not in read(RUN).text


def test_hostile_text_stays_text():
    case = saved_case(
        HOSTILE, kind=HOSTILE, language=HOSTILE, right=False, question=HOSTILE, history=(HOSTILE,), answers=(HOSTILE,),
        gold=(SavedGold(HOSTILE, 1, 2, HOSTILE),), status=HOSTILE, reason=HOSTILE, text=HOSTILE, error=HOSTILE,
        citations=(SavedCitation(HOSTILE, 1, 2, HOSTILE, True),), values={HOSTILE: (1.0,)},
    )  # fmt: skip
    control = SavedControl(HOSTILE, HOSTILE, 30, 30, {HOSTILE: 30})
    run = saved_run(
        case, set=HOSTILE, system=HOSTILE, commit=HOSTILE, machine={HOSTILE: HOSTILE}, settings={HOSTILE: HOSTILE},
        controls=(control,), variants=(SavedVariant(HOSTILE, HOSTILE, ()),),
        curves=(Curve(HOSTILE, HOSTILE, HOSTILE, (CurvePoint(0.5, 0.5, 1),)),),
    )  # fmt: skip
    html = render_page(run, before=replace(run, cases=(replace(case, right=True),), made=HOSTILE))
    page = Reader(html)
    assert {"script", "img"}.isdisjoint(tag for tag, _ in page.tags)
    assert all("onload" not in attributes for _, attributes in page.tags)
    assert "\u202e" not in html
    assert page.text.count(SHOWN.partition("U+202E")[0]) > 20


def test_an_attribute_holds_any_text():
    page = Reader(element("p", title=HOSTILE, data_note="a"))
    assert page.tags == [("p", {"title": HOSTILE.replace("\u202e", "\ufffd"), "data-note": "a"})]


def test_a_character_that_turns_text_round_is_named():
    html = render_page(saved_run(saved_case(right=False, question="abc\u202edef\u200b", text="\ud800")))
    assert 'abc<span class="ignorable" title="U+202E"></span>def<span class="ignorable" title="U+200B"></span>' in html
    assert html.encode("utf-8")


def test_text_in_any_direction_stands_by_itself():
    html = render_page(saved_run(saved_case(right=False, question="מי כתב?")))
    assert '<span class="question" dir="auto">מי כתב?</span>' in html


def test_an_empty_run_is_a_page():
    page = read(saved_run(machine={}, settings={}, commit=""))
    for words in ("The run has no cases.", "This run planted no corruptions.", "This run has no variants."):
        assert words in page.text
    assert page.of("table") == []
    assert page.text.count("The run has nothing to show here.") == 3


def test_the_page_of_a_run_that_was_saved_is_the_same(tmp_path):
    run = replace(RUN, controls=(control("name swapped"),), variants=(SavedVariant("quoth", "as it is", RUN.rates),))
    run.write(tmp_path / "run.json")
    assert render_page(SavedRun.read(tmp_path / "run.json"), before=run) == render_page(run, before=run)


@pytest.mark.real
@pytest.mark.skipif(not CHROMIUM, reason="there is no chromium on this machine")
def test_the_page_in_a_browser(tmp_path):
    from playwright.sync_api import sync_playwright

    path = Path(tmp_path / "page.html")
    path.write_text(render_page(RUN, before=RUN), encoding="utf-8")
    background = "getComputedStyle(document.body).backgroundColor"
    shown = "[...document.querySelectorAll('details dl')].map(list => list.checkVisibility())"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = chromium.new_page(viewport={"width": 360, "height": 740}, color_scheme="light")
        complaints = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert page.evaluate(shown) == [False, False]
        light = page.evaluate(background)
        page.emulate_media(color_scheme="dark")
        dark = page.evaluate(background)
        page.emulate_media(color_scheme="dark", media="print")
        assert page.evaluate(shown) == [True, True]
        assert page.evaluate(background) == "rgb(255, 255, 255)" != light != dark
        assert complaints == []
        chromium.close()
