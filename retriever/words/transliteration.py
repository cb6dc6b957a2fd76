"""Russian, Ukrainian and Bulgarian names as Dutch, English and German spell them, brought to one form."""

import re
from functools import lru_cache
from itertools import islice, product

from ingest.words.keywords import MAX_WORD_LENGTH, fold

# Each spelling of a consonant and the letters it may stand for, longer spellings first. A capital is one Cyrillic
# letter: X щ, C ч, S ш, Z ж, Q ц, D дж. "ch" is х in Dutch and ч in English; "sch" is ш or ж in German, "z" also ц.
_CONSONANTS = (
    ("schtsch", "X"), ("sjtsj", "X"), ("chtch", "X"), ("shch", "X"),
    ("dsch", "D"), ("dzh", "D"), ("dzj", "D"),
    ("tsch", "C"), ("tsj", "C"), ("tch", "C"),
    ("zh", "Z"), ("zj", "Z"), ("ž", "Z"),
    ("sch", "SZ"), ("sh", "S"), ("sj", "S"), ("š", "S"),
    ("kh", "h"), ("ch", "hC"), ("č", "C"), ("ć", "C"),
    ("ts", "Q"), ("tz", "Q"), ("z", "zQ"),
    ("ck", "k"), ("w", "v"),
)  # fmt: skip
_SPELLINGS = dict(_CONSONANTS)
_SPELLED = re.compile("|".join(spelling for spelling, _ in _CONSONANTS))
_MAX_READINGS = 32

# Only names of a Slavic shape are compared in this way: a Moeller is no Muller. The weaker endings, which other
# languages have too, count in longer names.
_SHAPES = (
    (4, re.compile(r"(?:[oe]va?|[sQ]ki|skaja|enko|viC|Svili|adze)$")),
    (5, re.compile(r"ja$")),
    (6, re.compile(r"(?:ina?|uk|jak|ko|[aeo]i|jan|i)$")),
)
_MARKERS = re.compile(r"tsj|zj|dzj|tsch|shch|zh|kh|oej|joe")
_MIN_MARKED = 5


def same_cyrillic_name(first: str, second: str) -> bool:
    """Tell whether two words can be spellings of one name: Chroesjtsjov, Khrushchev and Chruschtschow are."""
    shared = _readings(first) & _readings(second)
    return any(_looks_slavic(word.lower(), reading) for word in (first, second) for reading in shared)


@lru_cache(maxsize=20_000)
def _readings(word: str) -> frozenset[str]:
    """Return the forms a word may stand for, were it a Cyrillic name: "Chroesjtsjov" is "hruXev" or "CruXev"."""
    letters = word.lower()
    if not letters.isalpha() or len(letters) > MAX_WORD_LENGTH:
        return frozenset()
    pieces = _SPELLED.split(letters)
    choices = [_SPELLINGS[spelling] for spelling in _SPELLED.findall(letters)]
    readings = set()
    for chosen in islice(product(*choices), _MAX_READINGS):
        joined = pieces[0] + "".join(letter + piece for letter, piece in zip(chosen, pieces[1:], strict=True))
        readings.add(_vowels_as_one(joined))
    return frozenset(readings)


def _vowels_as_one(form: str) -> str:
    form = "".join(letter if letter in "XCSZQD" else fold(letter) for letter in form)
    form = form.replace("oe", "u").replace("ou", "u").replace("x", "ks")
    form = re.sub(r"(.)\1", r"\1", re.sub(r"f+$", "v", form))
    form = re.sub(r"[ijy]+(?=[aeou])", "j", form).replace("je", "e")
    # A y between consonants is ы in all three; at the end, and after a vowel, it is й or the ending -ий.
    form = re.sub(r"[ijy]+$|(?<=[aeou])[jy](?![aeou])", "i", form)
    return re.sub(r"(?<=[CSZX])o(?=va?$)", "e", form)


def _looks_slavic(letters: str, reading: str) -> bool:
    if len(letters) >= _MIN_MARKED and _MARKERS.search(letters):
        return True
    return any(len(letters) >= shortest and shape.search(reading) for shortest, shape in _SHAPES)
