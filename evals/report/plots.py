"""Plots as SVG; colours come from the page, and every plot says in words what it shows."""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from evals.report.markup import Html, element, together
from evals.types import Curve, CurvePoint, Rate

WIDTH = 460
LEFT, RIGHT, TOP, BOTTOM = 62, 444, 14, 254
BAR_LEFT, BAR_RIGHT, BAR_ROW = 122, 346, 30
BINS = 16
LABEL_CHARACTERS = 17
SMALLEST_POINT, LARGEST_POINT = 3.0, 12.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Leads from numbers to positions in the drawing."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the position of a number."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 2)


def bar_chart(title: str, rates: Sequence[Rate]) -> Html:
    """Draw a bar for each rate that has a value, with its interval; nothing when none has."""
    rows = [one for one in rates if one.denominator]
    if not rows:
        return Html("")
    x, bottom = Scale(0, 1, BAR_LEFT, BAR_RIGHT), TOP + BAR_ROW * len(rows)
    grid = [
        together((_line(x(at), TOP, x(at), bottom, "grid"), _text(x(at), bottom + 18, _tick(at), "middle")))
        for at in (0, 0.25, 0.5, 0.75, 1)
    ]
    bars = [_bar(one, x, TOP + BAR_ROW * row) for row, one in enumerate(rows)]
    words = "; ".join(f"{one.name} {one.value:.2f}, {one.numerator:g} of {one.denominator}" for one in rows)
    described = f"Bars with 95 % intervals. {words}."
    return _plot(title, described, [*grid, *bars, _line(x(0), TOP, x(0), bottom, "axis")], bottom + 26)


def risk_coverage(curve: Curve) -> Html:
    """Draw a step line: the risk taken when so large a share of the cases is answered; nothing without points."""
    if not curve.points:
        return Html("")
    top = min(1.0, math.ceil(max(0.2, *(point.y for point in curve.points)) * 5) / 5)
    x, y = Scale(0, 1, LEFT, RIGHT), Scale(0, top, BOTTOM, TOP)
    steps = [f"M{x(0)} {y(curve.points[0].y)}", *(f"V{y(point.y)}H{x(point.x)}" for point in curve.points)]
    last = curve.points[-1]
    described = (
        f"A step line of {len(curve.points)} steps, from {curve.y_label} {curve.points[0].y:.2f} at {curve.x_label} "
        f"{curve.points[0].x:.2f} to {last.y:.2f} at {last.x:.2f}."
    )
    line = element("path", d="".join(steps), class_="line", fill="none", stroke="currentColor", stroke_width=2)
    return _plot(curve.name, described, [_frame(x, y, curve.x_label, curve.y_label), line])


def reliability(curve: Curve) -> Html:
    """Draw a point for each bin, larger with its count, beside the diagonal of perfect calibration."""
    points = [point for point in curve.points if point.count]
    if not points:
        return Html("")
    x, y = Scale(0, 1, LEFT, RIGHT), Scale(0, 1, BOTTOM, TOP)
    most = max(point.count for point in points)
    line = "M" + "L".join(f"{x(point.x)} {y(point.y)}" for point in points)
    drawn = [
        _frame(x, y, curve.x_label, curve.y_label),
        _line(x(0), y(0), x(1), y(1), "diagonal", stroke_dasharray="5 4"),
        element("path", d=line, class_="line thin", fill="none", stroke="currentColor"),
        *(_point(point, x, y, most) for point in points),
    ]
    words = "; ".join(f"{point.x:.2f}: {point.y:.2f} of {point.count}" for point in points)
    return _plot(curve.name, f"Points by bin, larger with their count; the diagonal is perfect. {words}.", drawn)


def time_histogram(title: str, seconds: Sequence[float]) -> Html:
    """Draw how many answers took how long; what took over three times the 95th percentile is in the last bar."""
    if not seconds:
        return Html("")
    times = sorted(seconds)
    p95 = times[math.ceil(0.95 * len(times)) - 1]
    end = _round_up(min(times[-1], 3 * p95))
    counts = [0] * BINS
    for time in times:
        counts[min(BINS - 1, int(time / end * BINS))] += 1
    x, y = Scale(0, end, LEFT, RIGHT), Scale(0, _round_up(max(counts), whole=True), BOTTOM, TOP)
    beyond = sum(time > end for time in times)
    bars = [
        _rectangle(x(end * place / BINS) + 1, y(count), x(end / BINS) - LEFT - 2, BOTTOM - y(count))
        for place, count in enumerate(counts)
        if count
    ]
    label = "seconds an answer" + (f" (last bar: {beyond} over {end:g})" if beyond else "")
    marks = [_mark(x(p95), "95 %", below=16), _mark(x(median(times)), "median", below=0)]
    described = (
        f"{len(times)} answers: median {median(times):.2f} seconds, 95 % within {p95:.2f}, longest {times[-1]:.2f}."
    )
    return _plot(title, described, [_frame(x, y, label, "answers"), *bars, *marks])


