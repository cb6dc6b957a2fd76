"""Is what stands in quotation marks what the source says, damage by scanning and typesetting aside?"""

import re
import unicodedata
from collections.abc import Sequence

from evals.types import GivenClaim, Metric, Outcome, Values

MIN_WORDS = 3

_PARTS = re.compile(r"“([^“”]*)”|„([^„“”]*)[“”]|«([^«»]*)»|‘(.*?)’(?!\w)|\"([^\"]*)\"", re.DOTALL)
_WORD = re.compile(r"\w+")
_ENDS = " \t\r\n,.;:!?…"
_MARKS = (("“", "”"), ("„", "”"), ("„", "“"), ("«", "»"), ("‘", "’"), ('"', '"'))

_LINE_END = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_BREAK = re.compile(r"(?:[-¬][^\S\n]*)?\n\s*")
_SPACE = re.compile(r"\s+")
_MARK = re.compile(r"(?<=[^\s\d])(?:[0-9]{1,3}|[⁰¹²³⁴-⁹]{1,3}|\[\^?[0-9]{1,3}\])(?![\w%]|[.,:]\d)")
_BEFORE_MARK = re.compile(r"(?:[^\W\d_]{2}[^\W\d_]|[^\s(\[\"“„‘'«][\"'”’»]|\b[12][0-9]{3}[.!?])[.,;:!?…]*[\"'”’»)\]]*$")
_LOOK_BACK = 12


def quoted_parts(text: str) -> list[str]:
    """Return what stands in quotation marks, from three words on; a stop or comma at its end is left out.

    An apostrophe behind a word ends a part in single marks, since it looks the same.
    """
    parts = ("".join(part or "" for part in match.groups()).rstrip(_ENDS).lstrip() for match in _PARTS.finditer(text))
    return [part for part in parts if len(_WORD.findall(part)) >= MIN_WORDS]


def is_verbatim(text: str, quote: str) -> bool:
    """Tell whether `text`, or a longer stretch of whole words that it is part of, is how `quote` reads undamaged.

    Damage: white space, words broken over a line end with or without a hyphen, soft hyphens and other signs that are
    not seen, ligatures and other forms of one letter (NFKC), note numbers glued behind a word or its closing mark.
    No number, letter or mark may differ otherwise. Without a word list "not" and "able" on two lines read as one, too.
    """
    wanted = _SPACE.sub(" ", _plain(text)).strip()
    if not _WORD.search(wanted):
        return False
    source = _LINE_END.sub("\n", _plain(quote)).strip()
    marks = {match.start(): match.end() for match in _MARK.finditer(source) if _is_note_mark(source, match)}
    return any(
        sign == wanted[0] and not _cuts(source, start, before=True) and _reads_on(source, start, wanted, marks)
        for start, sign in enumerate(source)
    )


def _plain(text: str) -> str:
    """Fold the forms of a letter and drop signs that are not seen; raised digits and fractions stay what they are."""
    kept = (
        sign if unicodedata.category(sign) == "No" else unicodedata.normalize("NFKC", sign)
        for sign in text
        if sign.isspace() or not _unseen(sign)
    )
    return unicodedata.normalize("NFC", "".join(kept)).replace("\u2010", "-")


def _unseen(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf") or "\ufe00" <= sign <= "\ufe0f" or sign in "\u034f\u115f\u1160"


def _is_note_mark(source: str, match: re.Match[str]) -> bool:
    """Tell apart "years.3 The" and "“words”3" from "No.5", "art.5 of" and "mp3"."""
    before = source[max(0, match.start() - _LOOK_BACK) : match.start()]
    if not _BEFORE_MARK.search(before):
        return False
    if before[-1].isalpha():
        return before[-1].islower()
    follows = source[match.end() :].lstrip()
    return before[-1] != "." or not follows[:1].islower()


def _cuts(source: str, position: int, *, before: bool) -> bool:
    """Tell whether a stretch that begins (`before`) or ends here would cut a word or a number in two."""
    left, right = source[:position][-2:], source[position : position + 2]
    if left[-1:].isalnum() and right[:1].isalnum():
        return True
    inner, outer = (right[:1], left) if before else (left[-1:], right)
    return inner.isdigit() and re.fullmatch(r"\d[.,]" if before else r"[.,]\d", outer) is not None


def _reads_on(source: str, start: int, wanted: str, marks: dict[int, int]) -> bool:
    """Tell whether the source, read from `start` with each sort of damage mended or left, begins with `wanted`."""
    open_ends, seen = [(start, 0)], set()
    while open_ends:
        state = open_ends.pop()
        if state in seen:
            continue
        seen.add(state)
        at, done = state
        if done == len(wanted):
            if at in marks or not _cuts(source, at, before=False):
                return True
        elif at < len(source):
            open_ends += _steps(source, at, wanted, done, marks)
    return False


def _steps(source: str, at: int, wanted: str, done: int, marks: dict[int, int]) -> list[tuple[int, int]]:
    steps = []
    if at in marks:
        steps.append((marks[at], done))
    space = _SPACE.match(source, at)
    if space and wanted[done] == " ":
        steps.append((space.end(), done + 1))
    if source[at] == wanted[done]:
        steps.append((at + 1, done + 1))
    line_end = _BREAK.match(source, at)
    if line_end and at:
        left, right = source[at - 1], source[line_end.end()]
        kept_hyphen = left == "-" and right.isalnum()
        broken_word = left.isalpha() and right.isalpha() and (right.islower() or left.isupper())
        if (kept_hyphen and space) or broken_word:
            steps.append((line_end.end(), done))
    return steps


def source_words(claim: GivenClaim) -> list[str]:
    """Return what a claim gives as the words of a source: all of a quotation, the quoted parts of any other claim."""
    return [_without_marks(claim.text)] if claim.kind == "quotation" else quoted_parts(claim.text)


def _without_marks(text: str) -> str:
    text = text.strip()
    for opening, closing in _MARKS:
        inner = text[len(opening) : -len(closing)]
        if text.startswith(opening) and text.endswith(closing) and opening not in inner and closing not in inner:
            return inner
    return text


def verbatim_shares(claims: Sequence[GivenClaim]) -> list[float]:
    """Return 1 for each quotation that stands at a place its claim cites, else 0.

    It is compared with what stands there, not with the words that the system under test gives for it.
    """
    return [
        float(any(is_verbatim(words, citation.standing) for citation in claim.citations))
        for claim in claims
        for words in source_words(claim)
    ]


def after_the_gate(outcomes: Sequence[Outcome]) -> Values:
    """Measure the quotations of the answers as given."""
    return {outcome.case.id: _shares(outcome, outcome.answer.claims) for outcome in outcomes}


def before_the_gate(outcomes: Sequence[Outcome]) -> Values:
    """Measure the quotations as drafted; empty where no draft can be seen."""
    if not any(outcome.answer.drafted for outcome in outcomes):
        return {}
    return {outcome.case.id: _shares(outcome, outcome.answer.drafted) for outcome in outcomes}


def _shares(outcome: Outcome, claims: Sequence[GivenClaim]) -> list[float]:
    if outcome.answer.status == "failed":
        return [0.0] if outcome.case.answerable else []
    return verbatim_shares(claims)


METRICS = (
    Metric("quotes verbatim", "quotes", after_the_gate),
    Metric("quotes verbatim before the gate", "quotes", before_the_gate),
)
