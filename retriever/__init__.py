"""A question becomes evidence and a cited answer."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retriever.assistant import Assistant
    from retriever.events import AnswerEvent
    from retriever.langchain_adapter import as_langchain_embeddings, as_langchain_retriever, as_langchain_vector_store
    from retriever.settings import Settings
    from retriever.types import Answer, Citation, Claim, Disagreement, Evidence, Hit, Receipt, to_json

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
    "as_langchain_embeddings",
    "as_langchain_retriever",
    "as_langchain_vector_store",
    "to_json",
]


_HOMES = {
    "Assistant": "retriever.assistant",
    "AnswerEvent": "retriever.events",
    "Settings": "retriever.settings",
}


def __getattr__(name: str) -> Any:
    # Loaded when first asked for: showing an answer needs no numpy and no LangChain, and help needs nothing.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    usual = "retriever.langchain_adapter" if name.startswith("as_langchain") else "retriever.types"
    return getattr(import_module(_HOMES.get(name, usual)), name)
