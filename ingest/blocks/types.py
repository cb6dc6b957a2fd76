"""The shapes of a text's structure: lines, blocks and what is set aside."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ingest.types import BlockKind, Span

WHOLE = ("heading", "row", "header", "contents")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that has visible signs, without the white space around it; `number` counts all lines from 0.

    `opens`: an empty line, a page end or the beginning of the text is before it; `closes`: the same is after it.
    """

    number: int
    start: int
    end: int
    text: str
    indent: int
    opens: bool
    new_page: bool
    closes: bool = True

    @property
    def is_alone(self) -> bool:
        """Tell whether it is a paragraph by itself."""
        return self.opens and self.closes


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a text that hangs together.

    `level` orders headings, 1 the highest. `label` is the part that says of whom, when or what the rest is. `header`
    is what names the columns of a row. `joined`: its line ends never end a paragraph. `lasts`: the label holds for the
    blocks that follow, up to the next label or heading.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    label: Span | None = None
    header: Span | None = None
    joined: bool = False
    lasts: bool = False


@dataclass(frozen=True, slots=True)
class BlockScope:
    """A label that holds from `start` to `end` although it may stand behind that, as the name under a letter does."""

    label: Span
    start: int
    end: int


@dataclass(frozen=True)
class Structure:
    """The blocks of a text that its layout shows, in reading order; prose between them is in none.

    `aside` are the stretches that belong to the page and not to the text: they are not searched, and a sentence goes
    on over them.
    """

    blocks: tuple[Block, ...] = ()
    aside: tuple[Span, ...] = ()
    scopes: tuple[BlockScope, ...] = ()

    @cached_property
    def _starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    def block_at(self, position: int) -> Block | None:
        """Return the block that a character of the text is in."""
        index = bisect_right(self._starts, position) - 1
        return self.blocks[index] if index >= 0 and position < self.blocks[index].end else None

    def is_whole(self, position: int) -> bool:
        """Tell whether a character is in a block that is one sentence, whatever stops it has."""
        block = self.block_at(position)
        return block is not None and block.kind in WHOLE

    def parts(self, before: int, after: int) -> Literal["apart", "together"] | None:
        """Tell whether a block ends between two characters, or they are held together; None: that is open."""
        one, other = self.block_at(before), self.block_at(after)
        if one is not other:
            return "apart"
        return "together" if one is not None and one.joined else None


PROSE = Structure()
"""The structure of a text that shows none."""
