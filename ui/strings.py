"""The words of the interface, in Dutch and English."""

from typing import Literal

from ingest import errors
from ui.error_texts import ERROR_TEXTS
from ui.quotation_texts import QUOTATION_TEXTS

InterfaceLanguage = Literal["nl", "en"]
INTERFACE_LANGUAGES: dict[InterfaceLanguage, str] = {"nl": "Nederlands", "en": "English"}

# key: (Dutch, English). A key with `.one` and `.many` is chosen by `counted`.
TEXTS: dict[str, tuple[str, str]] = {
    "tagline": ("Antwoorden die op uw teksten rusten", "Answers that rest on your texts"),
    "page_language": ("Taal van de pagina", "Language of the page"),
    "new_conversation": ("Nieuw gesprek", "New conversation"),
    "conversation": ("Gesprek", "Conversation"),
    # asking
    "question": ("Uw vraag", "Your question"),
    "question_placeholder": ("Stel een vraag", "Ask a question"),
    "ask": ("Vraag", "Ask"),
    "welcome": ("Vraag het uw teksten", "Ask your texts"),
    "welcome_body": (
        "Elke zin van een antwoord rust op woorden in een document. Het cijfer erachter opent die plaats.",
        "Every sentence of an answer rests on words in a document. The number after it opens the place.",
    ),
    "suggestions": ("Vragen waarop deze documenten antwoord geven", "Questions these documents answer"),
    "no_documents_yet": ("Er zijn nog geen documenten", "There are no documents yet"),
    "no_documents_yet_body": (
        "Voeg een of meer tekstbestanden toe, dan kunt u er vragen over stellen.",
        "Add one or more text files and you can ask them questions.",
    ),
    "stays_here": ("Alles blijft op deze computer.", "Everything stays on this computer."),
    "looking": ("Zoeken in de documenten", "Looking in the documents"),
    "reading.one": ("Eén passage wordt gelezen", "Reading one passage"),
    "reading.many": ("{n} passages worden gelezen", "Reading {n} passages"),
    # answers
    "understood_as": ("Opgevat als", "Understood as"),
    "in_language": ("in het {name}", "in {name}"),
    "page": ("p. {page}", "p. {page}"),
    "page_picture": (
        "Page {page} as it is printed, the cited words lit",
        "Pagina {page} zoals gedrukt, de geciteerde woorden gemarkeerd",
    ),
    "citation_label": ("Verwijzing {n}: {title}", "Citation {n}: {title}"),
    "checked": (
        "Nagekeken in de bron: {n} van {of} {sentences}",
        "Checked against the source: {n} of {of} {sentences}",
    ),
    "sentences.one": ("zin", "sentence"),
    "sentences.many": ("zinnen", "sentences"),
    "partly": ("De documenten beantwoorden een deel van de vraag.", "The documents answer part of the question."),
    "unsure": ("De documenten zeggen misschien:", "The documents may say:"),
    "kind.paraphrase": ("in eigen woorden", "paraphrase"),
    "kind.inference": ("gevolgtrekking", "inference"),
    "inference": (
        "Een gevolgtrekking: met zoveel woorden staat het er niet.",
        "A conclusion: the source does not say it in so many words.",
    ),
    "verdict.unsupported": ("niet gedragen door de bron", "not carried by the source"),
    "verdict.unchecked": ("niet nagekeken", "not checked"),
    "disagreement.date": ("De documenten noemen verschillende data", "The documents give different dates"),
    "disagreement.number": ("De documenten noemen verschillende getallen", "The documents give different figures"),
    # what a language model wrote
    "writing": (
        "Er wordt een antwoord geschreven; elke zin wordt eerst nagekeken",
        "An answer is being written; each sentence is checked first",
    ),
    "originals": ("De woorden van de teksten", "The words of the texts"),
    "open_words": ("Open deze woorden in {title}", "Open these words in {title}"),
    "prose_checked.one": (
        "{n} van {of} {sentences} doorstond de controle.",
        "{n} of {of} {sentences} passed the check.",
    ),
    "prose_checked.many": (
        "{n} van {of} {sentences} doorstonden de controle.",
        "{n} of {of} {sentences} passed the check.",
    ),
    "dropped": ("Weggelaten: {reasons}.", "Left out: {reasons}."),
    "dropped.not_carried": ("{n} niet gedragen door de bron", "{n} not carried by the source"),
    "dropped.unknown_number": ("{n} met een verwijzing die niet bestaat", "{n} with a citation that does not exist"),
    "dropped.other_language": ("{n} in een andere taal", "{n} in another language"),
    "dropped.beside_the_question": ("{n} naast de vraag", "{n} beside the question"),
    "fallback.failed": (
        "Het taalmodel gaf geen antwoord; dit zijn de eigen woorden van de teksten.",
        "The language model gave no answer, so here are the texts' own words.",
    ),
    "fallback.too_slow": (
        "Het taalmodel antwoordde niet op tijd; dit zijn de eigen woorden van de teksten.",
        "The language model did not answer in time, so here are the texts' own words.",
    ),
    "fallback.nothing_stood": (
        "Geen zin van het taalmodel doorstond de controle; dit zijn de eigen woorden van de teksten.",
        "No sentence of the language model passed the check, so here are the texts' own words.",
    ),
    "fallback.no_answer": (
        "Het taalmodel zag geen antwoord in de teksten; dit zijn hun eigen woorden. Oordeel zelf.",
        "The language model saw no answer in the texts; here are their own words. Judge for yourself.",
    ),
    "flag": ("Klopt dit?", "Is this right?"),
    "flag.good": ("Ja", "Yes"),
    "flag.wrong-answer": ("Verkeerd antwoord", "Wrong answer"),
    "flag.wrong-citation": ("Verkeerde verwijzing", "Wrong citation"),
    "flag.should-have-refused": ("Staat er niet in", "Not in the documents"),
    "flag.should-have-answered": ("Staat er wel in", "It is in the documents"),
    "flag_noted": (
        "Genoteerd. “quoth evals adopt” maakt er een vraag voor de evals van.",
        "Noted. “quoth evals adopt” makes a question for the evals of it.",
    ),
    "flag_gone": (
        "Niet genoteerd: een document bij dit antwoord is verwijderd. Stel de vraag opnieuw.",
        "Not noted: a document of this answer was removed. Ask the question again.",
    ),
    "flag_failed": ("Dat is niet genoteerd; probeer het opnieuw.", "That was not noted; try again."),
    # refusals
    "looked_for": ("Gezocht naar", "Looked for"),
    "looked_in_all.one": ("in het enige document", "in the only document"),
    "looked_in_all.many": ("in alle {n} documenten", "in all {n} documents"),
    "looked_in_some": ("in {k} van de {n} documenten", "in {k} of {n} documents"),
    "nearest": ("Dichtstbijzijnde passages", "Nearest passages"),
    "nearest_note": (
        "Deze passages komen het dichtst in de buurt. Ze zijn geen antwoord en dienen niet als bewijs.",
        "These passages come closest. They are not an answer and do not count as evidence.",
    ),
    "open_passage": ("Open deze passage in {title}", "Open this passage in {title}"),
    # source panel
    "source": ("Bron", "Source"),
    "source_hint": (
        "Kies een cijfer achter een zin; hier verschijnt de tekst, met de aangehaalde woorden gemarkeerd.",
        "Choose a number after a sentence; its text appears here, with the cited words lit.",
    ),
    "close": ("Sluiten", "Close"),
    "previous": ("Vorige", "Previous"),
    "next": ("Volgende", "Next"),
    "citation_of": ("Verwijzing {n} van {of}", "Citation {n} of {of}"),
    "passage_of": ("Passage {n} van {of}", "Passage {n} of {of}"),
    "label_words": ("Waar de geciteerde woorden onder staan", "What the cited words stand under"),
    "cited_words": ("Aangehaalde woorden", "Cited words"),
    "near_words": ("Passage in de buurt van de vraag", "Passage near the question"),
    "near_note": ("In de buurt van de vraag, maar geen bewijs.", "Near the question, but not evidence."),
    "permalink": ("Vaste link naar deze plaats", "Permanent link to this place"),
    "more_before": ("Eerdere tekst", "Earlier text"),
    "more_after": ("Latere tekst", "Later text"),
    "document_begins": ("Begin van het document", "The document begins here"),
    "document_ends": ("Einde van het document", "The document ends here"),
    "source_text": ("Tekst van de bron", "Text of the source"),
    "passage_gone": (
        "Deze plaats is niet meer te openen: het document is verwijderd of veranderd. Stel de vraag opnieuw.",
        "This place can no longer be opened: the document was removed or has changed. Ask the question again.",
    ),
    # documents
    "documents": ("Documenten", "Documents"),
    "documents_chosen": (" van {n} gekozen", " of {n} chosen"),
    "choose_documents": ("Documenten die worden bevraagd", "Documents that are asked"),
    "ask_document": ("Bevraag {title}", "Ask {title}"),
    "read_document": ("Lees dit document", "Read this document"),
    "choose_all": ("Alle", "All"),
    "choose_none": ("Geen", "None"),
    "too_many_chosen": (
        "Kies alle documenten, of hoogstens 900: meer namen kan deze pagina niet meesturen.",
        "Choose all documents, or 900 at most: this page cannot send more names along.",
    ),
    "none_chosen": ("Kies eerst ten minste één document.", "Choose at least one document first."),
    "passages.one": ("1 passage", "1 passage"),
    "passages.many": ("{n} passages", "{n} passages"),
    "add_documents": ("Bestanden toevoegen", "Add files"),
    "add_hint": (
        "PDF, Word, e-boek, webpagina, e-mail, tabel of tekst. Slepen mag ook.",
        "PDF, Word, e-book, web page, e-mail, table or text. Or drop them here.",
    ),
    "waiting": ("wacht op zijn beurt", "waiting for its turn"),
    "adding": ("wordt gelezen", "being read"),
    "added": ("toegevoegd, {passages}", "added, {passages}"),
    "replaced": ("vervangen, {passages}", "replaced, {passages}"),
    "replace": ("Vervang het", "Replace it"),
    "keep": ("Bewaar beide", "Keep both"),
    "unchanged": ("was er al", "already there"),
    "read_as": ("geen UTF-8, gelezen als {encoding}", "not UTF-8, read as {encoding}"),
    **ERROR_TEXTS,
    **QUOTATION_TEXTS,
}


