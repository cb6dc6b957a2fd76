"""Let a language model put a follow-up question so that it stands by itself; else it stays as it was."""

from collections.abc import Sequence
from dataclasses import replace

from ingest.errors import LanguageModelError
from ingest.words.language import detect_question_language
from retriever.language_model.limits import Patience, limited
from retriever.language_model.types import LanguageModel, PromptMessage
from retriever.questions.conversation import resolve_follow_up
from retriever.types import Question
from retriever.words.language_names import language_name
from retriever.words.names import find_names, name_occurs
from retriever.words.quantities import evidence_states, find_quantities
from retriever.words.terms import covered_terms, question_terms, vocabulary_of

MAX_TOKENS = 60
MAX_CHARACTERS = 300
PATIENCE = Patience(first_token=8.0, gap=4.0, total=12.0)

RULES = """You rewrite the last question of a conversation so that it can be understood without the earlier ones.
Keep its language and its meaning. Put in what it leaves out, in the words of the earlier questions, and add nothing.
Do not answer it. Write only the question.

Example
Wanneer stopte het veer naar Marken?
En hoeveel gezinnen leefden ervan?
Rewritten in Dutch: Hoeveel gezinnen leefden van het veer naar Marken?

Example
Who was the miller of Zaltbommel in 1953?
And his wife?
Rewritten in English: Who was the wife of the miller of Zaltbommel in 1953?"""


def rewrite_follow_up(
    asked: str, history: Sequence[str] = (), *, model: LanguageModel, patience: Patience = PATIENCE
) -> Question:
    """Read a question in the light of the earlier ones, a follow-up in the words of a model.

    A question that stands by itself is not shown to the model. What the model makes of a follow-up is not used when it
    is another thing than one question in the same language, leaves out a word of the follow-up, has a name or a number
    that nobody mentioned, or comes too late: then the earlier questions are put before it, as without a model.

    Raises:
        InvalidQuestionError: the question is empty or too long.
    """
    question = resolve_follow_up(asked, history)
    if question.resolved == question.asked:
        return question
    turns = "\n".join(" ".join(turn.split()) for turn in (*question.history, question.asked))
    messages = [
        PromptMessage("system", RULES),
        PromptMessage("user", f"{turns}\nRewritten in {language_name(question.language, 'en')}:"),
    ]
    try:
        text = "".join(limited(model.write(messages, max_tokens=MAX_TOKENS), patience).pieces).strip()
    except LanguageModelError:
        return question
    return replace(question, resolved=text) if _asks_the_same(text, question) else question


def _asks_the_same(text: str, question: Question) -> bool:
    """Tell whether a rewritten question is one question, in the same language, and of what was mentioned before."""
    is_one = text.endswith("?") and text.count("?") == 1 and "\n" not in text and len(text) <= MAX_CHARACTERS
    if not is_one or detect_question_language(text) != question.language:
        return False
    turns = " ".join((*question.history, question.asked))
    asked = question_terms(question.asked, question.language)
    known = find_quantities(turns)
    return (
        len(covered_terms(asked, question.language, vocabulary_of(text, question.language))) == len(asked)
        and all(any(evidence_states(one, quantity) for one in known) for quantity in find_quantities(text))
        and all(name_occurs(name, turns) for name in find_names(text, question.language))
    )
