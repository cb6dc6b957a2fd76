"""A question becomes evidence and a cited answer."""

from typing import Any

from retriever.settings import Settings
from retriever.types import Answer, AnswerEvent, Citation, Claim, Disagreement, Evidence, Hit, Receipt, to_json

__all__ = [
    "Answer",
    "AnswerEvent",
    "Assistant",
    "Citation",
    "Claim",
    "Disagreement",
    "Evidence",
    "Hit",
    "Receipt",
    "Settings",
    "to_json",
]


def __getattr__(name: str) -> Any:
    # Loaded when first asked for: showing an answer needs no numpy.
    if name != "Assistant":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from retriever.assistant import Assistant

    return Assistant
