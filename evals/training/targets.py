"""What the network should say of a token pair."""

from dataclasses import dataclass
from random import Random

from evals.training.examples import ClaimExample, ReadingExample, best_answer
from retriever.evidence_model.pairs import Pair, PairTokenizer
from retriever.evidence_model.types import LABELS

IGNORED = -100
_OTHER_WINDOW_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Lesson:
    """A pair with its targets; a target of IGNORED is not learned from.

    `start` and `end` are token positions, 0 for "not here".
    """

    pair: Pair
    start: int = IGNORED
    end: int = IGNORED
    relevant: int = IGNORED
    label: int = IGNORED


@dataclass(frozen=True, slots=True)
class TargetTokens:
    """Where a span begins and ends: token positions in the pair, the last one included."""

    first: int
    last: int


def lessons(example: ReadingExample | ClaimExample, tokenizer: PairTokenizer, *, random: Random) -> list[Lesson]:
    """Return what is learned from one example: one window that answers, and at times one that does not."""
    if isinstance(example, ClaimExample):
        return [Lesson(tokenizer.claim_pair(example.claim, example.evidence), label=LABELS.index(example.label))]
    windows = tokenizer.reading_windows(example.question, example.passage)
    if not example.answers:
        window = random.choice(windows) if not example.relevant else windows[0]
        place = 0 if example.has_spans else IGNORED
        return [Lesson(window, start=place, end=place, relevant=int(example.relevant))]
    answer = best_answer(example.answers)
    targets = [target_tokens(window, answer.start, answer.end) for window in windows]
    inside = [number for number, target in enumerate(targets) if target]
    outside = [number for number in range(len(windows)) if not touches(windows[number], answer.start, answer.end)]
    found = []
    if inside:
        number = random.choice(inside)
        target = targets[number]
        found.append(Lesson(windows[number], start=target.first, end=target.last, relevant=1))
    if outside and random.random() < _OTHER_WINDOW_SHARE:
        found.append(Lesson(windows[random.choice(outside)], start=0, end=0, relevant=0))
    return found


def target_tokens(window: Pair, start: int, end: int) -> TargetTokens | None:
    """Return the tokens of a span of the passage; None when the window does not hold it whole."""
    if not window.offsets or window.offsets[0][0] > start or window.offsets[-1][1] < end:
        return None
    touched = [
        window.first + number for number, (left, right) in enumerate(window.offsets) if left < end and start < right
    ]
    return TargetTokens(touched[0], touched[-1]) if touched else None


def touches(window: Pair, start: int, end: int) -> bool:
    """Tell whether any token of the window stands in the span."""
    return any(left < end and start < right for left, right in window.offsets)
