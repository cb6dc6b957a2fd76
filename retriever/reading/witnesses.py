"""Copies and versions of one document are one witness: what they say counts once."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.catalogue import Catalogue
from ingest.words.keywords import fold
from retriever.types import Reading
from retriever.words.terms import overlap

SHINGLE_WORDS = 3
MIN_SHARED = 0.5
"""The surroundings of two sentences are one text when so much of the shorter one's shingles stands in the other."""

_WORD = re.compile(r"\w+")


def one_of_each_witness(readings: Sequence[Reading], catalogue: Catalogue, *, threshold: float) -> list[Reading]:
    """Keep one of each sentence that stands in copies or versions of a document: that of the newest.

    Readings below the threshold are never quoted and stay as they are.
    """
    kept: list[Reading] = []
    for reading in readings:
        copied = [n for n, one in enumerate(kept) if reading.score >= threshold and is_copy(one, reading)]
        if not copied:
            kept.append(reading)
        elif catalogue.newest((kept[copied[0]].sentence.document_id, reading.sentence.document_id)) != (
            kept[copied[0]].sentence.document_id
        ):
            kept[copied[0]] = replace(reading, score=kept[copied[0]].score)
    return kept


def is_copy(one: Reading, other: Reading) -> bool:
    """Tell whether two sentences of different documents are one, perhaps changed: what stands round them is the same.

    By the share of common shingles: A. Broder, On the resemblance and containment of documents (1997).
    """
    if one.sentence.document_id == other.sentence.document_id:
        return False
    around, other_around = _shingles(_around(one)), _shingles(_around(other))
    if not around or not other_around:
        return _words(one.sentence.search_text) == _words(other.sentence.search_text)
    said, other_said = set(_words(one.sentence.search_text)), set(_words(other.sentence.search_text))
    return overlap(around, other_around) >= MIN_SHARED and overlap(said, other_said) >= MIN_SHARED


def _around(reading: Reading) -> str:
    """Return what a passage says besides a sentence."""
    return reading.passage.search_text.replace(reading.sentence.search_text, "\n", 1)


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = _words(text)
    return {tuple(words[start : start + SHINGLE_WORDS]) for start in range(len(words) - SHINGLE_WORDS + 1)}


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))
