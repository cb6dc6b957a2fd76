"""Labels: what stands before a text and says whose, when or what it is, known by many that begin alike."""

import re
from collections import Counter
from collections.abc import Sequence

from ingest.blocks.types import Block, Line
from ingest.cleaning.word_lists import MONTHS
from ingest.types import Span

MIN_ALIKE = 3
MAX_LABEL_WORDS = 6
MAX_RECORD_CHARACTERS = 700
MAX_BOLD_WORDS = 14

_COLON = re.compile(r"(?P<label>[^\W\d_][^:.!?;\n]{0,50}?)(?P<aside>\s*[(\[][^)\]]{1,60}[)\]])?\s?:(?=\s)")
_CAPITALS = re.compile(
    r"(?P<label>(?:[^\W\d_a-z]{2,}[\s.'’-]{0,2}){1,5})(?P<aside>\s*[(\[][^)\]]{1,60}[)\]])?[.:]?(?<=[.:)\]])(?=\s)"
)
_NAME_STOP = re.compile(r"(?P<label>[^\W_][^.!?:;\n]{1,50}?(?:\s[^\W\d_]\.)*)\.(?=\s+\S)")
_PARTICLES = frozenset(
    ("van", "de", "den", "der", "te", "ten", "ter", "von", "la", "le", "du", "of", "and", "en", "the", "zu", "di", "da")
)
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*\.?")
_ENDS = re.compile(r"[.!?…][\"'”’»)\]]*$")
_DATE_WORD = re.compile(
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:maan|dins|woens|donder|vrij|zater|zon)dag"
    r"|(?:mon|tue|wed|thu|fri|sat|sun|ma|di|wo|do|vr|za|zo)\.?|den?|the|of|van|\d{1,4}(?:st|nd|rd|th|e|ste|de)?"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|anno|jan|feb|mrt|mar|apr|jun|jul|aug|sep|sept|okt|oct|nov|dec)\.?",
    re.IGNORECASE,
)
_BOLD = re.compile(r"(?P<mark>\*\*|__)(?=\S)(?P<label>.+?)(?<=\S)(?P=mark)[.:]?(?=\s|$)")
_DIGIT = re.compile(r"\d")
_ARTICLE = re.compile(
    r"(?:artikel|article|art|section|sectie|paragraaf|hoofdstuk|chapter|deel|part|titel|title|book|boek|act|scene"
    r"|bedrijf|toneel|§)\.?\s*(?:\d+[a-z]?|[IVXLC]+)\b(?P<rest>.*)",
    re.IGNORECASE,
)


def turns_of(paragraphs: Sequence[Sequence[Line]]) -> list[Block]:
    """Return who speaks, or what a key names, with the text behind it: labels before a colon or in capitals."""
    lines = [line for paragraph in paragraphs for line in paragraph]
    for pattern, fits in ((_CAPITALS, _is_speaker), (_COLON, _is_key)):
        found = [(line, match) for line in lines if (match := pattern.match(line.text)) and fits(match["label"])]
        if len(found) < MIN_ALIKE:
            continue
        names = Counter(_folded(match["label"]) for _, match in found)
        repeated = sum(count for count in names.values() if count > 1) >= len(found) / 2
        if repeated or _fills(found, paragraphs):
            return _entries(found, paragraphs, lasts=repeated)
    return []


def _entries(
    found: Sequence[tuple[Line, re.Match[str]]], paragraphs: Sequence[Sequence[Line]], *, lasts: bool
) -> list[Block]:
    """Return an entry from each label to the next one of its paragraph, or to the end of that."""
    labels = {line.number: Span(line.start, line.start + match.end()) for line, match in found}
    blocks: list[Block] = []
    for paragraph in paragraphs:
        starts = [place for place, line in enumerate(paragraph) if line.number in labels]
        for place, following in zip(starts, [*starts[1:], len(paragraph)], strict=False):
            first, last = paragraph[place], paragraph[following - 1]
            # the first line of a record names what its other lines are about
            head = None if lasts or first is paragraph[0] else Span(paragraph[0].start, paragraph[0].end)
            label = labels[first.number]
            blocks.append(Block("entry", first.start, last.end, label=label, header=head, lasts=lasts))
    return blocks


