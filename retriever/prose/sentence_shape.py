"""What a sentence is by itself, whatever its evidence says: a repetition, a bare list, somebody else's "we"."""

import re
from collections import Counter

from retriever.claim_check import language_of
from retriever.evidence_model.word_matching import WORD
from retriever.prose.names_in_place import words_of_names
from retriever.prose.telling_words import telling_stems
from retriever.verification import without_quoted
from retriever.words.quantities import find_quantities

FEWEST_WORDS = 4
_SELF = re.compile(r"\b(?:[Ww]e|us|[Oo]urs?|[Mm]y|me|[Ww]ij|[Oo]ns|[Oo]nze|[Ii]k)\b")
_LINKS = frozenset(("and", "or", "in", "on", "at", "of", "the", "en", "op", "te", "de", "het", "van"))
_BETWEEN = re.compile(r"[,;]|\b(?:and|or|en)\b")
_LONGEST_OF_LIST = 3


def repeats_itself(sentence: str) -> bool:
    """Tell whether most words of a sentence come back in it: "he did not ask for help because he asked for help"."""
    words = Counter(telling_stems(sentence, language_of(sentence)))
    return len(words) >= FEWEST_WORDS and 2 * sum(count > 1 for count in words.values()) > len(words)


def states_something(sentence: str) -> bool:
    """Tell whether a sentence is more than a list and has a word besides its names and quantities.

    What "Hungary and Poland" or "Moscow, Western capitals, Austria" answers stands in the question, and nothing checks
    that the evidence says that of them.
    """
    pieces = [WORD.findall(piece) for piece in _BETWEEN.split(sentence)]
    if len(pieces) > 2 and all(len(piece) <= _LONGEST_OF_LIST for piece in pieces):
        return False
    for quantity in reversed(find_quantities(sentence)):
        sentence = f"{sentence[: quantity.start]} {sentence[quantity.end :]}"
    names = words_of_names(sentence, language_of(sentence))
    return any(word not in names and word.lower() not in _LINKS for word in WORD.findall(sentence))


def speaks_for_another(sentence: str) -> bool:
    """Tell whether a sentence says "we" outside quotation marks: "our troops" are those of the one who is quoted."""
    return _SELF.search(without_quoted(sentence)) is not None
