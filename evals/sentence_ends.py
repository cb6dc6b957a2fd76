"""How well are sentence ends found? Hard ones in Dutch and English, beside the segmenters that others wrote."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from sentencex import segment

from evals.metrics.spans import harmonic_mean
from evals.sets import CASES
from ingest.cleaning.search_view import search_view
from ingest.splitting.sentences import sentence_spans

ENDS = {"tuned on": CASES / "sentence_ends.tsv", "held out": CASES / "sentence_ends_held_out.tsv"}
"""A line is a language and a text, with | where a sentence ends and another begins."""

Segment = Callable[[str, str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text with the places, in characters that are not white space, where its inner sentences end."""

    language: str
    text: str
    ends: frozenset[int]


@dataclass(frozen=True, slots=True)
class EndScores:
    """Of the ends that a segmenter found, how many are right, and of the right ones, how many it found."""

    found: int
    right: int
    wanted: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return harmonic_mean(self.right / self.found if self.found else 0.0, self.right / self.wanted)


def read_marked(path: Path) -> list[MarkedText]:
    """Read the texts of a file."""
    lines = (line.split("\t", 1) for line in path.read_text(encoding="utf-8").splitlines())
    return [
        MarkedText(language, marked.replace("|", " "), frozenset(_ends(marked.split("|"))))
        for language, marked in lines
    ]


def score_ends(texts: Iterable[MarkedText], cut: Segment) -> EndScores:
    """Count the ends that a segmenter finds inside the texts."""
    found = right = wanted = 0
    for one in texts:
        ends = _ends(cut(one.text, one.language))
        found, right, wanted = found + len(ends), right + len(ends & one.ends), wanted + len(one.ends)
    return EndScores(found, right, wanted)


def segmenters() -> dict[str, Segment]:
    """Return Quoth's own way, sentencex alone, and pysbd and the rules of spaCy where they are installed."""
    known: dict[str, Segment] = {"quoth": _quoth, "sentencex": lambda text, language: list(segment(language, text))}
    for name, make in (("pysbd", _pysbd), ("spaCy rules", _spacy)):
        try:
            known[name] = make()
        except ImportError:
            continue
    return known


def _ends(sentences: Sequence[str]) -> set[int]:
    """Return where sentences end, in characters that are not white space; the end of the text is none."""
    ends, count = set(), 0
    for sentence in sentences:
        count += len("".join(sentence.split()))
        ends.add(count)
    return ends - {count, 0}


def _quoth(text: str, language: str) -> list[str]:
    return [text[span.start : span.end] for span in sentence_spans(search_view(text, language), language)]


def _pysbd() -> Segment:
    pysbd = import_module("pysbd")
    ready = {language: pysbd.Segmenter(language=language, clean=False) for language in ("nl", "en")}
    return lambda text, language: ready[language].segment(text)


def _spacy() -> Segment:
    spacy = import_module("spacy")
    ready = {language: spacy.blank(language) for language in ("nl", "en")}
    for pipeline in ready.values():
        pipeline.add_pipe("sentencizer")
    return lambda text, language: [sentence.text for sentence in ready[language](text).sents]
