"""Names that every language has its own word for: countries and their people, cities, rivers, institutions."""

import re
from functools import lru_cache
from importlib.resources import files

from ingest.words.keywords import fold

MAX_NAME_WORDS = 6
"""Names of the table have at most so many words."""

_ENDINGS = ("s", "e", "en", "n", "se", "sen", "er")
_MIN_STEM = 4
_MIN_BEFORE_ER = 6  # Bonner and Romer are surnames, a Londoner is from London


@lru_cache(maxsize=20_000)
def filed_under(name: str) -> str | None:
    """Return what a name of one or more words is filed under, None when it is not in the table.

    "Hongaarse", "Hungarians" and "Hongarije" are all "hungary"; "VS" and "United States" are "united_states".
    """
    table = _table()
    plain = re.sub(r"['’]s?$", "", name.strip()).replace(".", "")
    if plain in table:
        return table[plain]
    form = key(plain)
    if form in table:
        return table[form]
    last_word = key(re.split(r"[-\s]", plain)[-1])
    for ending in _ENDINGS:
        stem = form.removesuffix(ending)
        shortest = _MIN_BEFORE_ER if ending == "er" else _MIN_STEM
        if last_word != ending and form.endswith(ending) and len(stem) >= shortest and stem in table:
            return table[stem]
    return None


def key(name: str) -> str:
    """Fold a name of one or more words to its letters and digits."""
    return re.sub(r"[\W_]", "", fold(name))


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    text = (files("retriever.words") / "exonyms.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {key_of: forms[0] for forms in lines for form in forms for key_of in _keys(form)}


def _keys(form: str) -> set[str]:
    letters = form.replace("_", "")
    if sum(letter.isupper() for letter in letters) < 2:
        return {letters}
    # "VS" and "US" count in capitals only; "Navo" is written both ways.
    return {letters, letters.lower()} if len(letters) > 3 else {letters}
