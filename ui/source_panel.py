"""The panel beside the conversation that opens a document at the cited words."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr

from ingest.errors import QuothError
from ui.strings import InterfaceLanguage
from ui.surroundings import SurroundedPlace, render_source, render_source_problem

if TYPE_CHECKING:
    from retriever.assistant import Assistant

logger = logging.getLogger(__name__)

SCRIPT = Path(__file__).parent / "assets" / "source_panel.js"


def create_source_panel(assistant: "Assistant") -> gr.HTML:
    """Create the panel; its words are read from the catalogue again whenever it opens."""

    def passage(asked: object) -> str:
        return open_place(assistant, asked)

    return gr.HTML(
        "",
        # `${value}` is the only form that does not read the value as a template once more.
        html_template="${value}",
        js_on_load=SCRIPT.read_text(encoding="utf-8"),
        server_functions=[passage],
        apply_default_css=False,
        elem_id="quoth-source",
    )


def open_place(assistant: "Assistant", asked: object) -> str:
    """Render the place that the page asks for, or say that it cannot be opened."""
    language: InterfaceLanguage = "nl" if isinstance(asked, dict) and asked.get("language") == "nl" else "en"
    try:
        place = SurroundedPlace.from_browser(asked)
        document = assistant.document(place.document_id)
    except (ValueError, QuothError) as error:
        logger.info("place not opened: %s", type(error).__name__)
        return render_source_problem(language)
    return render_source(document, place, language) if place.is_in(document) else render_source_problem(language)
