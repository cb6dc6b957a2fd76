"""The full names that a document uses, for evidence that has the surname alone."""

import re
from collections.abc import Sequence
from itertools import pairwise

from retriever.words.names import find_names, name_occurs, same_name

_WORD_BEFORE = r"([^\W\d_][\w’'-]*)\s+"


def shorten_names(text: str, language: str, evidence: Sequence[str], documents: Sequence[tuple[str, str]]) -> str:
    """Leave out of a sentence the given names that its evidence leaves out, where the documents know nobody else.

    Of "Imre Nagy left", held against "Nagy left." in a document that calls him Imre Nagy elsewhere, "Nagy left" is what
    that evidence has to carry. Where the document has an Anna Nagy too, the sentence stays as it is.

    Args:
        text: The sentence.
        language: Its language.
        evidence: What it is held against.
        documents: The texts that the evidence is from, each with its language.
    """
    for given, surname in pairwise(find_names(text, language)):
        full = re.search(rf"(?<!\w){re.escape(given)}\s+(?={re.escape(surname)}(?!\w))", text)
        short_there = any(name_occurs(surname, one) and not name_occurs(given, one) for one in evidence)
        if full and short_there and any(_means_one_person(given, surname, *one) for one in documents):
            text = text[: full.start()] + text[full.end() :]
    return text


def _means_one_person(given: str, surname: str, document: str, language: str) -> bool:
    """Tell whether a document has this given name before this surname and never another name."""
    before = re.findall(rf"(?<!\w){_WORD_BEFORE}{re.escape(surname)}(?!\w)", document)
    names = [word for word in dict.fromkeys(before) if find_names(f"x {word} {surname}", language)[:-1]]
    return bool(names) and all(same_name(word, given) for word in names)
