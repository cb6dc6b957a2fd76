"""`python -m evals.page_reading`: forty PDFs of known texts, and how much of each text is read rightly."""

import argparse
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from evals.page_reading.made import HEAD, KINDS, MadePdf
from ingest.readers import read_document, read_document_bytes
from ingest.splitting.split import split_into_passages

SAMPLES = Path(__file__).parents[2] / "ingest" / "samples"
FILES_A_KIND = 8
TEXTS_A_FILE = 3
_NOT_PROSE = re.compile(r"^(?:[#>|*-]|\d+\.|---)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PageReading:
    """What came back of one file: of characters, of neighbouring sentences and of sentences; and how long it took."""

    characters: float
    in_order: tuple[int, int]
    whole: tuple[int, int]
    heads_inside: int
    pages: int
    seconds: float


def main() -> None:
    """Make the files, read them and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="*", choices=list(KINDS), default=list(KINDS))
    chosen = parser.parse_args().kinds
    columns = f"{'characters':>11} {'least':>7} {'in order':>12} {'whole':>12} {'heads':>6} s/page"
    sys.stdout.write(f"{'kind':28} {'files':>5} {columns}\n")
    for kind in chosen:
        readings = [read(made(kind, number)) for number in range(FILES_A_KIND)]
        sys.stdout.write(f"{line_of(kind, readings)}\n")
        sys.stdout.flush()


def made(kind: str, number: int) -> MadePdf:
    """Make a file of some texts."""
    paragraphs = tuple(known_paragraphs(number))
    return MadePdf(f"{number}.pdf", kind, paragraphs, KINDS[kind](paragraphs))


def known_paragraphs(number: int) -> list[str]:
    """Return the prose of some sample texts, a paragraph to a line."""
    files = sorted(path for path in SAMPLES.iterdir() if path.suffix in (".txt", ".md") and "scan" not in path.name)
    chosen = [files[(number + step * 2) % len(files)] for step in range(TEXTS_A_FILE)]
    blocks = [block for path in chosen for block in re.split(r"\n\s*\n", read_document(path).text)]
    prose = [" ".join(block.split()) for block in blocks if not _NOT_PROSE.search(block) and len(block) > 150]
    return [paragraph for paragraph in prose if "**" not in paragraph]


def sentences_of(name: str, data: bytes) -> tuple[list[str], int]:
    """Return the sentences as they are searched, and how many pages there are."""
    document = read_document_bytes(name, data)
    sentences = [" ".join(sentence.search_text.split()) for sentence in split_into_passages(document).sentences]
    return sentences, max((page.number for page in document.pages), default=1)


def read(file: MadePdf) -> PageReading:
    """Read a file and hold what comes back against what went in, both as they are searched."""
    known, _ = sentences_of("known.txt", "\n\n".join(file.paragraphs).encode())
    started = time.perf_counter()
    found, pages = sentences_of(file.name, file.data)
    seconds = time.perf_counter() - started
    one, other = " ".join(known), " ".join(found)
    places = [other.find(sentence) for sentence in known]
    pairs = [(a, b) for a, b in pairwise(places) if a >= 0 and b >= 0]
    return PageReading(
        characters=1 - Levenshtein.distance(one, other) / len(one),
        in_order=(sum(a < b for a, b in pairs), len(pairs)),
        whole=(sum(sentence in set(found) for sentence in known), len(known)),
        heads_inside=sum(HEAD in sentence and len(sentence) > len(HEAD) + 6 for sentence in found),
        pages=pages,
        seconds=seconds,
    )


def line_of(kind: str, readings: Sequence[PageReading]) -> str:
    """Put the figures of a kind in a line."""
    characters = [reading.characters for reading in readings]
    in_order, pairs = (sum(reading.in_order[n] for reading in readings) for n in (0, 1))
    whole, sentences = (sum(reading.whole[n] for reading in readings) for n in (0, 1))
    heads = sum(reading.heads_inside for reading in readings)
    seconds = sum(reading.seconds for reading in readings) / sum(reading.pages for reading in readings)
    return (
        f"{kind:28} {len(readings):5} {sum(characters) / len(characters):11.4f} {min(characters):7.4f} "
        f"{f'{in_order}/{pairs}':>12} {f'{whole}/{sentences}':>12} {heads:6} {seconds:.2f}"
    )


if __name__ == "__main__":
    main()
