"""What kind of answer a question asks for, and whether a sentence holds one."""

import re
from typing import Literal

from ingest.words.keywords import fold
from retriever.types import Question
from retriever.words.patterns import CAPITALS
from retriever.words.quantities import find_quantities, same_value

QuestionType = Literal["who", "when", "how_many", "where", "why", "other"]

# The order breaks ties between patterns that start at the same word: "how many" before "who".
_PATTERNS: dict[QuestionType, tuple[str, ...]] = {
    "how_many": (
        r"how (?:many|much|long|quickly|fast|soon|old|far|large|big|often)",
        r"what (?:number|percentage|share|sum)",
        r"hoe ?(?:veel|lang|snel|oud|ver|groot|vaak)(?:ste)?",
        r"welk (?:aantal|percentage|bedrag)",
        r"population of|number of|aantal",
    ),
    "when": (
        r"(?:since |until )?when|(?:what|which) (?:\w+ )?(?:dates?|days?|months?|years?)",
        r"(?:sinds |tot )?wanneer|welke (?:\w+ )?(?:datum|data|dag|dagen|maand)|welk jaar",
    ),
    "why": (
        r"why|what (?:\w+ )?reasons?|for what reason|how come",
        r"waarom|waardoor|hoezo|welke reden(?:en)?|wat was de reden",
    ),
    "who": (r"who|whom|whose", r"wie|wiens"),
    "where": (
        r"where|(?:which|what) (?:\w+ )?(?:city|town|country|place)",
        r"waar|welke? (?:\w+ )?(?:stad|land|plaats)",
    ),
}
_TYPES = {kind: re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE) for kind, patterns in _PATTERNS.items()}
QUESTION_WORD = re.compile(
    r"\b(?:wh(?:o|om|ose|at|ich|en|ere|y)|how|wie|wiens|wat|welke?|wanneer|waar\w*|hoe\w*)\b", re.IGNORECASE
)
_CAUSE = re.compile(
    r"\b(?:because|since|owing to|due to|so that|in order to|as a way of|reason|in part|thanks to|therefore|thus"
    r"|in case|motivated|stemming|so as to|prompted|hence|as a result|result|concern"
    r"|omdat|doordat|aangezien|vanwege|wegens|zodat|daarom|immers|namelijk|om te|dankzij|ten gevolge"
    r"|waardoor|reden|want|als gevolg|opdat)\b",
    re.IGNORECASE,
)
_NAME = re.compile(rf"[{CAPITALS}][\w'’-]+")


def question_type(question: str) -> QuestionType:
    """Tell what kind of answer a question asks for."""
    found = [
        (match.start(), order, kind)
        for order, (kind, pattern) in enumerate(_TYPES.items())
        if (match := pattern.search(question))
    ]
    return min(found)[2] if found else "other"


def type_asked_for(question: Question) -> QuestionType:
    """Tell what a question asks for; "and in Hungary?" asks for what the question before it did."""
    return question_type(question.asked if QUESTION_WORD.search(question.asked) else question.resolved)


def is_open_question(question: Question) -> bool:
    """Tell whether a question has a question word, so that yes or no is no answer."""
    return bool(QUESTION_WORD.search(question.resolved))


def holds_answer(kind: QuestionType, text: str, question: str) -> bool:
    """Tell whether a text holds anything of the kind asked for that the question does not say itself."""
    if kind in ("when", "how_many"):
        wanted = "date" if kind == "when" else "number"
        known = find_quantities(question)
        return any(
            quantity.kind == wanted and not any(same_value(quantity, other) for other in known)
            for quantity in find_quantities(text)
        )
    if kind == "why":
        return bool(_CAUSE.search(text))
    if kind in ("who", "where"):
        return bool(_names(text) - _names(question))
    return True


def _names(text: str) -> set[str]:
    """Return the capitalised words of a text; the first word of a sentence only when a capital follows it."""
    names = {match.group() for match in _NAME.finditer(text) if not _opens(text, match.start())}
    return {fold(name).removesuffix("'s") for name in names}


def _opens(text: str, start: int) -> bool:
    """Tell whether the word at `start` has a capital only because a sentence begins there."""
    before = text[:start].rstrip(" \n\"'“”‘’([")
    follows = re.match(rf"[\w'’-]+ [{CAPITALS}]", text[start:])
    return (not before or before[-1] in ".!?:") and not follows
