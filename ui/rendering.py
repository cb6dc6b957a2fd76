"""The conversation as HTML: questions, quotations with their citation marks, refusals."""

from collections.abc import Collection, Sequence

from ingest.types import DocumentSummary
from ingest.words.language import detect_question_language
from retriever.drafting import refusal_text
from retriever.types import Answer
from retriever.words.language_names import language_name
from ui.conversation import Turn
from ui.flags import render_flag
from ui.markup import Html, element, folded, shortened, together
from ui.prose import render_growing_prose, render_prose
from ui.prose_account import say_fallback
from ui.quotations import quoted, render_checked, render_claims, render_nearest, render_short_answer
from ui.strings import InterfaceLanguage, counted, text

TITLE_CHARACTERS = 120
SUGGESTIONS_SHOWN = 6


def render_masthead(language: InterfaceLanguage) -> Html:
    """Render the name of the page."""
    return together([element("h1", "Quoth"), element("p", text("tagline", language))])


def render_conversation(
    turns: Sequence[Turn], *, language: InterfaceLanguage, documents: int = 0, stays_here: bool = False
) -> Html:
    """Render all turns, or the welcome when there are none; `stays_here`: no text of the user's is sent anywhere."""
    if turns:
        parts = [render_turn(turn, language=language) for turn in turns]
    else:
        parts = [_welcome(documents=documents, language=language, stays_here=stays_here)]
    label = text("conversation", language)
    return element("div", *parts, class_="conversation", role="log", aria_label=label, data_language=language)


def render_suggestions(questions: Sequence[str], *, language: InterfaceLanguage) -> Html:
    """Render questions to begin with; one is asked by a click."""
    if not questions:
        return Html("")
    rows = [
        element("li", element("button", question, type="button", class_="suggestion", data_question=question))
        for question in questions[:SUGGESTIONS_SHOWN]
    ]
    heading = element("h3", text("suggestions", language), id="suggestions")
    return element("section", heading, element("ul", *rows, aria_labelledby="suggestions"), class_="suggestions")


def render_turn(turn: Turn, *, language: InterfaceLanguage) -> Html:
    """Render a question and what came of it so far."""
    question = element("h2", turn.question, class_="question", tabindex=-1, dir="auto") if turn.question else ""
    if turn.problem:
        body = element("p", text(turn.problem, language), class_="problem", role="alert")
    elif turn.answer:
        body = _answer(turn, turn.answer, language)
    elif turn.awaits_prose and turn.claims:
        body = render_growing_prose(turn.prose, turn.claims, detect_question_language(turn.question), language)
    else:
        body = together([render_claims(turn.claims, "", language), _pending(turn, language)])
    return element("article", question, body, class_="turn")


def render_documents(
    documents: Sequence[DocumentSummary], chosen: Collection[str], *, language: InterfaceLanguage
) -> Html:
    """Render the list of documents with a box for each; documents.js keeps count of what is ticked."""
    heading = element("h2", text("documents", language), id="documents")
    if not documents:
        return element("section", heading, class_="documents")
    number = sum(document.id in chosen for document in documents)
    facts = element(
        "p",
        element("span", str(number), data_chosen=True),
        text("documents_chosen", language, n=len(documents)),
        *(
            element("button", text(f"choose_{which}", language), type="button", data_choose=which)
            for which in ("all", "none")
        ),
        class_="chosen",
    )
    rows = [_document(document, language, checked=document.id in chosen) for document in documents]
    rows_label = text("choose_documents", language)
    return element(
        "section", element("header", heading, facts), element("ul", *rows, aria_label=rows_label), class_="documents"
    )


def _welcome(*, documents: int, language: InterfaceLanguage, stays_here: bool) -> Html:
    key = "welcome" if documents else "no_documents_yet"
    promise = text("stays_here", language) if stays_here and not documents else ""
    body = element("p", text(f"{key}_body", language), promise and f" {promise}")
    return element("section", element("h2", text(key, language)), body, class_="welcome")


def _document(document: DocumentSummary, language: InterfaceLanguage, *, checked: bool) -> Html:
    title = shortened(document.title, TITLE_CHARACTERS)
    label = text("ask_document", language, title=title)
    box = element("input", type="checkbox", value=document.id, checked=checked, aria_label=label)
    link = element(
        "a",
        title,
        class_="opens",
        href=f"/documents/{document.id}",
        title=text("read_document", language),
        dir="auto",
        data_document=document.id,
        data_start=0,
        data_end=0,
    )
    facts = f"{language_name(document.language, language)}, {counted('passages', document.passages, language)}"
    return element("li", element("label", box), element("div", link, element("span", facts)))


def _pending(turn: Turn, language: InterfaceLanguage) -> Html:
    words = text("looking", language) if turn.passages is None else counted("reading", turn.passages, language)
    return element("p", words, element("span", "…", class_="waiting", aria_hidden="true"), class_="pending")


def _answer(turn: Turn, answer: Answer, language: InterfaceLanguage) -> Html:
    resolved = answer.receipt.resolved_question if answer.receipt else answer.question
    refused = answer.status == "refused"
    refusal = refusal_text(answer.reason or "not_in_sources", language)
    parts = [
        _labelled("understood_as", resolved, language) if folded(resolved) != folded(turn.question) else "",
        element("p", refusal, class_="refusal") if refused else "",
        element("p", text("partly", language), class_="partly") if answer.status == "partly" else "",
        element("p", text("unsure", language), class_="unsure") if answer.status == "unsure" else "",
        _sentences(answer, language),
        _looked_for(turn, resolved, language) if refused else "",
        render_nearest(answer.nearest, turn.titles, language) if answer.status != "answered" else "",
        render_flag(answer, language),
    ]
    return together(part for part in parts if part)


def _sentences(answer: Answer, language: InterfaceLanguage) -> Html:
    """Render the prose of an answer; without any its quotations, and why there is no prose."""
    if answer.prose and answer.prose.shown:
        return render_prose(answer, language)
    parts = [
        element("p", say_fallback(answer.prose, language), class_="fallback") if answer.prose else "",
        render_short_answer(answer, language),
        render_claims(answer.claims, answer.language, language, disagreements=answer.disagreements),
        render_checked(answer.claims, language),
    ]
    return together(part for part in parts if part)


def _labelled(key: str, words: str, language: InterfaceLanguage) -> Html:
    return element("p", element("span", text(key, language), class_="label"), " ", quoted(words), class_="aside")


def _looked_for(turn: Turn, resolved: str, language: InterfaceLanguage) -> Html:
    if not turn.documents:
        return Html("")
    if turn.asked >= turn.documents:
        where = counted("looked_in_all", turn.documents, language)
    else:
        where = text("looked_in_some", language, k=turn.asked, n=turn.documents)
    label = element("span", text("looked_for", language), class_="label")
    return element("p", label, " ", quoted(resolved), f" {where}", class_="aside")
