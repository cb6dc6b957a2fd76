"""Write tables and lists in Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

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
