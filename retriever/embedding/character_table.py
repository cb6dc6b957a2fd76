"""Compile replacements of characters into the table that a SentencePiece normaliser looks them up in."""

import struct
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

# The normaliser looks up a whole grapheme only when it is shorter than this, so longer sequences would never be found.
_MAX_SEQUENCE = 5
# The table was made from an old Unicode; this one is the same on every Python, and knows all sequences that fit above.
_unicode = unicodedata.ucd_3_2_0

_HAS_VALUE = 1 << 8
_VALUE = 1 << 31
_BLOCK = 256


def add_decomposed(replacements: dict[str, str]) -> dict[str, str]:
    """Add to replacements of single characters those of decomposed letters, such as e with a combining acute."""
    spellings = defaultdict(list)
    for character, replacement in replacements.items():
        spellings[replacement].append(character)
    completed = dict(replacements)
    for code in range(0x80, 0x10000):
        letter = chr(code)
        parts = _unicode.normalize("NFD", letter)
        if len(parts) < 2:
            continue
        whole = replacements.get(letter, letter)
        for sequence in _spelled(parts, spellings):
            one_by_one = "".join(replacements.get(character, character) for character in sequence)
            if len(sequence.encode("utf-8", "surrogatepass")) <= _MAX_SEQUENCE and whole != one_by_one:
                completed[sequence] = whole
    return completed


def _spelled(parts: str, spellings: dict[str, list[str]]) -> Iterator[str]:
    if not parts:
        yield ""
        return
    for first in (parts[0], *spellings.get(parts[0], ())):
        for rest in _spelled(parts[1:], spellings):
            yield first + rest


_Trie = dict[int, Any]
"""By byte the trie below; 0 leads to the value."""


def compile_table(replacements: dict[str, str]) -> bytes:
    """Return the table as SentencePiece stores it: size of the trie, the trie as a double array, the replacements."""
    texts = bytearray()
    places: dict[str, int] = {}
    root: _Trie = {}
    for sequence, replacement in sorted(replacements.items()):
        if replacement not in places:
            places[replacement] = len(texts)
            texts += replacement.encode("utf-8") + b"\0"
        node = root
        for byte in sequence.encode("utf-8"):
            node = node.setdefault(byte, {})
        node[0] = places[replacement]
    units = _double_array(root)
    return struct.pack(f"<I{len(units)}I", 4 * len(units), *units) + bytes(texts)


def _double_array(root: _Trie) -> list[int]:
    """Lay a trie out so that the child for byte b of a node at p stands at p ^ offset(p) ^ b; byte 0 is the value."""
    units: list[int] = []
    taken = bytearray()
    bases: set[int] = set()
    waiting = [(root, 0)]
    while waiting:
        node, place = waiting.pop()
        if len(taken) < len(units) + 2 * _BLOCK:
            taken.extend(bytes(2 * _BLOCK))
            taken[0] = 1
        base = _free_base(sorted(node), taken, bases)
        bases.add(base)
        units.extend([0] * ((base | (_BLOCK - 1)) + 1 - len(units)))
        units[place] |= (base ^ place) << 10 | (_HAS_VALUE if 0 in node else 0)
        for byte, child in node.items():
            taken[base ^ byte] = 1
            if byte == 0:
                units[base] = _VALUE | child
            else:
                units[base ^ byte] = byte
                waiting.append((child, base ^ byte))
    return units


def _free_base(labels: list[int], taken: bytearray, bases: set[int]) -> int:
    """Find a place where all children fit; one base never serves two nodes, or their children would mix."""
    place = taken.find(0)
    while True:
        base = place ^ labels[0]
        if base not in bases and not any(taken[base ^ label] for label in labels):
            return base
        place = taken.find(0, place + 1)
