import re
from xml.etree import ElementTree

import pytest

from evals.report.plots import bar_chart, reliability, risk_coverage, time_histogram
from evals.types import Curve, CurvePoint, Rate

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</title><script>alert("1")</script> & \''


def parsed(svg):
    return ElementTree.fromstring(svg)


def drawn(svg, name, class_=None):
    found = parsed(svg).iter(SVG + name)
    return [element for element in found if class_ is None or class_ in element.get("class", "").split()]


def words(svg):
    return [element.text for element in drawn(svg, "text")]


def bar(name, numerator, denominator, low=0.0, high=1.0):
    return Rate(name, "section", numerator, denominator, low, high, "Wilson")


def curve(*points, name="risk and coverage"):
    return Curve(name, "answered", "wrong", tuple(CurvePoint(*point) for point in points))


PLOTS = {
    "bars": bar_chart("bars", [bar("fact", 3, 4)]),
    "steps": risk_coverage(curve((0.5, 0.2, 1), (1.0, 0.4, 2))),
    "reliability": reliability(curve((0.1, 0.2, 3), (0.9, 0.8, 4))),
    "time": time_histogram("time", [0.1, 0.2, 0.9]),
}


@pytest.mark.parametrize("svg", PLOTS.values(), ids=PLOTS)
def test_a_plot_says_what_it_is_to_those_who_do_not_see_it(svg):
    root = parsed(svg)
    named = {element.get("id"): element.text for element in root if element.get("id")}
    assert root.get("role") == "img"
    assert named[root.get("aria-labelledby")]
    assert len(named[root.get("aria-describedby")]) > 20
    assert [element.tag for element in root][:2] == [f"{SVG}title", f"{SVG}desc"]


@pytest.mark.parametrize("svg", PLOTS.values(), ids=PLOTS)
def test_a_plot_takes_its_colours_from_the_page(svg):
    colours = {element.get(key) for element in parsed(svg).iter() for key in ("fill", "stroke")}
    assert colours <= {None, "none", "currentColor"}
    assert "style=" not in svg


@pytest.mark.parametrize("svg", PLOTS.values(), ids=PLOTS)
def test_a_plot_stays_inside_its_box(svg):
    _, _, width, height = map(float, parsed(svg).get("viewBox").split())
    for element in parsed(svg).iter():
        for name, limit in (("x", width), ("x1", width), ("x2", width), ("y", height), ("y1", height), ("y2", height)):
            assert 0 <= float(element.get(name, 0)) <= limit


def test_nothing_is_drawn_of_nothing():
    assert bar_chart("bars", []) == bar_chart("bars", [bar("fact", 0, 0)]) == ""
    assert risk_coverage(curve()) == reliability(curve()) == reliability(curve((0.5, 0.5, 0))) == ""
    assert time_histogram("time", []) == ""


def test_text_from_outside_is_escaped():
    for svg in (
        bar_chart(HOSTILE, [bar(HOSTILE, 1, 1)]),
        risk_coverage(curve((1, 1, 1), name=HOSTILE)),
        reliability(curve((1, 1, 1), name=HOSTILE)),
        time_histogram(HOSTILE, [1.0]),
    ):
        assert parsed(svg).find(f"{SVG}title").text == HOSTILE
        assert not drawn(svg, "script")


def test_a_bar_is_as_long_as_its_value_and_says_its_numbers():
    svg = bar_chart("recall by kind", [bar("fact", 2, 4), bar("why", 0, 0), bar("list", 3, 3), bar("both", 2.5, 4)])
    half, whole, most = (float(element.get("width")) for element in drawn(svg, "rect"))
    assert (half, most) == pytest.approx((whole / 2, whole * 0.625), abs=0.02)
    assert {"fact", "0.50 (2/4)", "list", "1.00 (3/3)", "both", "0.62 (2.5/4)"} < set(words(svg))
    assert "why" not in words(svg)
    assert "fact 0.50, 2 of 4; list 1.00, 3 of 3; both 0.62, 2.5 of 4." in parsed(svg).find(f"{SVG}desc").text


def test_the_whisker_spans_the_interval():
    svg = bar_chart("bars", [bar("fact", 2, 4, 0.25, 0.75)])
    axis = float(drawn(svg, "rect")[0].get("x"))
    width = float(drawn(svg, "rect")[0].get("width")) * 2
    whisker = drawn(svg, "line", "whisker")[0]
    assert (float(whisker.get("x1")), float(whisker.get("x2"))) == pytest.approx(
        (axis + width / 4, axis + width * 3 / 4)
    )


def test_a_long_name_is_cut():
    assert "a kind with a lo…" in words(bar_chart("bars", [bar("a kind with a long name", 1, 1)]))


def test_risk_is_a_step_over_the_coverage_it_holds_for():
    # The box is 62 to 444 wide and 254 to 14 high; risk is drawn up to 0.4.
    path = drawn(PLOTS["steps"], "path")[0].get("d")
    assert path == "M62.0 134.0V134.0H253.0V14.0H444.0"
    assert {"answered", "wrong", "0.4"} < set(words(PLOTS["steps"]))


def test_points_of_reliability_grow_with_their_count_beside_a_diagonal():
    svg = reliability(curve((0.5, 0.25, 4), (0.7, 0.0, 0), (1.0, 1.0, 1), name="reliability"))
    large, small = drawn(svg, "circle")
    assert float(large.get("r")) == 2 * float(small.get("r"))  # areas as 4 to 1
    assert (float(large.get("cx")), float(large.get("cy"))) == (253, 194)
    (diagonal,) = drawn(svg, "line", "diagonal")
    assert [float(diagonal.get(key)) for key in ("x1", "y1", "x2", "y2")] == [62, 254, 444, 14]
    assert [element.text for element in drawn(svg, "text", "count")] == ["4", "1"]


def test_times_are_counted_in_bars():
    three, one = drawn(time_histogram("time", [0.1, 0.1, 0.1, 0.9]), "rect")
    assert float(three.get("height")) == pytest.approx(3 * float(one.get("height")))
    assert float(three.get("x")) < float(one.get("x"))


def test_a_very_long_time_is_in_the_last_bar_and_said():
    svg = time_histogram("time", [0.1] * 40 + [10.0])
    last = drawn(svg, "rect")[-1]
    assert float(last.get("x")) + float(last.get("width")) == pytest.approx(443, abs=0.1)
    assert "seconds an answer (last bar: 1 over 0.4)" in words(svg)
    assert "median 0.10 seconds, 95 % within 0.10, longest 10.00" in svg


def test_times_of_zero_are_drawn():
    assert len(drawn(time_histogram("time", [0.0, 0.0]), "rect")) == 1


def test_plots_of_one_page_have_ids_of_their_own():
    ids = [found for svg in PLOTS.values() for found in re.findall(r' id="([^"]+)"', svg)]
    assert len(ids) == len(set(ids)) == 8
