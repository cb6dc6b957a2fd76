"""Make a sentence wrong in one word: a number, a negation or a name."""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from random import Random

from retriever.words.patterns import CAPITALS

_WORDS_OF_ONE_SIZE = tuple(
    tuple(words.split())
    for words in (
        "twee drie vier vijf zes zeven acht negen tien elf twaalf",
        "dertien veertien vijftien zestien zeventien achttien negentien",
        "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
        "two three four five six seven eight nine eleven twelve",  # "ten" is a Dutch word, too
        "thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
        "twenty thirty forty fifty sixty seventy eighty ninety",
    )
)
_SIZES = {word: words for words in _WORDS_OF_ONE_SIZE for word in words}
_DUTCH_MONTHS, _ENGLISH_MONTHS = (
    tuple(names.split())
    for names in (
        "januari februari maart april mei juni juli augustus september oktober november december",
        "January February March April May June July August September October November December",
    )
)
_MONTH = "|".join(dict.fromkeys((*_DUTCH_MONTHS, *_ENGLISH_MONTHS)))
_NUMBER = re.compile(
    rf"(?<![\w.,])(?P<day>\d\d?)(?=(?:st|nd|rd|th)? (?:{_MONTH})\b)"
    r"|(?<![\w.,])(?P<year>1[89]\d\d|20\d\d)(?![\w.,]?\d)"
    r"|(?<![\w.,])(?P<digits>\d+(?:[.,]\d+)*)"
    rf"|\b(?P<word>{'|'.join(sorted(_SIZES, key=len, reverse=True))})(?=\b|honderd|duizend)"
    rf"|(?<=\d )(?P<month>{_MONTH})\b",
    re.IGNORECASE,
)

_NAME = re.compile(rf"\b[{CAPITALS}][\w-]{{2,}}(?:'\w{{2,}})?(?: [{CAPITALS}][\w-]{{2,}}(?:'\w{{2,}})?)*")
# Adjectives made of a country, in Dutch ("Poolse", "Russische") and English ("Hungarian", "Polish").
_NO_NAME = re.compile(
    rf"(?:{'|'.join(_ENGLISH_MONTHS)}|\w+day|\w+(?:se|sche|ish|ian|ese)|Soviet|Sovjet[a-z]+|German|American|Czech|Slovak|The)"
)
_OPENS_SENTENCE = re.compile(r"(?:^|[.!?:;]\s)[\"'“„‘*#(\[ ]*$|'s $")