def text(key: str, language: InterfaceLanguage, /, **values: object) -> str:
    """Return the text of `key` in `language` with the values filled in; nothing is escaped here."""
    words = _chosen(TEXTS[key], language)
    return words.format(**values) if values else words


def counted(key: str, n: int, language: InterfaceLanguage, /, **values: object) -> str:
    """Return the singular or plural text of `key` for `n` things."""
    return text(f"{key}.one" if n == 1 else f"{key}.many", language, n=n, **values)


def error_key(error: Exception) -> str:
    """Return the key of the text that explains `error` to a person."""
    for kind in type(error).__mro__:
        if f"error.{kind.__name__}" in TEXTS and issubclass(kind, errors.QuothError):
            return f"error.{kind.__name__}"
    return "error.unexpected"


def preferred_language(accept_language: str | None) -> InterfaceLanguage:
    """Choose the interface language from an Accept-Language header; English when it names neither."""
    best: InterfaceLanguage = "en"
    best_weight = 0.0
    for part in (accept_language or "").lower().split(","):
        tag, _, parameters = part.strip().partition(";")
        weight = _quality(parameters)
        for language in INTERFACE_LANGUAGES:
            if tag.split("-")[0] == language and weight > best_weight:
                best, best_weight = language, weight
    return best


def _chosen(pair: tuple[str, str], language: InterfaceLanguage) -> str:
    return pair[0] if language == "nl" else pair[1]


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
