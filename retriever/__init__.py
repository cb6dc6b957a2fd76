"""A question becomes evidence and a cited answer."""

from retriever.assistant import Assistant
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
