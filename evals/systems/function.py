"""A Python function as a system under test."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

from evals.systems.chat_model import claim_of, is_refusal, marks_of_numbers, read_answer
from evals.systems.quoth import SystemFailedError, given_citation
from evals.types import GivenAnswer, GivenClaim, Place
from ingest.types import Span
from ingest.words.language import detect_question_language

KEYS = {"answer", "citations", "refused", "confidence", "passages"}
WANTED = (
    "a GivenAnswer, a text, or a dict with `answer` and, where it has them, `citations` (each with `file`, `start`, "
    "`end`, `quote`), `refused`, `confidence` (0..1) and `passages` (each with `file`, `start`, `end`)"
)

Answering = Callable[[str, Sequence[str]], Any]


class CallableSystem:
    """Asks a function, which takes the question and the earlier questions, oldest first."""

    def __init__(self, name: str, function: Answering, texts: Mapping[str, str]) -> None:
        self.name = name
        self.settings: Mapping[str, Any] = {"function": name}
        self.seconds = 0.0
        self._function = function
        self._texts = texts

    def answer(self, question: str, *, history: Sequence[str] = ()) -> GivenAnswer:
        """Call the function and read what it returns; what it raises is passed on."""
        started = perf_counter()
        given = self._function(question, tuple(history))
        self.seconds = perf_counter() - started
        return _read(given, self._texts, detect_question_language(question))

    def answer_forced(self, question: str, *, history: Sequence[str] = ()) -> GivenAnswer | None:
        """Return None: the function cannot be told not to refuse."""
        return None


def load_callable(name: str, texts: Mapping[str, str]) -> CallableSystem:
    """Load `package.module:function`, from the folder one works in too; raises SystemFailedError."""
    module_name, colon, function_name = name.partition(":")
    if not (module_name and colon and function_name):
        raise SystemFailedError(f"{name!r} names no function. Write it as package.module:function.")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    try:
        module = import_module(module_name)
    except Exception as error:  # a module may raise anything while it is imported
        problem = f"{type(error).__name__}: {error}"
        raise SystemFailedError(f"The module {module_name} of {name} cannot be imported: {problem}.") from error
    function = getattr(module, function_name, None)
    if not callable(function):
        raise SystemFailedError(f"{module_name} has no function {function_name!r}. Is the name spelt right?")
    return CallableSystem(name, function, texts)


def _read(given: Any, texts: Mapping[str, str], language: str) -> GivenAnswer:
    if isinstance(given, GivenAnswer):
        return _read_again(given, texts)
    if isinstance(given, str):
        return read_answer(given, marks_of_numbers(given, ()), language)
    if not isinstance(given, Mapping):
        raise SystemFailedError(f"The function returned a {type(given).__name__}. It should return {WANTED}.")
    try:
        return _read_fields(given, texts, language)
    except (KeyError, TypeError, ValueError) as error:
        problem = f"The function's dict cannot be read ({type(error).__name__}: {error})"
        raise SystemFailedError(f"{problem}. It should return {WANTED}.") from error


def _read_fields(fields: Mapping[str, Any], texts: Mapping[str, str], language: str) -> GivenAnswer:
    if unknown := fields.keys() - KEYS:
        raise ValueError(f"{sorted(unknown)} are no keys of an answer")
    text = _typed(fields["answer"], str)
    confidence = fields.get("confidence")
    if confidence is not None and not 0 <= float(confidence) <= 1:
        raise ValueError(f"the confidence {confidence} does not lie between 0 and 1")
    passages = tuple(_place(item) for item in fields.get("passages") or ())
    citations = [
        given_citation(_place(item), _typed(item["quote"], str), texts) for item in fields.get("citations") or ()
    ]
    if _typed(fields.get("refused", False), bool):
        return GivenAnswer("refused", text, passages=passages, confidence=confidence)
    marks = marks_of_numbers(text, citations)
    if citations and text.strip() and not marks and not is_refusal(text):
        # Which sentence rests on which citation is not said, so the whole rests on all of them.
        claim = claim_of(text.strip(), tuple(citations))
        return GivenAnswer("answered", text, (claim,), passages=passages, confidence=confidence)
    return read_answer(text, marks, language, passages=passages, confidence=confidence)


def _read_again(answer: GivenAnswer, texts: Mapping[str, str]) -> GivenAnswer:
    """Replace what the function says stands at its places by what does."""

    def again(claim: GivenClaim) -> GivenClaim:
        citations = (given_citation(one.place, one.quote, texts, one.resolved) for one in claim.citations)
        return replace(claim, citations=tuple(citations))

    return replace(answer, claims=tuple(map(again, answer.claims)), drafted=tuple(map(again, answer.drafted)))


def _place(item: Mapping[str, Any]) -> Place:
    return Place(_typed(item["file"], str), Span(_typed(item["start"], int), _typed(item["end"], int)))


def _typed(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} should be a {kind.__name__}")
    return value
