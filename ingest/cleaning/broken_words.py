"""The decision whether a line end stands in the middle of a word."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.blocks.types import PROSE, Structure
from ingest.cleaning.line_ends import HYPHENS, LineEnd, LineLayout
from ingest.cleaning.word_frequency import TextVocabulary, WordJudge, normalised
from ingest.cleaning.word_lists import CONJUNCTIONS, DUTCH_HYPHEN_PARTS, DUTCH_VOWEL_CLASHES
from ingest.types import Edit

PARAGRAPH_BREAK = "\n\n"

# languages that write compounds as one word, so that a hyphen at a line end is rarely part of the spelling
_COMPOUNDING = frozenset({"nl", "de", "da", "sv", "nb", "no", "fi", "hu"})
# Zipf frequencies
_KNOWN = 1.0
_RARE = 3.0
_ORDINARY = 3.6
_COMMON = 5.0
_FUNCTION_WORD = 5.9
# Preferences for one word, in powers of ten. Of 370,000 pairs of neighbouring words in Dutch and English manuals
# and encyclopaedia articles, 0.15 % lie above 1.5, 0.02 % above 3 and none above 5.
_LIKELY = 1.5
_CLEAR = 2.5
_VERY_CLEAR = 3.0
_CERTAIN = 4.2


@dataclass(frozen=True, slots=True)
class BreakingHabit:
    """How one text breaks words: `by_space`, no space before a break inside a word; `bare`, breaks without hyphen."""

    by_space: bool
    bare: bool


def line_end_edits(text: str, line_ends: Sequence[LineEnd], language: str, structure: Structure = PROSE) -> list[Edit]:
    """Return one edit for every line end: nothing in a broken word, else a space or a paragraph break.

    Where a block of the structure begins or ends a paragraph does; elsewhere the layout of the lines decides.
    """
    if not line_ends:
        return []
    languages = tuple(dict.fromkeys((language, "en", "nl")))
    doubtful = [word for line_end in line_ends if line_end.splits_letters for word in (line_end.left, line_end.right)]
    judge = WordJudge(TextVocabulary.from_text(text, doubtful=doubtful), languages)
    parts = [structure.parts(line_end.start - 1, line_end.end) for line_end in line_ends]
    open_ends = [line_end for line_end, part in zip(line_ends, parts, strict=True) if part is None]
    layout = LineLayout.from_line_ends(open_ends or line_ends)
    breaks = [
        layout.breaks_paragraph(line_end) if part is None else part == "apart"
        for line_end, part in zip(line_ends, parts, strict=True)
    ]
    inner = [line_end for line_end, breaks_paragraph in zip(line_ends, breaks, strict=True) if not breaks_paragraph]
    habit = _habit(inner, judge)
    return [
        _paragraph_edit(line_end, habit, judge) if breaks_paragraph else _inner_edit(line_end, habit, judge)
        for line_end, breaks_paragraph in zip(line_ends, breaks, strict=True)
    ]


def _paragraph_edit(line_end: LineEnd, habit: BreakingHabit, judge: WordJudge) -> Edit:
    if line_end.blank and _goes_on_after_page(line_end, habit, judge):
        return Edit(line_end.start - len(_visible_hyphen(line_end)), line_end.end, "")
    return Edit(line_end.start, line_end.end, PARAGRAPH_BREAK)


def _inner_edit(line_end: LineEnd, habit: BreakingHabit, judge: WordJudge) -> Edit:
    if not line_end.hyphen:
        return Edit(line_end.start, line_end.end, "" if _bare_break(line_end, habit, judge) else " ")
    if _hyphen_breaks_word(line_end, judge):
        return Edit(line_end.start - len(_visible_hyphen(line_end)), line_end.end, "")
    return Edit(line_end.start, line_end.end, " " if _is_suspended(line_end, judge) else "")


def _visible_hyphen(line_end: LineEnd) -> str:
    return "" if line_end.hyphen == "\u00ad" else line_end.hyphen


def _habit(line_ends: Sequence[LineEnd], judge: WordJudge) -> BreakingHabit:
    """Read the habit from the line ends inside paragraphs, hyphenated ones left out."""
    plain = [line_end for line_end in line_ends if not line_end.hyphen]
    spaced = [line_end for line_end in plain if line_end.spaced]
    unspaced = [line_end for line_end in plain if not line_end.spaced]
    breakable = [line_end for line_end in unspaced if _can_be_broken(line_end)]
    joinable = sum(_preference(line_end, judge) > 0 for line_end in breakable)
    broken_after_space = sum(_can_be_broken(line_end) and _certainly_broken(line_end, judge) for line_end in spaced)
    # a line that ends in a stop or a comma ends no word in the middle, so its space shows what a whole line has
    by_space = (
        len(spaced) >= max(2, len(unspaced))
        and len(unspaced) - len(breakable) <= 0.1 * len(plain)
        and joinable >= max(1, 0.6 * len(breakable))
        and broken_after_space <= 0.25 * len(breakable)
    )
    candidates = [line_end for line_end in plain if _can_be_broken(line_end)]
    certain = sum(_certainly_broken(line_end, judge) for line_end in candidates)
    bare = certain >= (0.05 if certain > 1 else 0.2) * len(candidates) > 0
    return BreakingHabit(by_space=by_space, bare=bare)


def _can_be_broken(line_end: LineEnd) -> bool:
    if not line_end.splits_letters:
        return False
    return line_end.right[0].islower() or (_shouted(line_end.left) and _shouted(line_end.right))


def _shouted(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _bare_break(line_end: LineEnd, habit: BreakingHabit, judge: WordJudge) -> bool:
    """Tell whether a word goes on over a line end without hyphen."""
    if not _can_be_broken(line_end):
        return False
    if habit.by_space:
        return not line_end.spaced and not _two_words(line_end, judge)
    if habit.bare:
        return _certainly_broken(line_end, judge) or _preference(line_end, judge) >= _LIKELY
    return _certainly_broken(line_end, judge)


def _two_words(line_end: LineEnd, judge: WordJudge) -> bool:
    """Tell whether the two halves are whole words although the layout says that a word is broken here."""
    left, right = line_end.left, line_end.right
    if judge.commonness(left + right) >= _KNOWN:
        return _preference(line_end, judge) < -1.5
    first, second = judge.commonness(left), judge.commonness(right)
    whole = _COMMON if judge.languages[0] in _COMPOUNDING else _RARE
    return min(first, second) >= whole or max(first, second) >= _FUNCTION_WORD


def _certainly_broken(line_end: LineEnd, judge: WordJudge) -> bool:
    """Tell whether the joined word is far likelier, or is known while one of the halves is none."""
    left, right = line_end.left, line_end.right
    if min(len(left), len(right)) < 2:
        return False
    if _preference(line_end, judge) >= _CERTAIN:
        return True
    if not any(_is_fragment(half, judge) for half in (left, right)):
        return False
    return judge.commonness(left + right) >= 2.3 and judge.preference_in_any(left, right) >= _VERY_CLEAR


def _is_fragment(half: str, judge: WordJudge) -> bool:
    limit = _RARE if len(half) <= 4 else 2.0
    return judge.vocabulary.words.get(normalised(half), 0) <= 0 and judge.commonness(half) < limit


def _goes_on_after_page(line_end: LineEnd, habit: BreakingHabit, judge: WordJudge) -> bool:
    """Tell whether a word goes on over a blank line, as where a page ended in the middle of a word."""
    if not _can_be_broken(line_end):
        return False
    if line_end.hyphen:
        return _hyphen_breaks_word(line_end, judge) and judge.commonness(line_end.left + line_end.right) >= _KNOWN
    return habit.by_space and not line_end.spaced and _certainly_broken(line_end, judge)


def _preference(line_end: LineEnd, judge: WordJudge) -> float:
    return judge.preference(line_end.left, line_end.right)


def _is_suspended(line_end: LineEnd, judge: WordJudge) -> bool:
    """Tell whether the hyphen stands for a part that follows later, as in "in- en uitvoer"."""
    return line_end.right.lower() in CONJUNCTIONS and judge.commonness(line_end.left + line_end.right) < _CLEAR


def _hyphen_breaks_word(line_end: LineEnd, judge: WordJudge) -> bool:
    """Tell whether the hyphen only marks the break, so that it goes when the halves are joined."""
    if line_end.hyphen not in HYPHENS:
        return line_end.splits_letters
    left, right = line_end.left, line_end.right
    if not _can_be_broken(line_end) or len(left) < 2 or _is_suspended(line_end, judge):
        return False
    if _shouted(left) and not _shouted(right):
        return False
    in_one, in_two = judge.vocabulary.words.get(normalised(left + right), 0), _compound_count(left, right, judge)
    if in_one > 0 or in_two > 0:
        return in_one >= in_two
    return _reads_as_one_word(left, right, judge)


def _compound_count(left: str, right: str, judge: WordJudge) -> int:
    return judge.vocabulary.compounds.get(f"{left}-{right}".lower(), 0)


def _reads_as_one_word(left: str, right: str, judge: WordJudge) -> bool:
    joined, second = judge.commonness(left + right), judge.commonness(right)
    if joined >= _ORDINARY or min(judge.commonness(left), second) < _RARE:
        return True
    named = left[0].isupper() or judge.vocabulary.first_parts.get(left.lower(), 0) > 0
    if joined >= _KNOWN and judge.preference_in_any(left, right) >= (_VERY_CLEAR if named else _CLEAR):
        return True
    if named or judge.languages[0] not in _COMPOUNDING:
        return False
    clash = (normalised(left)[-1] + normalised(right)[0]) in DUTCH_VOWEL_CLASHES
    return joined >= _KNOWN or not (clash or left.lower() in DUTCH_HYPHEN_PARTS)
