"""The page behind a permalink: a document's text with the cited words lit, and pages that say why there is none."""

import base64
import hashlib
import html
import re
from functools import cache
from importlib.resources import files
from string import Template
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse

from ingest.types import Document
from retriever.words.language_names import language_name

LANGUAGES = ("en", "nl")

WORDS = {
    "en": {
        "home": "Ask Quoth",
        "print": "Print",
        "show": "Show",
        "cited": "Cited words: characters {start} to {end}",
        "position": "Character {start}",
        "outside": "This link points beyond the end of the text.",
        "characters": "characters",
    },
    "nl": {
        "home": "Vraag Quoth",
        "print": "Afdrukken",
        "show": "Toon",
        "cited": "Geciteerde woorden: teken {start} tot {end}",
        "position": "Teken {start}",
        "outside": "Deze link wijst voorbij het einde van de tekst.",
        "characters": "tekens",
    },
}

MESSAGES = {
    "en": {
        404: ("Not found", "No text has this address. It may have been removed, or the link is incomplete."),
        503: ("Quoth is starting", "The models are being loaded. This page tries again by itself."),
        0: ("That did not work", "Something went wrong inside Quoth. Try again in a moment."),
    },
    "nl": {
        404: ("Niet gevonden", "Geen tekst heeft dit adres. Misschien is hij verwijderd, of is de link onvolledig."),
        503: ("Quoth start op", "De modellen worden geladen. Deze pagina probeert het vanzelf opnieuw."),
        0: ("Dat lukte niet", "Er ging iets mis binnen Quoth. Probeer het zo dadelijk opnieuw."),
    },
}


def wants_page(request: Request) -> bool:
    """Tell whether a person follows a link with a browser: what is under /v1 is for programs."""
    return not request.url.path.startswith("/v1") and "text/html" in request.headers.get("accept", "")


def page_language(request: Request) -> str:
    """Choose the language of the page: the one of ours that the browser likes best."""
    liked = []
    for place, item in enumerate(request.headers.get("accept-language", "").lower().split(",")):
        tag, _, quality = item.partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            weight = 0.0
        liked.append((-weight, place, tag.strip()[:2]))
    return next((language for _, _, language in sorted(liked) if language in LANGUAGES), LANGUAGES[0])


def render_document(request: Request, document: Document) -> HTMLResponse:
    """Show a document."""
    language = page_language(request)
    words = WORDS[language]
    count = f"{len(document.text):,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    name = language_name(document.language, language)
    facts = document.author, document.date, name, f"{count} {words['characters']}"
    pages = f"/v1/documents/{quote(document.id, safe='')}/pages" if document.word_boxes else ""
    body = template("document.html").substitute(
        {name: html.escape(text) for name, text in words.items()},
        title=html.escape(document.title),
        facts=html.escape(" · ".join(filter(None, facts))),
        pages=html.escape(pages),
        text_language=html.escape(document.language),
        text=markup(document.text),
    )
    return page(language, document.title, body, script=asset("document.js"))


def render_message(request: Request, status: int, *, headers: dict[str, str] | None = None) -> HTMLResponse:
    """Say to a person what the status says to a program."""
    language = page_language(request)
    heading, text = MESSAGES[language].get(status, MESSAGES[language][0])
    body = template("message.html").substitute(heading=heading, message=text, home=WORDS[language]["home"])
    refresh = {"Refresh": "3"} if status == 503 else {}
    return page(language, heading, body, status=status, headers={**(headers or {}), **refresh})


def markup(text: str) -> str:
    """Escape a text so that a browser's copy of it has the same code points in the same places.

    Browsers fold bare carriage returns into line feeds and drop NUL, so both are written in another way; one that
    ends a line by itself gets a line break beside it, which is no character.
    """
    escaped = html.escape(text, quote=False).replace("\0", "\N{REPLACEMENT CHARACTER}")
    return re.sub(r"\r(?!\n)", "\r<br>", escaped).replace("\r", "&#13;")


def page(
    language: str, title: str, body: str, *, script: str = "", status: int = 200, headers: dict[str, str] | None = None
) -> HTMLResponse:
    """Make a page that carries its style and its script, and that may load nothing else."""
    style = asset("page.css")
    content = template("page.html").substitute(
        language=language, title=html.escape(title), style=style, script=script, body=body
    )
    policy = (
        f"default-src 'none'; style-src {source_hash(style)}; script-src {source_hash(script)}; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return HTMLResponse(content, status, {**(headers or {}), "Content-Security-Policy": policy})


def source_hash(source: str) -> str:
    """Name an inline style or script in a content security policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


@cache
def asset(name: str) -> str:
    """Read a file of this package's assets."""
    return files("api").joinpath("assets", name).read_text(encoding="utf-8")


@cache
def template(name: str) -> Template:
    """Read a file of this package's assets as a template."""
    return Template(asset(name))
