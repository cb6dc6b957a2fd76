"""Does the answer say what the gold answer says?"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from evals.metrics.spans import harmonic_mean
from evals.rates import per_case
from evals.types import GivenAnswer, Metric, Outcome
from retriever.words.quantities import Quantity, evidence_states, find_quantities

_ARTICLES = frozenset({"de", "het", "een", "the", "a", "an"})
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januari", "february februari", "march maart", "april", "may mei", "june juni", "july juli",
            "august augustus", "september", "october oktober", "november", "december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WORD = re.compile(r"\w+")
_ORDINAL = re.compile(r"(?:st|nd|rd|th|ste|de|e)\b")
# letters that Unicode does not take apart into a base and a mark
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word, or a number or date with its canonical value in place of the words."""

    text: str
    quantity: Quantity | None = None

    def carries(self, gold: "Token") -> bool:
        """Tell whether this says what gold does: "4 June 1956" says "4 June", and "14 June" does not."""
        if self.quantity and gold.quantity:
            return evidence_states(self.quantity, gold.quantity)
        return self.text == gold.text

    @property
    def parts(self) -> list[str]:
        """Return what the token counts as where words are counted: a date is its year, month and day."""
        if self.quantity is None or self.quantity.kind == "number":
            return [self.text]
        units = zip(("", "month ", "day "), self.text.removeprefix("-").split("-"), strict=False)
        return [unit + number for unit, number in units if number]


def tokens(text: str) -> list[Token]:
    """Fold a text, Dutch or English: case, diacritics, punctuation, articles, and the forms of numbers and dates.

    After the answer normalisation of SQuAD (P. Rajpurkar et al., EMNLP 2016). A text of articles alone keeps them.
    """
    text = unicodedata.normalize("NFC", text)
    found: list[Token] = []
    position = 0
    for quantity in find_quantities(text):
        found += _words(text[position : quantity.start])
        found.append(Token(quantity.value, quantity))
        ordinal = _ORDINAL.match(text, quantity.end)
        position = ordinal.end() if ordinal else quantity.end
    found += _words(text[position:])
    return [token for token in found if token.text not in _ARTICLES] or found


def _words(text: str) -> Iterator[Token]:
    for word in _WORD.findall(text.casefold()):
        if word in _MONTHS:
            yield Token(f"--{_MONTHS[word]:02}", Quantity("date", f"--{_MONTHS[word]:02}", 0, len(word)))
        else:
            # "één" is a number and no article; folding would take its mark away
            yield Token("1" if word == "één" else _folded(word))


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.translate(_LETTERS))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def says_gold(text: str, gold: str) -> bool:
    """Tell whether the tokens of gold stand in the text in a row; never inside a word or a number.

    As the answer match of D. Chen et al., Reading Wikipedia to Answer Open-Domain Questions, ACL 2017.
    """
    given, wanted = tokens(text), tokens(gold)
    starts = range(len(given) - len(wanted) + 1) if wanted else ()
    return any(all(one.carries(other) for one, other in zip(given[start:], wanted, strict=False)) for start in starts)


def answered_texts(answer: GivenAnswer) -> list[str]:
    """Return the claims' texts; the whole text of an answer without claims; nothing for a refusal or a failure."""
    if answer.status in ("refused", "failed"):
        return []
    return [claim.text for claim in answer.claims] or [answer.text]


def contains_gold(outcome: Outcome) -> float | None:
    """Return 1 when a claim says one of the gold strings, or the claims all of them for a list."""
    case, texts = outcome.case, answered_texts(outcome.answer)
    if not (case.answerable and case.answers):
        return None
    found = [any(says_gold(text, gold) for text in texts) for gold in case.answers]
    return float(all(found) if case.kind == "list" else any(found))


def token_f1(given: Sequence[str], gold: Sequence[str]) -> float:
    """Return the F1 of two bags of tokens: P. Rajpurkar et al., SQuAD, EMNLP 2016."""
    shared = (Counter(given) & Counter(gold)).total()
    return harmonic_mean(shared / len(given), shared / len(gold)) if shared else 0.0


def exact_match(given: Sequence[str], gold: Sequence[str]) -> float:
    """Return 1 when the tokens are the same, in the same order: P. Rajpurkar et al., SQuAD, EMNLP 2016."""
    return float(bool(gold) and list(given) == list(gold))


def tokens_found(given: Sequence[str], gold: Sequence[str]) -> float:
    """Return the share of the gold tokens that are given: the recall in SQuAD's F1."""
    return (Counter(given) & Counter(gold)).total() / len(gold) if gold else 0.0


def _best(compare: Callable[[Sequence[str], Sequence[str]], float]) -> Callable[[Outcome], float | None]:
    """Compare the claims together with each gold string and take the best; with all strings in a row for a list."""

    def value(outcome: Outcome) -> float | None:
        case = outcome.case
        if not (case.answerable and case.answers):
            return None
        golds = [" ; ".join(case.answers)] if case.kind == "list" else case.answers
        given = [part for text in answered_texts(outcome.answer) for part in parts(text)]
        return max(compare(given, parts(gold)) for gold in golds)

    return value


def parts(text: str) -> list[str]:
    """Return the tokens of a text as they are counted."""
    return [part for token in tokens(text) for part in token.parts]


METRICS = (
    Metric("contains gold", "answers", per_case(contains_gold)),
    Metric("gold tokens found", "answers", per_case(_best(tokens_found))),
    Metric("token F1", "answers", per_case(_best(token_f1))),
    Metric("exact match", "answers", per_case(_best(exact_match))),
)
