import pytest

from ingest.blocks.cells import named_cells
from ingest.types import Sentence, Span


def row(header, text, kind="row"):
    return Sentence("d", "p", 100, 100 + len(text), text, kind, 1, (Span(0, len(header)),), (header,))


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("| Room | Seats | Price |", "| Rowan | 31 | 4,50 |"),
        ("Room;Seats;Price", "Rowan;31;4,50"),
        ("Room\tSeats\tPrice", "Rowan\t31\t4,50"),
    ],
)
def test_each_cell_stands_behind_the_name_of_its_column(header, text):
    named = named_cells(row(header, text))
    assert named.text == "Room: Rowan, Seats: 31, Price: 4,50."
    start = named.text.index("31")
    found = named.origin(Span(start, start + 2))
    assert text[found.start : found.end] == "31"
    assert named.origin(Span(0, 4)) is None


def test_an_empty_cell_is_left_out():
    assert named_cells(row("a,b,c", "1,,3")).text == "a: 1, c: 3."


@pytest.mark.parametrize("kind", ["row", "paragraph"])
def test_what_is_not_cut_as_its_header_stays_as_it_is(kind):
    named = named_cells(row("Rooms", "Rowan has 31 seats.", kind))
    assert named.text == "Rowan has 31 seats."
    assert named.origin(Span(3, 5)) == Span(3, 5)
