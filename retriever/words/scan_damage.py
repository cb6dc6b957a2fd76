"""What a scan may have misread in a name: letters taken for others of the same look."""

from functools import lru_cache

from ingest.words.keywords import MAX_WORD_LENGTH, fold

# What a scan reads, and what may have been printed.
_LOOKALIKES = (
    ("m", "ru"), ("m", "rn"), ("m", "in"), ("m", "ni"), ("rn", "m"), ("in", "m"), ("ni", "m"), ("ru", "m"),
    ("n", "ri"), ("ri", "n"), ("n", "u"), ("u", "n"), ("ii", "u"), ("u", "ii"), ("ii", "n"), ("fi", "n"),
    ("l", "i"), ("i", "l"), ("1", "l"), ("1", "i"), ("0", "o"), ("i", "r"),
    ("e", "c"), ("c", "e"), ("h", "b"), ("b", "h"), ("h", "li"), ("li", "h"), ("d", "cl"), ("cl", "d"),
    ("y", "v"), ("v", "y"), ("vv", "w"), ("k", "lc"), ("lc", "k"), ("5", "s"), ("8", "b"), ("6", "o"),
)  # fmt: skip
_MIN_LENGTH = 7
_MIN_LENGTH_WITH_TWO = 10


@lru_cache(maxsize=20_000)
def repaired_forms(name: str) -> frozenset[str]:
    """Return what a damaged name may have been: one misreading put right in a long name, two in a very long one.

    Nothing for a short name, in which one letter makes another name of it.
    """
    damaged = fold(name)
    if not _MIN_LENGTH <= len(damaged) <= MAX_WORD_LENGTH or not damaged.isalnum():
        return frozenset()
    repaired = _once(damaged)
    if len(damaged) >= _MIN_LENGTH_WITH_TWO:
        repaired |= {twice for once in repaired for twice in _once(once)}
    return frozenset(repaired)


def may_be_misread(read: str, printed: str) -> bool:
    """Tell whether what a scan reads may be another word, misread in one place, or in two in a very long word."""
    return fold(printed) in _once(fold(read)) or fold(printed) in repaired_forms(read)


def _once(word: str) -> set[str]:
    return {
        word[:start] + printed + word[start + len(read) :]
        for read, printed in _LOOKALIKES
        for start in range(len(word))
        if word.startswith(read, start)
    }
