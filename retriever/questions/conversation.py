"""Follow-up questions: "and how many were wounded?" read together with what was asked before."""

import re
from collections.abc import Sequence

from ingest.errors import InvalidQuestionError
from ingest.words.characters import HALF_CHARACTER, without_halves
from ingest.words.keywords import is_stop_word
from ingest.words.language import detect_question_language
from retriever.questions.question_type import QUESTION_WORD
from retriever.questions.slots import change_slot, compose, names_another
from retriever.types import Question
from retriever.words.patterns import CAPITALS

MAX_QUESTION_CHARACTERS = 2000
REMEMBERED_QUESTIONS = 3
SHORTQUESTION_WORDS = 4

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
_TWO_QUESTIONS = re.compile(
    r"\?\s+(?=\w)|,?\s+(?:and|en)\s+(?=(?:(?:in|on|at|to|by|from|op|met|van|uit|door|aan)\s+)?"
    r"(?:who|what|when|where|why|how|which|wie|wat|wanneer|waar|waarom|hoe|hoeveel|welke?)\b)",
    re.IGNORECASE,
)
MIN_WORDS_OF_HALF = 2
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
    readable = (without_halves(earlier).strip() for earlier in history)
    earlier = tuple(filter(None, readable))[-REMEMBERED_QUESTIONS:]
    language = detect_question_language(asked)
    if not earlier or not leans_on_earlier(asked):
        return Question(asked, asked, language, earlier)
    standing = resolve_follow_up(earlier[-1], earlier[:-1])
    changed = change_slot(standing.resolved, asked)
    if changed is None:
        return Question(asked, f"{standing.resolved} {asked}", language, earlier)
    return Question(asked, changed[0], language, earlier, compose(standing.changes, changed[1]))


def split_questions(question: str) -> list[str]:
    """Split two questions in one: "when was it signed, and who signed it?"; any other stays whole."""
    halves = _TWO_QUESTIONS.split(question, maxsplit=1)
    able = len(halves) == 2 and all(len(_WORD.findall(half)) >= MIN_WORDS_OF_HALF for half in halves)
    return [half.strip(" ,;") for half in halves] if able and QUESTION_WORD.search(halves[0]) else [question]


def leans_on_earlier(question: str) -> bool:
    """Tell whether a question cannot be understood alone: it opens with "and", points back, or is a part of one."""
    if _OPENING.search(question) or names_another(question):
        return True
    names_something = bool(_NAME_OR_NUMBER.search(question))
    words = _WORD.findall(question)
    if len(words) <= SHORTQUESTION_WORDS:
        # "Why?" and "how many boats?" lean on what was asked before; "hello" or a lone name does not.
        return not names_something and any(is_stop_word(word) for word in words)
    return bool(_POINTING.search(question)) and not names_something