def _fills(found: Sequence[tuple[Line, re.Match[str]]], paragraphs: Sequence[Sequence[Line]]) -> bool:
    """Tell whether the labels stand together: most lines of the paragraphs that have one begin with one."""
    numbers = {line.number for line, _ in found}
    own = [paragraph for paragraph in paragraphs if any(line.number in numbers for line in paragraph)]
    return len(numbers) >= 0.6 * sum(map(len, own)) and all(len(match["label"].split()) <= 4 for _, match in found)


def _is_speaker(label: str) -> bool:
    letters = "".join(sign for sign in label if sign.isalpha())
    return len(letters) > 2 and letters.isupper()


def _is_key(label: str) -> bool:
    return len(label.split()) <= MAX_LABEL_WORDS and (label[0].isupper() or len(label.split()) == 1)


def bold_labels(paragraphs: Sequence[Sequence[Line]]) -> list[Block]:
    """Return paragraphs that begin with words in bold: all of one is a label for what follows, else for its rest."""
    blocks = []
    for paragraph in paragraphs:
        first, last = paragraph[0], paragraph[-1]
        match = _BOLD.match(first.text)
        if match and len(match["label"].split()) <= MAX_BOLD_WORDS:
            label = Span(first.start, first.start + match.end())
            whole = label.end == last.end
            blocks.append(Block("label" if whole else "entry", first.start, last.end, label=label, lasts=whole))
    return blocks


def standing_labels(paragraphs: Sequence[Sequence[Line]]) -> list[Block]:
    """Return labels that have a line of their own above what they are about, as names in an interview."""
    able = [one for one in paragraphs if len(one) > 1 and one[0].opens and _stands_alone(one[0])]
    names = Counter(_folded(paragraph[0].text) for paragraph in able)
    if len(able) < MIN_ALIKE or max(names.values()) < 2 or len(able) < 0.6 * len(paragraphs):
        return []
    blocks = []
    for first, *_ in able:
        blocks.append(Block("label", first.start, first.end, lasts=True))
    return blocks


def _stands_alone(line: Line) -> bool:
    return (
        len(line.text.split()) <= MAX_LABEL_WORDS and line.text[0].isupper() and not re.search(r"[.!?,;]$", line.text)
    )


def records_of(paragraphs: Sequence[Sequence[Line]]) -> list[Block]:
    """Return the entries of a register or a dictionary: short paragraphs in a row that each begin with a name."""
    blocks: list[Block] = []
    row: list[Block] = []
    for paragraph in [*paragraphs, []]:
        entry = _record(paragraph) if paragraph else None
        if entry:
            row.append(entry)
            continue
        blocks += row if len(row) >= MIN_ALIKE else []
        row = []
    return blocks


def _record(paragraph: Sequence[Line]) -> Block | None:
    first = paragraph[0]
    match = _NAME_STOP.match(first.text)
    length = paragraph[-1].end - first.start
    if not match or length > MAX_RECORD_CHARACTERS or not _is_headword(match["label"]):
        return None
    label = Span(first.start, first.start + match.end())
    return Block("entry", first.start, paragraph[-1].end, label=label)


def _is_headword(label: str) -> bool:
    """Tell whether a first sentence is no sentence: a word or two, or a name with its first name behind a comma."""
    words = _WORD.findall(label)
    capital = sum(word[0].isupper() or word.lower() in _PARTICLES for word in words)
    return (
        bool(words)
        and len(words) <= MAX_LABEL_WORDS
        and words[0][0].isupper()
        and (capital == len(words) and ("," in label or len(words) <= 3))
    )


def is_date_line(text: str) -> bool:
    """Tell whether a line is a date, with a weekday or a place before it perhaps."""
    words = text.strip(" .,:*_#-–—").replace(",", " ").split()
    if not words or len(words) > 8 or not _DIGIT.search(text) or _ENDS.search(text.rstrip(" .")):
        return False
    dated = [bool(_DATE_WORD.fullmatch(word)) or word.strip(".").lower() in MONTHS for word in words]
    has_month = any(word.strip(".").lower() in MONTHS for word in words) or re.search(r"\d[./-]\d{1,2}[./-]\d", text)
    place = dated.index(True) if True in dated else len(dated)
    return bool(has_month) and all(dated[place:]) and place <= 3 and all(word[0].isupper() for word in words[:place])


def article_rest(text: str) -> str | None:
    """Return what follows the number of an article, chapter or act that a line begins with; None for another line."""
    match = _ARTICLE.match(text)
    return match["rest"].strip(" .:—–-") if match else None


def _folded(label: str) -> str:
    return " ".join(re.findall(r"\w+", label.casefold()))
