"""Which of the sentences that were read are quoted."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.types import Sentence
from retriever.questions.question_type import is_open_question
from retriever.types import Question, Reading
from retriever.words.names import find_names

MAX_DOCUMENTS = 3
MAX_LISTED = 3
MAX_PLACES = 3
"""Of an answer that is unsure."""

ODDS_KEPT = 0.5
"""A sentence is kept beside the best one when its odds are at least this share of the best one's."""

ODDS_OF_SIDES = 0.1
"""The same for a sentence that tells another value than the best one: it may be on the other side of a disagreement."""

ODDS_OFFERED = 0.02
"""The same for a place beside the likeliest one, where the texts may say it."""

MAX_SHORT_SHARE = 0.6
"""A short answer that is more of its sentence than this says nothing that the quotation does not."""

_LIST_QUESTION = re.compile(
    r"\b(?:both|two texts|two sources|sources|texts|reasons|demands|conditions|list|name the"
    r"|beide|teksten|bronnen|redenen|eisen|voorwaarden|noem|welke \w+en)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"[\"'“„‘(]*(?:(?:but|and|so|yet|then|however|therefore|thus|hence|moreover|also|maar|en|dus|toch|daarom|bovendien"
    r"|echter|ook|toen|daarna|daarop|vervolgens)\b[,\s]+)*"
    r"(?:he|she|they|it|his|her|their|its|this|that|these|those|such|there|however|therefore|thus|hence|then"
    r"|hij|zij|ze|hun|haar|dit|dat|deze|die|dergelijke|zulke|daar|daarna|daarop|daarom|daardoor|hiervan|hierdoor"
    r"|daarvan|echter|toen|vervolgens|laatstgenoemde|eerstgenoemde)\b",
    re.IGNORECASE,
)


def quoted_answers(question: Question, readings: Sequence[Reading]) -> dict[Reading, Reading]:
    """Return the sentences that an answer is made of, best first, each with what is quoted for it.

    That is the sentence itself, or behind the one before it where it points back to a name there. One of each document
    that has it, as far as their odds come near those of the best one; for a list, several.
    """
    needed = ODDS_KEPT * _odds(readings[0].score)
    able = [reading for reading in readings if _odds(reading.score) >= needed]
    best = list({reading.sentence.document_id: reading for reading in reversed(able)}.values())
    if asks_for_several(question):
        chosen = sorted(able, key=lambda reading: reading not in best)[:MAX_LISTED]
    else:
        chosen = sorted(best, key=able.index)[:MAX_DOCUMENTS]
    return {one: _quoted(one, _with_the_one_before(one, readings)) for one in sorted(chosen, key=able.index)}


def possible_places(readings: Sequence[Reading]) -> dict[Reading, Reading]:
    """Return the likeliest sentences, best first, each with the place that is quoted for it.

    Two or three, or one where no other comes near. A place is the sentence with those on both sides of it: where it is
    not sure which of them answers, they are what it is judged by.
    """
    needed = ODDS_OFFERED * _odds(readings[0].score)
    places: dict[Reading, Reading] = {}
    taken: set[Sentence] = set()
    for reading in readings:
        if len(places) == MAX_PLACES or _odds(reading.score) < needed:
            break
        if reading.sentence not in taken:
            run = [one for one in _with_neighbours(reading, readings) if one not in taken]
            taken.update(run)
            places[reading] = _quoted(reading, run)
    return places


def near(score: float) -> float:
    """Return the score from which on a sentence may be on the other side of a disagreement with one of this score."""
    odds = ODDS_OF_SIDES * _odds(score)
    return odds / (1 + odds)


def asks_for_several(question: Question) -> bool:
    """Tell whether a question wants more than one thing: a list, or what both of two texts say."""
    return bool(_LIST_QUESTION.search(question.asked))


def short_answer(question: Question, quoted: Sequence[Reading]) -> str | None:
    """Return the words of the best sentence that answer, where they are not most of it; a yes or no has none."""
    best = max(quoted, key=lambda reading: reading.score)
    words = best.answer_text
    if not words or not is_open_question(question):
        return None
    return words if len(words) <= MAX_SHORT_SHARE * len(best.sentence.search_text) else None


def points_back(sentence: str) -> bool:
    """Tell whether a sentence begins with a word that can only be understood with the sentence before it."""
    return bool(_POINTS_BACK.match(sentence))


def _with_the_one_before(reading: Reading, readings: Sequence[Reading]) -> list[Sentence]:
    """Return a sentence behind the one before it, where it points back and a name stands there."""
    here = reading.sentence
    if points_back(here.search_text):
        before, _ = _beside(reading, readings)
        if before and find_names(before.search_text, reading.passage.language):
            return [before, here]
    return [here]


def _with_neighbours(reading: Reading, readings: Sequence[Reading]) -> list[Sentence]:
    """Return a sentence between those right before and after it in its paragraph."""
    here = reading.sentence
    before, after = _beside(reading, readings) if here.kind == "paragraph" else (None, None)
    return [one for one in (before, here, after) if one]


def _beside(reading: Reading, readings: Sequence[Reading]) -> tuple[Sentence | None, Sentence | None]:
    """Return the sentences right before and after one in its block, of those that were read."""
    here, passage = reading.sentence, reading.passage
    block = (one.sentence for one in readings if (one.passage.id, one.sentence.block) == (passage.id, here.block))
    run = sorted(block, key=lambda sentence: sentence.start)
    place = run.index(here)
    before, after = next(iter(run[:place][-1:]), None), next(iter(run[place + 1 :]), None)
    return (
        before
        if before and not passage.text[before.end - passage.start : here.start - passage.start].strip()
        else None,
        after if after and not passage.text[here.end - passage.start : after.start - passage.start].strip() else None,
    )


def _quoted(reading: Reading, run: Sequence[Sentence]) -> Reading:
    """Quote sentences that stand in a row for a reading of one of them."""
    words = " ".join(sentence.search_text for sentence in run)
    return replace(reading, sentence=replace(run[0], end=run[-1].end, search_text=words))


def _odds(score: float) -> float:
    return score / max(1 - score, 1e-9)
