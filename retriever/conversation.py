"""Follow-up questions: "and how many were wounded?" read together with what was asked before."""

import re
from collections.abc import Sequence

from ingest.errors import InvalidQuestionError
from ingest.keywords import is_stop_word
from ingest.language import detect_question_language
from retriever.types import Question
from retriever.words.patterns import CAPITALS

MAX_QUESTION_CHARACTERS = 2000
REMEMBERED_QUESTIONS = 3
SHORT_QUESTION_WORDS = 4

_OPENING = re.compile(
    r"^\W*(and|but|so|or|then|also|what about|how about|why not|en|maar|dus|of|dan|ook|hoe zit het met|waarom niet)\b",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(he|she|they|them|him|his|her|hers|their|theirs|those|these|that|there|then|former|latter"
    r"|hij|zij|ze|hem|haar|hun|hen|zijn|deze|dit|dat|die|daar|daarvan|daarvoor|daarna|daarover|toen|er(?:van|over|na|voor))\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_NAME_OR_NUMBER = re.compile(rf"(?<=\s)[{CAPITALS}][\w'’-]+|\d")


def check_question(question: str) -> str:
    """Return the question without surrounding white space; raises InvalidQuestionError."""
    question = check_query(question)
    if not any(character.isalnum() for character in question):
        raise InvalidQuestionError("The question is empty. Ask something about your documents.")
    return question


def check_query(query: str) -> str:
    """Return what is searched for without surrounding white space; raises InvalidQuestionError."""
    query = query.strip()
    if not query:
        raise InvalidQuestionError("The question is empty. Ask something about your documents.")
    if HALF_CHARACTER.search(query):
        raise InvalidQuestionError("The question holds half a character and cannot be read. Type it again.")
    if len(query) > MAX_QUESTION_CHARACTERS:
        raise InvalidQuestionError(
            f"The question has {len(query)} characters; at most {MAX_QUESTION_CHARACTERS} are read. Ask it shorter."
        )
    return query


def resolve_follow_up(question: str, history: Sequence[str] = ()) -> Question:
    """Read a question in the light of the earlier ones, oldest first; both forms are kept."""
    asked = check_question(question)
    readable = (HALF_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", earlier).strip() for earlier in history)
    earlier = tuple(filter(None, readable))[-REMEMBERED_QUESTIONS:]
    language = detect_question_language(asked)
    if not earlier or not leans_on_earlier(asked):
        return Question(asked, asked, language, earlier)
    return Question(asked, f"{_standing_question(earlier)} {asked}", language, earlier)


def leans_on_earlier(question: str) -> bool:
    """Tell whether a question cannot be understood alone: it opens with "and", points back, or is very short."""
    if _OPENING.search(question):
        return True
    names_something = bool(_NAME_OR_NUMBER.search(question))
    words = _WORD.findall(question)
    if len(words) <= SHORT_QUESTION_WORDS:
        # "Why?" and "how many boats?" lean on what was asked before; "hello" or a lone name does not.
        return not names_something and any(is_stop_word(word) for word in words)
    return bool(_POINTING.search(question)) and not names_something


def _standing_question(earlier: Sequence[str]) -> str:
    """Return the latest question that stands by itself, with the follow-ups after it."""
    start = len(earlier) - 1
    while start > 0 and leans_on_earlier(earlier[start]):
        start -= 1
    return " ".join(earlier[start:])
