"""A sign of life for each page of a file whose reading takes long."""

from collections.abc import Callable

_told: list[Callable[[], None]] = []


def tell_pages(tell: Callable[[], None]) -> None:
    """From now on, call this for each page."""
    _told[:] = [tell]


def page_read() -> None:
    """Say that a page was read."""
    for tell in _told:
        tell()
