"""Draft an answer from evidence: the sentences that answer, quoted."""

import re
from collections.abc import Mapping, Sequence

from ingest.types import DocumentSummary
from retriever.types import Citation, Claim, Disagreement, Label, Prose, Reading, Reason
from retriever.words.language_names import language_name

LIKELIHOODS = {
    "nl": ("waarschijnlijk", "misschien", "minder waarschijnlijk"),
    "en": ("likely", "perhaps", "less likely"),
}
REFUSALS: dict[str, dict[Reason, str]] = {
    "nl": {
        "not_in_sources": "De teksten geven hier geen antwoord op.",
        "too_weak": "De teksten zeggen hier niets over dat als antwoord kan dienen.",
        "premise_denied": "De teksten spreken tegen wat de vraag veronderstelt.",
        "outside_filter": "De gekozen teksten geven hier geen antwoord op; andere teksten misschien wel.",
        "no_documents": "Er zijn nog geen teksten. Voeg er een toe en stel de vraag opnieuw.",
    },
    "en": {
        "not_in_sources": "The texts do not answer this.",
        "too_weak": "The texts say nothing on this that would serve as an answer.",
        "premise_denied": "The texts contradict what the question takes for granted.",
        "outside_filter": "The chosen texts do not answer this; other texts may.",
        "no_documents": "There are no texts yet. Add one and ask again.",
    },
}
_SAYS = {
    "nl": "{title} zegt: “{quote}” {marker}",
    "en": "{title} says: “{quote}” {marker}",
}
_SAYS_ABROAD = {
    "nl": "{title} zegt, in het {language}: “{quote}” {marker}",
    "en": "{title} says, in {language}: “{quote}” {marker}",
}
LIKE_A_MARKER = re.compile(r"\[(\s*\d+(?:\s*[,;–-]\s*\d+)*\s*)\]")
"""What stands in a text and looks like the number of a citation."""
MAX_BREAK = 4
"""White space between a label and what follows it at once: an empty line, with carriage returns."""

GAP = "…"
"""Stands where words were left out between a label and what is quoted with it."""

_MAY_SAY = {"nl": "De teksten zeggen misschien:", "en": "The texts may say:"}
_INFERENCE = {"nl": "(gevolgtrekking)", "en": "(inference)"}
_CHECKED = {
    "nl": "{shown} van {written} zinnen doorstonden de controle.",
    "en": "{shown} of {written} sentences passed the check.",
}
_DIFFER = {
    "nl": "De teksten verschillen hierover: {first} tegenover {second}.",
    "en": "The texts differ on this: {first} against {second}.",
}


def draft_answer(
    readings: Sequence[Reading], documents: Mapping[str, DocumentSummary], *, unsure: bool = False
) -> list[Claim]:
    """Quote each kept sentence, of an answer that is unsure with its probability; nothing is checked yet."""
    return [
        Claim(
            text=reading.sentence.search_text,
            kind="quotation",
            citations=(cite(reading, documents[reading.sentence.document_id]),),
            support=0.0,
            verdict="unchecked",
            probability=reading.score if unsure else None,
        )
        for reading in readings
    ]


def cite(reading: Reading, document: DocumentSummary) -> Citation:
    """Point at the exact words of a sentence."""
    sentence, passage = reading.sentence, reading.passage
    return Citation(
        document_id=document.id,
        document_title=document.title,
        passage_id=passage.id,
        start=sentence.start,
        end=sentence.end,
        quote=passage.text[sentence.start - passage.start : sentence.end - passage.start],
        language=passage.language,
        page=passage.page,
        permalink=f"/documents/{document.id}#char={sentence.start},{sentence.end}",
        text_sha256=document.text_sha256,
        answer=reading.answer,
        label=reading.label,
        answer_text=reading.answer_text,
    )


def likelihood(probability: float, language: str) -> str:
    """Put a probability in words, as the reports of the IPCC do: from two thirds on, from one third on, below."""
    likely, even, less = LIKELIHOODS[language]
    return likely if probability >= 2 / 3 else even if probability >= 1 / 3 else less


def answer_text(
    claims: Sequence[Claim],
    disagreements: Sequence[Disagreement],
    language: str,
    prose: Prose | None = None,
    *,
    short_answer: str | None = None,
    unsure: bool = False,
) -> str:
    """Write the whole answer as plain text; `[n]` is the n-th citation over all claims.

    Where a text has such a number of its own, it stands in other brackets: ⟦n⟧. The claims keep its words as they are.

    Args:
        claims: Its sentences.
        disagreements: What its sentences differ on.
        language: That of the question.
        prose: The account of a language model's sentences: how many passed the check.
        short_answer: Words of a citation to put first.
        unsure: Whether the texts only may say it.
    """
    numbers: dict[Citation, int] = {}
    lines, counted = [_MAY_SAY[language]] if unsure else [], 0
    for claim in claims:
        own = range(counted + 1, counted + 1 + len(claim.citations))
        counted += len(claim.citations)
        numbers |= dict(zip(claim.citations, own, strict=True))
        lines.append(_line(claim, " ".join(f"[{number}]" for number in own), language))
    if short_answer:
        number = next(number for citation, number in numbers.items() if citation.answer_text == short_answer)
        lines.insert(0, f"{_set_off(short_answer)} [{number}]")
    for disagreement in disagreements:
        sides = zip(disagreement.values, disagreement.citations, strict=True)
        first, second = (f"{_set_off(value)} [{numbers[citation]}]" for value, citation in sides)
        lines.append(_DIFFER[language].format(first=first, second=second))
    if prose:
        lines.append(_CHECKED[language].format(shown=prose.shown, written=prose.written))
    return "\n".join(lines)


def _line(claim: Claim, marker: str, language: str) -> str:
    if claim.probability is not None:
        marker = f"{marker} ({likelihood(claim.probability, language)})"
    if claim.kind == "quotation":
        return _quoted_line(claim, marker, language)
    text = _set_off(claim.text)
    return f"{text} {_INFERENCE[language]} {marker}" if claim.kind == "inference" else f"{text} {marker}"


def _quoted_line(claim: Claim, marker: str, language: str) -> str:
    citation = claim.citations[0]
    abroad = citation.language != language
    name = language_name(citation.language, language) if abroad else ""
    form = _SAYS_ABROAD if abroad else _SAYS
    title, quote = _set_off(citation.document_title), _set_off(shown_quote(claim))
    return form[language].format(title=title, language=name, quote=quote, marker=marker)


def _set_off(text: str) -> str:
    return LIKE_A_MARKER.sub(r"⟦\1⟧", text)


def shown_quote(claim: Claim) -> str:
    """Return the words of a quotation behind what it stands under; words left out between the two are marked."""
    citation = claim.citations[0]
    label = citation.label
    if label is None:
        return claim.text
    follows = 0 <= citation.start - label.end <= MAX_BREAK
    return f"{label_text(label)} {'' if follows else f'{GAP} '}{claim.text}"


def label_text(label: Label) -> str:
    """Return a label on one line, without the signs that Markdown sets it off with."""
    return " ".join(label.quote.split()).strip("#*_ ")


def refusal_text(reason: Reason, language: str) -> str:
    """Say plainly that there is no answer, in the language of the question."""
    return REFUSALS[language][reason]
