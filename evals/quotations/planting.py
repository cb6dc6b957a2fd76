"""Make quotations of which it is known where they stand and what was done to them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from evals.controls.corrupted_words import change_number, flip_negation, names_of, swap_name
from ingest.catalogue import Catalogue
from ingest.cleaning.search_view import SearchView
from ingest.types import Document, Sentence, Span
from retriever.quotations.types import QuotationVerdict

MIN_WORDS, MAX_WORDS = 9, 45
COUNTS = {
    "as printed": 15,
    "in other spacing and signs": 25,
    "words left out and marked": 10,
    "number changed": 20,
    "negation flipped": 20,
    "name swapped": 12,
    "word left out": 10,
    "word added": 10,
    "words swapped": 8,
    "stitched": 25,
    "said to be elsewhere": 20,
    "of a text that is not there": 15,
    "words in disorder": 10,
}
"""How many of each kind: 200 together."""


@dataclass(frozen=True, slots=True)
class PlantedPlace:
    """Where words stand that were quoted."""

    document_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class PlantedQuotation:
    """A quotation with what should be said of it; `said_in`: the document that it is said to be in."""

    kind: str
    text: str
    verdict: QuotationVerdict
    places: tuple[PlantedPlace, ...] = ()
    flag: str | None = None
    said_in: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence of prose in its document, and as it reads without what a scan did."""

    document: Document
    view: SearchView
    sentence: Sentence

    @property
    def text(self) -> str:
        """The sentence on one line, its broken words whole."""
        return self.sentence.search_text

    @property
    def place(self) -> PlantedPlace:
        """Where it stands."""
        return PlantedPlace(self.document.id, Span(self.sentence.start, self.sentence.end))


Planting = Callable[[Random, Sequence[Source]], PlantedQuotation | None]


def sources_of(catalogue: Catalogue, *, only: Sequence[str] | None = None) -> list[Source]:
    """Return the sentences of prose of a catalogue that stand in it once, or those of some documents."""
    found = []
    for summary in catalogue.documents():
        if only is None or summary.id in only:
            split, view = catalogue.split_document(summary.id), catalogue.search_view(summary.id)
            found += [Source(split.document, view, one) for one in split.sentences if one.kind == "paragraph"]
    return [one for one in found if MIN_WORDS <= len(one.text.split()) <= MAX_WORDS]


def plant(seed: int, held: Sequence[Source], absent: Sequence[Source]) -> list[PlantedQuotation]:
    """Make all kinds of quotations of sentences that are held, and of some that are not; no sentence is used twice."""
    names = names_of([source.text for source in held])
    kinds = _kinds(names)
    planted: list[PlantedQuotation] = []
    used: set[str] = set()
    for kind, count in COUNTS.items():
        rng = Random(f"{seed} {kind}")
        made, tries = 0, 0
        while made < count and tries < 200 * count:
            tries += 1
            stock = absent if kind == "of a text that is not there" else held
            first, second = rng.sample(stock, 2)
            quotation = kinds[kind](rng, [first, second])
            if quotation is None or first.text in used:
                continue
            used.add(first.text) if len(used) < len(stock) - 40 else None
            planted.append(quotation)
            made += 1
    return planted


def _kinds(names: Sequence[str]) -> Mapping[str, Planting]:
    def altered(kind: str, change: Callable[[str, Random], str | None], flag: str | None = None) -> Planting:
        def make(rng: Random, sources: Sequence[Source]) -> PlantedQuotation | None:
            text = change(sources[0].text, rng)
            if not text or text.split() == sources[0].text.split():
                return None
            return PlantedQuotation(kind, text, "altered", (sources[0].place,), flag)

        return make

    return {
        "as printed": _as_printed,
        "in other spacing and signs": _in_other_signs,
        "words left out and marked": _with_omission,
        "number changed": altered("number changed", lambda text, rng: change_number(text, (), rng), "number"),
        "negation flipped": altered("negation flipped", flip_negation, "negation"),
        "name swapped": altered("name swapped", lambda text, rng: swap_name(text, names, (), rng)),
        "word left out": altered("word left out", _without_word),
        "word added": altered("word added", _with_word),
        "words swapped": altered("words swapped", _swapped),
        "stitched": _stitched,
        "said to be elsewhere": _said_elsewhere,
        "of a text that is not there": lambda _, sources: PlantedQuotation(
            "of a text that is not there", sources[0].text, "not_found"
        ),
        "words in disorder": _in_disorder,
    }


def _as_printed(_: Random, sources: Sequence[Source]) -> PlantedQuotation:
    place = sources[0].place
    text = sources[0].document.text[place.span.start : place.span.end]
    return PlantedQuotation("as printed", text, "exact", (place,))


def _in_other_signs(rng: Random, sources: Sequence[Source]) -> PlantedQuotation:
    """Break the lines elsewhere, break a word, turn the quotation marks, and put marks round it all."""
    words = sources[0].text.replace("'", "’").replace('"', "”").split()
    long = [at for at, word in enumerate(words) if word.isalpha() and len(word) > 7]
    if long:
        at = rng.choice(long)
        middle = len(words[at]) // 2
        words[at] = f"{words[at][:middle]}-\n{words[at][middle:]}"
    at = rng.randrange(1, len(words))
    words[at] = "\n" + words[at]
    return PlantedQuotation("in other spacing and signs", f"“{' '.join(words)}”", "exact", (sources[0].place,))


def _with_omission(rng: Random, sources: Sequence[Source]) -> PlantedQuotation | None:
    words = sources[0].text.split()
    if len(words) < 16:
        return None
    text = " ".join((*words[:6], rng.choice(("...", "[…]", "(...)")), *words[-6:]))
    return PlantedQuotation("words left out and marked", text, "exact", (sources[0].place,))


def _without_word(text: str, rng: Random) -> str:
    words = text.split()
    at = rng.randrange(2, len(words) - 2)
    return " ".join(words[:at] + words[at + 1 :])


def _with_word(text: str, rng: Random) -> str:
    words = text.split()
    at = rng.randrange(2, len(words) - 2)
    return " ".join((*words[:at], rng.choice(("bijna", "zeker", "almost", "certainly")), *words[at:]))


def _swapped(text: str, rng: Random) -> str:
    words = text.split()
    at = rng.randrange(2, len(words) - 3)
    words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


def _stitched(rng: Random, sources: Sequence[Source]) -> PlantedQuotation | None:
    first, second = sources
    near = first.document.id == second.document.id and abs(first.sentence.start - second.sentence.start) < 600
    beginning, ending = first.text.split()[: rng.randint(6, 8)], second.text.split()[-rng.randint(6, 8) :]
    if near:
        return None
    return PlantedQuotation("stitched", " ".join(beginning + ending), "stitched", (first.place, second.place))


def _said_elsewhere(_: Random, sources: Sequence[Source]) -> PlantedQuotation | None:
    first, second = sources
    if first.document.id == second.document.id:
        return None
    return PlantedQuotation("said to be elsewhere", first.text, "elsewhere", (first.place,), said_in=second.document.id)


def _in_disorder(rng: Random, sources: Sequence[Source]) -> PlantedQuotation:
    words = sources[0].text.split()
    return PlantedQuotation("words in disorder", " ".join(rng.sample(words, len(words))), "not_found")