def _plot(title: str, description: str, drawn: Sequence[Html], height: float = BOTTOM + 44) -> Html:
    digest = hashlib.sha256((title + description).encode(errors="replace")).hexdigest()
    name = f"plot-{digest[:8]}"
    return element(
        "svg",
        element("title", title, id=f"{name}-title"),
        element("desc", description, id=f"{name}-desc"),
        *drawn,
        viewBox=f"0 0 {WIDTH} {height:g}",
        xmlns="http://www.w3.org/2000/svg",
        class_="plot",
        role="img",
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-desc",
        font_size=14,
    )


def _frame(x: Scale, y: Scale, x_label: str, y_label: str) -> Html:
    """Draw both axes with ticks at quarters, and their labels."""
    middle = (y.start + y.end) / 2
    return together(
        (
            *_ticks(y, lambda at: (_line(x.start, at, x.end, at, "grid"), x.start - 6, at + 4, "end")),
            *_ticks(x, lambda at: (_line(at, y.start, at, y.start + 4, "axis"), at, y.start + 18, "middle")),
            _line(x.start, y.start, x.end, y.start, "axis"),
            _line(x.start, y.start, x.start, y.end, "axis"),
            _text((x.start + x.end) / 2, y.start + 38, x_label, "middle"),
            _text(14, middle, y_label, "middle", transform=f"rotate(-90 14 {middle:g})"),
        )
    )


def _ticks(scale: Scale, place: Callable[[float], tuple[Html, float, float, str]]) -> list[Html]:
    drawn = []
    for quarter in range(5):
        value = scale.low + quarter / 4 * (scale.high - scale.low)
        line, left, top, anchor = place(scale(value))
        drawn.append(together((line, _text(left, top, _tick(value), anchor))))
    return drawn


def _tick(value: float) -> str:
    return f"{value:.3g}"


def _bar(one: Rate, x: Scale, top: float) -> Html:
    middle, value = top + BAR_ROW / 2, one.value or 0.0
    name = one.name if len(one.name) <= LABEL_CHARACTERS else one.name[: LABEL_CHARACTERS - 1] + "…"
    return together(
        (
            _rectangle(x(0), top + 6, x(value) - x(0), BAR_ROW - 12),
            _line(x(one.low), middle, x(one.high), middle, "whisker"),
            *(_line(x(end), middle - 5, x(end), middle + 5, "whisker") for end in (one.low, one.high)),
            _text(BAR_LEFT - 8, middle + 4, name, "end"),
            _text(BAR_RIGHT + 10, middle + 4, f"{value:.2f} ({one.numerator:.4g}/{one.denominator})", "start"),
        )
    )


def _point(point: CurvePoint, x: Scale, y: Scale, most: int) -> Html:
    radius = max(SMALLEST_POINT, LARGEST_POINT * math.sqrt(point.count / most))
    left, top = x(point.x), y(point.y)
    above = top - radius - 4 if top - radius > TOP + 14 else top + radius + 14
    circle = element("circle", cx=left, cy=top, r=round(radius, 2), class_="point", fill="currentColor")
    return together((circle, _text(left, above, str(point.count), "middle", class_="count", font_size=12)))


def _mark(left: float, words: str, *, below: float) -> Html:
    line = _line(left, TOP, left, BOTTOM, "mark", stroke_dasharray="3 3")
    return together((line, _text(left + 4, TOP + 10 + below, words, "start")))


def _round_up(value: float, *, whole: bool = False) -> float:
    """Return the next 1, 2, 4 or 8 times a power of ten, which quarters divide well; at least 4 for whole numbers."""
    if value <= 0:
        return 4.0 if whole else 1.0
    power = 10.0 ** math.floor(math.log10(value))
    nice = next(step * power for step in (1, 2, 4, 8, 10) if step * power >= value * (1 - 1e-9))
    return max(4.0, nice) if whole else nice


def _rectangle(left: float, top: float, width: float, height: float) -> Html:
    sizes = {"x": left, "y": top, "width": width, "height": height}
    rounded = {name: round(max(0.0, size), 2) for name, size in sizes.items()}
    return element("rect", class_="bar", fill="currentColor", **rounded)


def _line(x1: float, y1: float, x2: float, y2: float, class_: str, **attributes: str) -> Html:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_, stroke="currentColor", **attributes)


def _text(left: float, top: float, words: str, anchor: str, **attributes: str | int) -> Html:
    return element("text", words, x=left, y=top, text_anchor=anchor, fill="currentColor", **attributes)
