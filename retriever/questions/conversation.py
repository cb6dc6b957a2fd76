"""Follow-up questions: "and how many were wounded?" read together with what was asked before."""

import re
from collections.abc import Sequence

from ingest.errors import InvalidQuestionError
from ingest.words.keywords import is_stop_word
from ingest.words.language import detect_question_language
from retriever.questions.question_type import QUESTION_WORD
from retriever.types import Question
from retriever.words.patterns import CAPITALS
from retriever.words.quantities import find_quantities

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
_PREPOSITIONS = (
    ("in", "te", "at"), ("to", "naar"), ("of", "van"), ("for", "voor"), ("with", "met"), ("by", "door"), ("on", "op"),
    ("from", "uit"), ("after", "na"), ("before", "vóór"), ("under", "onder"), ("against", "tegen"), ("about", "over"),
)  # fmt: skip
_ELSEWHERE = re.compile(
    r"\W*(?:(?:and|but|en|maar|what about|how about|(?:en )?hoe zit het|hoe was het|what was it like)\s+)*"
    r"(?P<preposition>[^\W\d_]+)\s+(?P<name>[^\W_][\w'’-]*(?: [\w'’-]+){0,3})\s*[?.!]*$",
    re.IGNORECASE,
)
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
    standing = _standing_question(earlier)
    return Question(asked, _moved(standing, asked) or f"{standing} {asked}", language, earlier)


def split_questions(question: str) -> list[str]:
    """Split two questions in one: "when was it signed, and who signed it?"; any other stays whole."""
    halves = _TWO_QUESTIONS.split(question, maxsplit=1)
    able = len(halves) == 2 and all(len(_WORD.findall(half)) >= MIN_WORDS_OF_HALF for half in halves)
    return [half.strip(" ,;") for half in halves] if able and QUESTION_WORD.search(halves[0]) else [question]


def _moved(standing: str, asked: str) -> str | None:
    """Ask the earlier question of another place, time or person: "and in Poland?"; None where that is not asked."""
    other = _elsewhere(asked)
    if other is None:
        return None
    name = rf"(?:[{CAPITALS}][\w'’-]*|\d+)"
    before = re.compile(rf"\b(?:{'|'.join(_senses(other['preposition']))}) (?P<name>{name}(?: {name})*)")
    # "in 1954" takes the place of a time, "in Poland" that of another place.
    same = [one for one in before.finditer(standing) if _is_time(one["name"]) == _is_time(other["name"])]
    return f"{standing[: same[-1].start('name')]}{other['name']}{standing[same[-1].end('name') :]}" if same else None


def _is_time(name: str) -> bool:
    return any(found.kind == "date" for found in find_quantities(f"in {name}")) or name.isdigit()


def _elsewhere(asked: str) -> re.Match[str] | None:
    """Match a follow-up that only names another place, time or person, with its preposition."""
    found = _ELSEWHERE.match(asked)
    able = found and _senses(found["preposition"]) and not QUESTION_WORD.search(found["name"])
    return found if able else None


def _senses(preposition: str) -> tuple[str, ...]:
    return next((one for one in _PREPOSITIONS if preposition.casefold() in one), ())


def leans_on_earlier(question: str) -> bool:
    """Tell whether a question cannot be understood alone: it opens with "and", points back, or is a part of one."""
    if _OPENING.search(question) or _elsewhere(question):
        return True
    names_something = bool(_NAME_OR_NUMBER.search(question))
    words = _WORD.findall(question)
    if len(words) <= SHORTQUESTION_WORDS:
        # "Why?" and "how many boats?" lean on what was asked before; "hello" or a lone name does not.
        return not names_something and any(is_stop_word(word) for word in words)
    return bool(_POINTING.search(question)) and not names_something


def _standing_question(earlier: Sequence[str]) -> str:
    """Return the latest question that stands by itself, with the follow-ups after it."""
    start = len(earlier) - 1
    while start > 0 and leans_on_earlier(earlier[start]):
        start -= 1
    return " ".join(earlier[start:])
