"""Words and lines of printed pages; places are in points from the top left corner of a page as it is seen."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrintedWord:
    """What is printed between two spaces; `size` is that of its letters, `turned` tells that it is not read upright."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool = False
    turned: bool = False

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """Words in a row; `opens` tells that a paragraph begins, `column` numbers what stands above one another."""

    words: tuple[PrintedWord, ...]
    column: int = 0
    opens: bool = False

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.words[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(word.right for word in self.words)

    @property
    def top(self) -> float:
        """Its upper edge."""
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return max(word.bottom for word in self.words)

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        return most_common_size(self.words)

    @property
    def bold(self) -> bool:
        """Tell whether all of it is bold."""
        return all(word.bold for word in self.words)

    @property
    def text(self) -> str:
        """Its words, those far apart with more space between."""
        return "".join(self.gap_before(place) + word.text for place, word in enumerate(self.words))

    def gap_before(self, place: int) -> str:
        """Return the space before a word: three spaces where a column of a table may end."""
        if place == 0:
            return ""
        one, other = self.words[place - 1], self.words[place]
        return "   " if other.left - one.right > 1.5 * max(one.size, other.size) else " "


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page with its lines in reading order."""

    number: int
    width: float
    height: float
    lines: tuple[PrintedLine, ...]


def most_common_size(words: Sequence[PrintedWord]) -> float:
    """Return the size of most letters of some words, to half a point."""
    weights: dict[float, int] = {}
    for word in words:
        size = round(word.size * 2) / 2
        weights[size] = weights.get(size, 0) + len(word.text)
    return max(weights, key=lambda size: (weights[size], size), default=0.0)
