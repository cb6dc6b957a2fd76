"""Change one thing in a Dutch or English sentence: a number, a date, a name, a negation, a quantity, two roles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from retriever.evidence_model.types import Label
from retriever.words.patterns import CAPITALS
from retriever.words.quantities import Quantity, find_quantities

NAME = re.compile(rf"(?<=[\w,;] )[{CAPITALS}][a-zà-ÿ]{{2,}}\b(?: [{CAPITALS}][a-zà-ÿ]{{2,}}\b)*")
_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December"),
    "nl": ("januari", "februari", "maart", "april", "mei", "juni",
           "juli", "augustus", "september", "oktober", "november", "december"),
}  # fmt: skip
_AUXILIARY = {
    "en": re.compile(r"\b(is|are|was|were|can|could|will|would|must|should|has been|have been)\b(?! not|n't)"),
    "nl": re.compile(
        r"\b(is|zijn|was|waren|kan|kunnen|moet|moeten|wordt|worden|zal|zullen|mag|mogen)\b(?! (?:niet|geen))"
    ),
}
_NEGATION = {
    "en": (re.compile(r"\b(is|are|was|were|can|could|will|would|must|should|did|does|do) not\b"), r"\1"),
    "nl": (re.compile(r" niet\b"), ""),
}
_NEGATED = re.compile(r"\bnot\b|n't\b|\bno\b|\bnever\b|\bgeen\b|\bniet\b|\bnooit\b", re.IGNORECASE)
# Where the verb stands at the end of a clause, "niet" behind it makes no sentence.
_SUBORDINATE = re.compile(
    r"\b(?:als|dat|die|wanneer|indien|zodat|omdat|waar\w*|of|om|terwijl|nadat|voordat|if|whether)\b"
    r"|\bge\w+(?:d|t|en) $|^(?:Is|Are|Was|Were|Can|Kan)\b",
    re.IGNORECASE,
)
_ARTICLE_NL = re.compile(r"\b(is|zijn|was|waren|heeft|hebben|had|wordt|worden) een\b")
# From, to, and whether the first carries the second.
_QUANTIFIERS: dict[str, tuple[tuple[str, str, Label], ...]] = {
    "en": (
        ("all", "no", "refuted"), ("all", "some of the", "supported"), ("every", "no", "refuted"),
        ("some", "all", "not_enough"), ("many", "all", "not_enough"), ("most", "all", "not_enough"),
        ("at least", "fewer than", "refuted"), ("at most", "more than", "refuted"),
        ("more than", "less than", "refuted"), ("less than", "more than", "refuted"),
        ("always", "never", "refuted"), ("never", "always", "refuted"), ("before", "after", "refuted"),
        ("after", "before", "refuted"),
        ("often", "always", "not_enough"), ("usually", "always", "not_enough"),
    ),
    "nl": (
        ("alle", "geen", "refuted"), ("alle", "sommige", "supported"), ("elke", "geen enkele", "refuted"),
        ("sommige", "alle", "not_enough"), ("veel", "alle", "not_enough"), ("de meeste", "alle", "not_enough"),
        ("ten minste", "minder dan", "refuted"), ("minstens", "minder dan", "refuted"),
        ("hoogstens", "meer dan", "refuted"), ("meer dan", "minder dan", "refuted"),
        ("minder dan", "meer dan", "refuted"), ("altijd", "nooit", "refuted"), ("nooit", "altijd", "refuted"),
        ("voordat", "nadat", "refuted"), ("nadat", "voordat", "refuted"),
        ("vaak", "altijd", "not_enough"), ("meestal", "altijd", "not_enough"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """A sentence with one thing changed, and what the original says of it."""

    kind: str
    text: str
    label: Label


def change_number(text: str, language: str, random: Random) -> ClaimChange | None:
    """Put another number in."""
    found = [item for item in find_quantities(text) if item.kind == "number" and text[item.start : item.end].isdigit()]
    if not found:
        return None
    chosen = random.choice(found)
    value = int(text[chosen.start : chosen.end])
    near = [value + 1, value + 2, max(value - 1, 0), value * 2, value + 10, value * 10]
    others = [str(number) for number in near if number != value]
    return ClaimChange("number", _replace(text, chosen, random.choice(others)), "refuted")


def change_date(text: str, language: str, random: Random) -> ClaimChange | None:
    """Move a year by some years, or a day to another month."""
    found = [item for item in find_quantities(text) if item.kind == "date"]
    if not found:
        return None
    chosen = random.choice(found)
    written = text[chosen.start : chosen.end]
    month = next((name for name in _MONTHS[language] if name.casefold() in written.casefold()), None)
    if month and random.random() < 0.5:
        other = random.choice([name for name in _MONTHS[language] if name != month])
        return ClaimChange(
            "date", _replace(text, chosen, re.sub(month, other, written, flags=re.IGNORECASE)), "refuted"
        )
    year = re.search(r"[12]\d{3}", written)
    if not year:
        return None
    moved = str(int(year.group()) + random.choice([-20, -10, -3, -2, -1, 1, 2, 3, 10, 20]))
    return ClaimChange("date", _replace(text, chosen, written.replace(year.group(), moved)), "refuted")


def change_name(text: str, names: Sequence[str], random: Random) -> ClaimChange | None:
    """Put another name in, of as many words."""
    found = list(NAME.finditer(text))
    if not found:
        return None
    chosen = random.choice(found)
    words = chosen.group().count(" ")
    others = [name for name in names if name.count(" ") == words and name not in text]
    if not others:
        return None
    changed = text[: chosen.start()] + random.choice(others) + text[chosen.end() :]
    return ClaimChange("name", changed, "not_enough")


def change_negation(text: str, language: str, random: Random) -> ClaimChange | None:
    """Take a negation away, or put one in."""
    pattern, kept = _NEGATION[language]
    if pattern.search(text):
        return ClaimChange("negation", pattern.sub(kept, text, count=1), "refuted")
    if language == "nl" and _ARTICLE_NL.search(text):
        return ClaimChange("negation", _ARTICLE_NL.sub(r"\1 geen", text, count=1), "refuted")
    auxiliary = _AUXILIARY[language].search(text)
    if not auxiliary or _NEGATED.search(text) or _SUBORDINATE.search(text[: auxiliary.start()]):
        return None
    negation = " not" if language == "en" else " niet"
    return ClaimChange("negation", text[: auxiliary.end()] + negation + text[auxiliary.end() :], "refuted")


def change_quantifier(text: str, language: str, random: Random) -> ClaimChange | None:
    """Put another quantity word in: "at least" for "fewer than", "all" for "some"."""
    rules = [rule for rule in _QUANTIFIERS[language] if re.search(rf"\b{rule[0]}\b", text, re.IGNORECASE)]
    if not rules:
        return None
    old, new, label = random.choice(rules)
    found = re.search(rf"\b{old}\b", text, re.IGNORECASE)
    # A sentence that began with a small letter would give the change away.
    put = new[0].upper() + new[1:] if found.group()[0].isupper() else new
    return ClaimChange("quantifier", text[: found.start()] + put + text[found.end() :], label)


def swap_roles(text: str, language: str, random: Random) -> ClaimChange | None:
    """Let two names of a sentence change places."""
    found = list(NAME.finditer(text))
    start = re.match(rf"[{CAPITALS}][a-zà-ÿ]+ [{CAPITALS}][a-zà-ÿ]+(?: [{CAPITALS}][a-zà-ÿ]+)*", text)
    spans = [*([start] if start else []), *found]
    spans = [span for number, span in enumerate(spans) if number == 0 or span.start() >= spans[number - 1].end()]
    if len(spans) < 2:
        return None
    left, right = spans[0], spans[1]
    between = text[left.end() : right.start()]
    # Two names joined by "and" or a comma may change places without harm.
    if left.group() == right.group() or not re.search(r"\w", between) or re.fullmatch(r"\W*(and|or|en|of)\W*", between):
        return None
    swapped = text[: left.start()] + right.group() + between + left.group() + text[right.end() :]
    return ClaimChange("roles", swapped, "not_enough")


def find_names(texts: Sequence[str]) -> list[str]:
    """Collect the names inside sentences, each once, in order."""
    return sorted({match.group() for text in texts for match in NAME.finditer(text)})


def _replace(text: str, quantity: Quantity, new: str) -> str:
    return text[: quantity.start] + new + text[quantity.end :]
