"""Plots as SVG, drawn by matplotlib; every plot says in words what it shows."""

import io
import math
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING

from evals.types import Curve, Rate
from ingest.errors import QuothError
from ui.markup import Html, element, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BAR, LINE, INK, QUIET, PAPER = "#9c8b68", "#8f2d1c", "#1d1a14", "#6b6354", "#fbf8f1"
WIDTH, HEIGHT, BAR_HEIGHT = 5.0, 3.2, 0.32
BINS = 16
MAX_LABEL_CHARACTERS = 17


def bar_chart(title: str, rates: Sequence[Rate]) -> Html:
    """Draw a bar for each rate that has a value, with its interval; nothing when none has."""
    rows = [one for one in rates if one.value is not None]
    if not rows:
        return Html("")
    axes = _axes(BAR_HEIGHT * len(rows) + 0.5)
    values = [one.value or 0.0 for one in rows]
    below = [max(0.0, value - one.low) for value, one in zip(values, rows, strict=True)]
    above = [max(0.0, one.high - value) for value, one in zip(values, rows, strict=True)]
    axes.barh(range(len(rows)), values, xerr=(below, above), color=BAR, ecolor=INK, capsize=3)
    axes.set_yticks(range(len(rows)), [_short_label(one.name) for one in rows])
    axes.set(xlim=(0, 1), ylim=(len(rows) - 0.4, -0.6))
    for row, (value, one) in enumerate(zip(values, rows, strict=True)):
        axes.text(1.02, row, f"{value:.2f} ({one.numerator:.4g}/{one.denominator})", va="center")
    words = "; ".join(f"{one.name} {one.value:.2f}, {one.numerator:g} of {one.denominator}" for one in rows)
    return _plot(axes, title, f"Bars with 95 % intervals. {words}.")


def risk_coverage(curve: Curve) -> Html:
    """Draw a step line: the risk taken when so large a share of the cases is answered; nothing without points."""
    if not curve.points:
        return Html("")
    axes = _axes()
    first, last = curve.points[0], curve.points[-1]
    axes.step([0.0, *(point.x for point in curve.points)], [first.y, *(point.y for point in curve.points)], color=LINE)
    axes.set(xlim=(0, 1), ylim=(0, max(0.2, *(point.y for point in curve.points)) * 1.05))
    axes.set(xlabel=_label(curve.x_label), ylabel=_label(curve.y_label))
    described = (
        f"A step line of {len(curve.points)} steps, from {curve.y_label} {first.y:.2f} at {curve.x_label} "
        f"{first.x:.2f} to {last.y:.2f} at {last.x:.2f}."
    )
    return _plot(axes, curve.name, described)


def reliability(curve: Curve) -> Html:
    """Draw a point for each bin, larger with its count, beside the diagonal of perfect calibration."""
    points = [point for point in curve.points if point.count]
    if not points:
        return Html("")
    axes = _axes()
    largest = max(point.count for point in points)
    xs, ys = [point.x for point in points], [point.y for point in points]
    axes.plot([0, 1], [0, 1], color=QUIET, linestyle="--", linewidth=1)
    axes.plot(xs, ys, color=LINE, linewidth=1, alpha=0.6)
    axes.scatter(xs, ys, s=[200 * point.count / largest for point in points], color=LINE, alpha=0.75, clip_on=False)
    for point in points:
        axes.annotate(str(point.count), (point.x, point.y), xytext=(0, 9), textcoords="offset points", ha="center")
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel=_label(curve.x_label), ylabel=_label(curve.y_label))
    words = "; ".join(f"{point.x:.2f}: {point.y:.2f} of {point.count}" for point in points)
    return _plot(axes, curve.name, f"Points by bin, larger with their count; the diagonal is perfect. {words}.")


def time_histogram(title: str, seconds: Sequence[float]) -> Html:
    """Draw how many answers took how long; what took over three times the 95th percentile is in the last bar."""
    if not seconds:
        return Html("")
    times = sorted(seconds)
    p95 = times[math.ceil(0.95 * len(times)) - 1]
    end = min(times[-1], 3 * p95) or 1.0
    beyond = sum(time > end for time in times)
    axes = _axes()
    axes.hist([min(time, end) for time in times], bins=BINS, range=(0, end), color=BAR)
    for place, name, style in ((median(times), "median", "-"), (p95, "95 %", "--")):
        axes.axvline(place, color=QUIET, linestyle=style, linewidth=1, label=name)
    axes.legend(frameon=False)
    last = f" (last bar: {beyond} over {end:.3g})" if beyond else ""
    axes.set(xlabel=f"seconds an answer{last}", ylabel="answers")
    described = (
        f"{len(times)} answers: median {median(times):.2f} seconds, 95 % within {p95:.2f}, longest {times[-1]:.2f}."
    )
    return _plot(axes, title, described)


def _label(text: str) -> str:
    """Return text as matplotlib is to show it: it takes what stands between two dollars for mathematics."""
    return plain(text).replace("$", r"\$")


def _short_label(name: str) -> str:
    return _label(name if len(name) <= MAX_LABEL_CHARACTERS else name[: MAX_LABEL_CHARACTERS - 1] + "…")


def _axes(height: float = HEIGHT) -> "Axes":
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise QuothError('A report has plots, which take a package more: pip install "quoth[evals]"') from error
    axes = Figure((WIDTH, height), facecolor=PAPER, layout="constrained").add_subplot(facecolor=PAPER)
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def _plot(axes: "Axes", title: str, description: str) -> Html:
    from matplotlib import rc_context

    drawn = io.StringIO()
    # The salt keeps the ids of one plot apart from those of the next on a page, and the same from run to run.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": plain(title + description)}):
        axes.figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    svg = drawn.getvalue()
    return element(
        "div", Html(svg[svg.index("<svg") :]), class_="plot", role="img", aria_label=f"{title}. {description}"
    )
