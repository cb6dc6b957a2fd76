"""What became of a language model's sentences, in words."""

from collections import Counter

from retriever.types import Prose
from ui.strings import InterfaceLanguage, counted, text


def say_checked(prose: Prose, language: InterfaceLanguage) -> str:
    """Say how many of its sentences passed the check, and why the others were left out."""
    sentences = counted("sentences", prose.written, language)
    passed = counted("prose_checked", prose.shown, language, of=prose.written, sentences=sentences)
    if not prose.dropped:
        return passed
    reasons = Counter(sentence.reason for sentence in prose.dropped)
    why = ", ".join(text(f"dropped.{reason}", language, n=count) for reason, count in reasons.items())
    left_out = text("dropped", language, reasons=why)
    return f"{passed} {left_out}"


def say_fallback(prose: Prose, language: InterfaceLanguage) -> str:
    """Say why there is no prose and the texts are quoted instead."""
    # Texts that changed while the model wrote leave no reason behind: then nothing stood either.
    return text(f"fallback.{prose.fallback or 'nothing_stood'}", language)