# Each negation with what stands there without it; the longer ones come first.
_POSITIVE = {
    "niet meer": "nog steeds", "nooit meer": "altijd", "niet": "", "nooit": "altijd", "geen": "een",
    "niets": "alles", "niemand": "iedereen",
    "no longer": "still", "cannot": "can", "not": "", "never": "", "nothing": "everything", "nobody": "everybody",
    "no one": "everyone", "none": "all", "no": "a",
}  # fmt: skip
_NEGATION = re.compile(rf"\b({'|'.join(_POSITIVE)})\b(?! doubt| only| alleen)", re.IGNORECASE)
_DUTCH_VERBS = (
    "is|was|waren|had|hadden|heeft|hebben|werd|werden|wordt|worden|kon|konden|mocht|mochten|moest|moesten|zou|zouden"
    "|wilde|wilden|kreeg|kregen|kwam|kwamen|ging|gingen|stond|stonden|lag|lagen|bleef|bleven|nam|namen|gaf|gaven"
    "|liet|lieten|zag|zagen|zei|zeiden|hield|hielden|begon|begonnen|viel|vielen|vond|vonden|verloor|telde|telden"
    "|heette|trad|vroeg|eiste|keerde|leidde|overleed|stierf|tekende|tekenden|betaalde|betaalden|deed|deden|beloofde"
)
_AUXILIARIES = "is|are|was|were|had|has|have|will|would|could|can|may|must|might|should|did|does|do"
_ENGLISH_PASTS = (
    "began|came|gave|took|went|sent|stood|kept|made|led|held|told|found|left|fell|rose|saw|brought|fought|chose|drove"
    "|spoke|wrote|ran|lost|got|met|paid|became|broke|cost|sat|read|said|knew|lay|grew|put|cut|let|set"
)
_DUTCH_FINITE = re.compile(
    rf"(?<=\w )(?:{_DUTCH_VERBS})\b(?: (?:hij|zij|ze|men|er|we|wij|ik|je|u|zich)\b){{0,2}}(?= \w)"
)
_ENGLISH_AUXILIARY = re.compile(rf"(?<=[\w,] )(?<!\bto )(?:{_AUXILIARIES})\b(?= \w)")
_ENGLISH_PAST = re.compile(
    rf"(?<=\w )(?<!\ba )(?<!\ban )(?<!\bthe )(?<!\bbeen )(?<!\bbe )(?<!\band )(?<!\bof )(?<!\bin )"
    rf"(?:{_ENGLISH_PASTS}|\w{{2,}}ed)\b(?= \w)"
)
_DUTCH_WORDS, _ENGLISH_WORDS = (
    frozenset(words.split())
    for words in (
        "de het een van en op dat met voor hij zij zijn er om te bij aan werd werden niet geen",
        "the of and to a that with for on he she it his by at were not no",
    )
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A number of a text; `shape` tells what it can be exchanged for, `context` is the text that it stands in."""

    match: re.Match[str]
    shape: str

    @property
    def word(self) -> str:
        """Return the number as it is written."""
        return self.match.group()


def change_number(text: str, others: Iterable[str], rng: Random) -> str | None:
    """Exchange a number for another of its shape: half the time one that stands in `others`, where there is one."""
    found = list(_numbers(text))
    if not found:
        return None
    number = rng.choice(found)
    taken = {one.word.lower() for one in found}
    near = [
        other.word
        for other in chain.from_iterable(map(_numbers, others))
        if other.shape == number.shape and other.word.lower() not in taken
    ]
    word = rng.choice(near) if near and rng.random() < 0.5 else _another(number, rng)
    return _put(text, number.match, word)


def _numbers(text: str) -> Iterator[_Found]:
    for match in _NUMBER.finditer(text):
        kind = match.lastgroup
        shapes = {"digits": re.sub(r"\d", "0", match.group()), "word": " ".join(_SIZES.get(match.group().lower(), ()))}
        yield _Found(match, shapes.get(kind, kind))


def _another(number: _Found, rng: Random) -> str:
    kind, word = number.match.lastgroup, number.word
    if kind == "day":
        days = range(1, 10) if len(word) == 1 else range(10, 29)
        return str(rng.choice([day for day in days if day != int(word)]))
    if kind == "year":
        return str(int(word) + rng.choice((-3, -2, -1, 1, 2, 3)))
    if kind == "digits":
        return _another_digit(word, rng)
    months = _DUTCH_MONTHS if word in _DUTCH_MONTHS else _ENGLISH_MONTHS
    row = _SIZES[word.lower()] if kind == "word" else months
    return rng.choice([other for other in row if other.lower() != word.lower()])


def _another_digit(word: str, rng: Random) -> str:
    place = rng.choice([position for position, sign in enumerate(word) if sign.isdigit()])
    digits = "123456789" if place == 0 else "0123456789"
    return word[:place] + rng.choice([digit for digit in digits if digit != word[place]]) + word[place + 1 :]


def flip_negation(text: str, rng: Random) -> str | None:
    """Take a negation out of a Dutch or English sentence, or put one in behind its first finite verb."""
    negations = list(_NEGATION.finditer(text))
    if negations:
        match = rng.choice(negations)
        several = re.match(r" (?:\w+e )?\w{2,}(?:en|s)\b", text[match.end() :])
        article = match.group().lower() in ("geen", "no")
        flipped = _put(text, match, "" if article and several else _POSITIVE[match.group().lower()])
        return re.sub(r"  +", " ", re.sub(r" (?=[,.;:!?])", "", flipped)).strip()
    if _is_dutch(text):
        return _insert(text, _DUTCH_FINITE, "{} niet")
    return _insert(text, _ENGLISH_AUXILIARY, "{} not") or _insert(text, _ENGLISH_PAST, "never {}")


def _insert(text: str, verb: re.Pattern[str], form: str) -> str | None:
    match = verb.search(text)
    return text[: match.start()] + form.format(match.group()) + text[match.end() :] if match else None


def _is_dutch(text: str) -> bool:
    words = re.findall(r"\w+", text.lower())
    return sum(word in _DUTCH_WORDS for word in words) > sum(word in _ENGLISH_WORDS for word in words)


def swap_name(text: str, names: Sequence[str], near: Iterable[str], rng: Random) -> str | None:
    """Exchange a proper name for another of `names`: half the time one that stands in a text of `near`, if any does."""
    found = [match for match in _names_in(text, names) if not any(map(_NO_NAME.fullmatch, match.group().split()))]
    if not found:
        return None
    match = rng.choice(found)
    others = [name for name in names if not _may_be_one(name, match.group()) and not _shares_word(name, text)]
    others = [name for name in others if name.count(" ") == match.group().count(" ")] or others
    at_hand = [name for name in others if any(re.search(rf"\b{re.escape(name)}\b", other) for other in near)]
    if not others:
        return None
    return _put(text, match, rng.choice(at_hand if at_hand and rng.random() < 0.5 else others))


def _may_be_one(name: str, other: str) -> bool:
    """Tell whether two names may be one in two languages: "Polen" and "Poland"."""
    return bool({word[0] for word in name.split()} & {word[0] for word in other.split()})


def _shares_word(name: str, text: str) -> bool:
    return bool(set(re.findall(r"\w+", name)) & set(re.findall(r"\w+", text)))


def names_of(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the proper names of sentences, sorted: runs of capitalised words that do not open a sentence.

    A word that is written small elsewhere, as in "the State Department", is no name.
    """
    sentences = [text for text in texts if not text.isupper()]
    small = {word for text in sentences for word in re.findall(r"\b[^\W\d_A-Z]\w+", text)}
    names = {match.group() for text in sentences for match in _names_in(text)}
    return tuple(sorted(name for name in names if not any(_is_common(word, small) for word in name.split())))


def _is_common(word: str, small: Set[str]) -> bool:
    return word.lower() in small or bool(_NO_NAME.fullmatch(word))


def _names_in(text: str, known: Sequence[str] = ()) -> Iterator[re.Match[str]]:
    """Yield runs of capitalised words, without one that opens a sentence unless the run is a known name."""
    for match in _NAME.finditer(text):
        opens = _OPENS_SENTENCE.search(text[: match.start()]) and match.group() not in known
        second = match.group().find(" ") + 1
        if not opens:
            yield match
        elif second and (rest := _NAME.match(text, match.start() + second)):
            yield rest


def _put(text: str, match: re.Match[str], word: str) -> str:
    """Put a word in the place of another, with a capital where the other had one."""
    if match.group()[0].isupper():
        word = word[:1].upper() + word[1:]
    return text[: match.start()] + word + text[match.end() :]
