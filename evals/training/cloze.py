"""Make cross-lingual questions from parallel pages: a sentence with a gap in one language, the passage in the other."""

import re
from collections.abc import Iterator
from random import Random

from evals.training.examples import ReadingExample
from evals.training.records import AnswerSpan, ParallelPage, Records

CLOZE = "cloze"

# Things written alike in both languages: numbers, file names, functions, abbreviations.
_ALIKE = re.compile(
    r"(?<![\w.])(?:\d+(?:[.,]\d+)?%?|[A-Za-z]+\(\)|[A-Z]{2,}[A-Za-z0-9]*|\.[a-z]{3,4}|[A-Z]\w+[A-Z]\w*)(?!\w)"
)
_ASKS = {
    "nl": ("Wat hoort op de plaats van de puntjes: {}", "Vul aan: {}", "{}"),
    "en": ("What belongs in the gap: {}", "Complete: {}", "{}"),
}
_HEADING_ASKS = {
    "nl": ("Wat doet {}?", "Wat is {}?", "Wat staat er over {}?", "Hoe werkt {}?"),
    "en": ("What does {} do?", "What is {}?", "What is said about {}?", "How does {} work?"),
}
_LANGUAGES = ("nl", "en")
_AROUND = 5
_HEADING = re.compile(r"(?!In |In$|Voorbeeld|Example)(?=.{8,60}$)[^.:!?]+ [^.:!?]+|[A-Z]{3,}[A-Z.]*|\w+[a-z][A-Z]\w+")


def cloze_examples(records: Records, *, random: Random) -> list[ReadingExample]:
    """Make the questions of one part."""
    return [example for page in records.pages for example in (*_gaps(page, random), *_heading_questions(page, random))]


def _gaps(page: ParallelPage, random: Random) -> Iterator[ReadingExample]:
    for number, pair in enumerate(page.paragraphs):
        if not all(30 <= len(text) <= 220 for text in pair):
            continue
        asked = random.randrange(2)
        passage = _passage(page, number, 1 - asked, random)
        shared = [
            match
            for match in _ALIKE.finditer(pair[asked])
            if passage.count(match.group()) == 1 and match.group() in pair[1 - asked]
        ]
        if shared:
            gap = random.choice(shared)
            sentence = pair[asked][: gap.start()] + "…" + pair[asked][gap.end() :]
            question = random.choice(_ASKS[_LANGUAGES[asked]]).format(sentence)
            answer = AnswerSpan(gap.group(), passage.index(gap.group()))
            languages = f"{_LANGUAGES[asked]}>{_LANGUAGES[1 - asked]}"
            yield _example(f"{page.id}-{number}-gap", question, passage, answer, languages)


def _heading_questions(page: ParallelPage, random: Random) -> Iterator[ReadingExample]:
    """Ask for what stands under a heading; the first sentence under it answers."""
    for number, (pair, following) in enumerate(zip(page.paragraphs, page.paragraphs[1:], strict=False)):
        is_heading = all(_HEADING.fullmatch(text) for text in pair)
        if not is_heading or not all(40 <= len(text) <= 300 for text in following):
            continue
        asked = random.randrange(2)
        read = random.choice((1 - asked, 1 - asked, asked)) if asked == 1 else random.choice((0, 1))
        passage = _passage(page, number + 1, read, random, without=number)
        sentence = re.match(r".+?[.!?](?=\s|$)|.+", following[read]).group()
        if passage.count(sentence) == 1 and not sentence.endswith(":"):
            question = random.choice(_HEADING_ASKS[_LANGUAGES[asked]]).format(pair[asked])
            answer = AnswerSpan(sentence, passage.index(sentence))
            languages = f"{_LANGUAGES[asked]}>{_LANGUAGES[read]}"
            yield _example(f"{page.id}-{number}-heading", question, passage, answer, languages)


def _passage(page: ParallelPage, number: int, place: int, random: Random, *, without: int = -1) -> str:
    """Join the paragraphs around one, in one language."""
    before, after = random.randrange(_AROUND), random.randrange(1, _AROUND)
    chosen = range(max(number - before, 0), min(number + after, len(page.paragraphs)))
    return " ".join(page.paragraphs[item][place] for item in chosen if item != without)


def _example(id: str, question: str, passage: str, answer: AnswerSpan, languages: str) -> ReadingExample:
    return ReadingExample(id, CLOZE, question, passage, (answer,), relevant=True, has_spans=True, languages=languages)
