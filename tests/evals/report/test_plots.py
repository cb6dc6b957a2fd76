import re
from html import unescape
from xml.etree import ElementTree

import pytest

from evals.report.plots import bar_chart, reliability, risk_coverage, time_histogram
from evals.types import Curve, CurvePoint, Rate

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</title><script>alert("1")</script> & $x_1$ \''


def words(plot):
    return [element.text for element in ElementTree.fromstring(plot).iter(SVG + "text")]


def label(plot):
    return unescape(ElementTree.fromstring(plot).get("aria-label"))


def bar(name, numerator, denominator, low=0.0, high=1.0):
    return Rate(name, "section", numerator, denominator, low, high, "Wilson")


def curve(*points, name="risk and coverage"):
    return Curve(name, "answered", "wrong", tuple(CurvePoint(*point) for point in points))


@pytest.fixture(scope="module")
def plots():
    return {
        "bars": bar_chart("bars", [bar("fact", 3, 4)]),
        "steps": risk_coverage(curve((0.5, 0.2, 1), (1.0, 0.4, 2))),
        "reliability": reliability(curve((0.1, 0.2, 3), (0.9, 0.8, 4))),
        "time": time_histogram("time", [0.1, 0.2, 0.9]),
    }


def test_a_plot_says_what_it_is_to_those_who_do_not_see_it(plots):
    for plot in plots.values():
        assert ElementTree.fromstring(plot).get("role") == "img"
        assert len(label(plot)) > 20


def test_nothing_is_drawn_of_nothing():
    assert bar_chart("bars", []) == bar_chart("bars", [bar("fact", 0, 0)]) == ""
    assert risk_coverage(curve()) == reliability(curve()) == reliability(curve((0.5, 0.5, 0))) == ""
    assert time_histogram("time", []) == ""


def test_text_from_outside_is_neither_markup_nor_mathematics():
    for plot in (
        bar_chart(HOSTILE, [bar(HOSTILE, 1, 1)]),
        risk_coverage(curve((1, 1, 1), name=HOSTILE)),
        reliability(curve((1, 1, 1), name=HOSTILE)),
        time_histogram(HOSTILE, [1.0]),
    ):
        assert label(plot).startswith(HOSTILE)
        assert not list(ElementTree.fromstring(plot).iter(f"{SVG}script"))
    assert "$x_1$" in words(bar_chart("bars", [bar("$x_1$", 1, 1)]))


def test_a_bar_says_its_numbers():
    plot = bar_chart("recall by kind", [bar("fact", 2, 4), bar("why", 0, 0), bar("both", 2.5, 4)])
    assert {"fact", "0.50 (2/4)", "both", "0.62 (2.5/4)"} < set(words(plot))
    assert "why" not in words(plot)
    assert "fact 0.50, 2 of 4; both 0.62, 2.5 of 4." in label(plot)


def test_a_long_name_is_cut():
    assert "a kind with a lo…" in words(bar_chart("bars", [bar("a kind with a long name", 1, 1)]))


def test_a_curve_names_its_axes_and_its_ends(plots):
    assert {"answered", "wrong"} < set(words(plots["steps"]))
    assert "from wrong 0.20 at answered 0.50 to 0.40 at 1.00" in label(plots["steps"])


def test_points_of_reliability_say_their_count(plots):
    assert {"3", "4"} < set(words(plots["reliability"]))
    assert "0.10: 0.20 of 3; 0.90: 0.80 of 4" in label(plots["reliability"])


def test_a_very_long_time_is_in_the_last_bar_and_said():
    plot = time_histogram("time", [0.1] * 40 + [10.0])
    assert any("last bar: 1 over 0.3" in text for text in words(plot))
    assert "median 0.10 seconds, 95 % within 0.10, longest 10.00" in label(plot)


def test_times_of_zero_are_drawn():
    assert time_histogram("time", [0.0, 0.0])


def test_a_plot_is_the_same_in_every_run_and_plots_of_one_page_have_ids_of_their_own(plots):
    assert bar_chart("bars", [bar("fact", 3, 4)]) == plots["bars"]
    ids = [found for plot in plots.values() for found in set(re.findall(r'<(?:clipPath|path) id="([^"]+)"', plot))]
    assert len(ids) == len(set(ids))
