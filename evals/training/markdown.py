"""Write tables and lists in Markdown."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

CURVE_ROWS = 14
_SMALL = 0.0005  # three decimals would say nothing


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a table."""
    lines = [[name.replace("_", " ") for name in head], ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell(value) for value in row) + " |\n" for row in lines)


def table_of(first: str, groups: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a table with a row for each group and a column for each figure.

    Args:
        first: What stands above the names of the groups.
        groups: Figures by name, the same ones in each group.
    """
    names = list(next(iter(groups.values()), {}))
    return table([first, *names], [[group, *row.values()] for group, row in groups.items()])


def bullets(values: Mapping[str, Any]) -> str:
    """Return a list of names and values."""
    return "".join(f"- {name.replace('_', ' ')}: {cell(value)}\n" for name, value in values.items())


def cell(value: Any) -> str:
    """Return a value as it is read: figures with their interval, nothing where nothing was measured."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        low, high = value["low"], value["high"]
        return cell(value["value"]) + (f" ({low:.3f}–{high:.3f})" if low is not None else "")
    if isinstance(value, float):
        return f"{value:.3f}" if value == 0 or abs(value) >= _SMALL else f"{value:g}"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(cell, value))
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def write_page(path: Path, title: str, sections: Mapping[str, str]) -> Path:
    """Write a page with a heading for each section that has content, and return its path."""
    parts = (f"## {heading}\n\n{content.strip()}\n" for heading, content in sections.items() if content)
    path.write_text(f"# {title}\n\n" + "\n".join(parts), encoding="utf-8")
    return path


def evenly(points: Sequence[Any]) -> list[Any]:
    """Return the points that a table shows, at equal distances, the first and the last among them."""
    if len(points) <= CURVE_ROWS:
        return list(points)
    return [points[round(place * (len(points) - 1) / (CURVE_ROWS - 1))] for place in range(CURVE_ROWS)]


def data_section(card: Mapping[str, Any], parts: Sequence[str]) -> str:
    """Return the sets with their licences and how often each source is drawn."""
    rows = [[name, row["licence"], *(row[part] for part in parts)] for name, row in card["data"]["sets"].items()]
    total = sum(card["mixture"].values())
    shares = ", ".join(f"{name} {1000 * share / total:.0f}" for name, share in card["mixture"].items())
    return (
        f"{table(['set', 'licence', *parts], rows)}\n"
        "How often each source is drawn, in a thousand examples; those that are no set were made from sets by rule: "
        f"{shares}.\n"
    )
