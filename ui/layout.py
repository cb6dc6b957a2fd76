"""What is on the page, and what it looks like before a style sheet."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr

from ui.flags import Kept, keep_flag
from ui.source_panel import create_source_panel
from ui.strings import INTERFACE_LANGUAGES

if TYPE_CHECKING:
    from retriever.assistant import Assistant

ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True, slots=True)
class PageParts:
    """The components of the page."""

    remembered: gr.BrowserState
    turns: gr.State
    masthead: gr.HTML
    language: gr.Radio
    restart: gr.Button
    conversation: gr.HTML
    suggestions: gr.HTML
    question: gr.Textbox
    ask: gr.Button
    hint: gr.HTML
    source: gr.HTML
    documents: gr.HTML
    adding: gr.HTML
    checking: gr.HTML

    def all(self) -> list[gr.blocks.Block]:
        """Return every component, in order."""
        return [getattr(self, part.name) for part in fields(self)]


def lay_out(assistant: "Assistant") -> PageParts:
    """Put the components on the page; their texts come when a browser says which language it wants."""
    # Both names are fixed because Gradio draws new ones in every process, and the choice would not outlive a restart.
    remembered = gr.BrowserState("", storage_key="quoth-language", secret="quoth-language")
    turns = gr.State(())
    with gr.Row(elem_id="quoth-head"):
        masthead = html(elem_id="quoth-masthead")
        languages = [(name, code) for code, name in INTERFACE_LANGUAGES.items()]
        language = gr.Radio(languages, value="en", container=False, elem_id="quoth-language")
        restart = gr.Button(size="sm", elem_id="quoth-restart")
    with gr.Row(elem_id="quoth-body"):
        with gr.Column(elem_id="quoth-main"):
            conversation = html(
                script="conversation.js", elem_id="quoth-conversation", server_functions=[_keeper(assistant)]
            )
            suggestions = html(script="suggestions.js", elem_id="quoth-suggestions")
            with gr.Row(elem_id="quoth-ask"):
                question = gr.Textbox(lines=1, max_lines=6, max_length=2000, elem_id="quoth-question")
                ask = gr.Button(variant="primary", elem_id="quoth-ask-button")
        with gr.Column(elem_id="quoth-side"):
            hint = html(elem_id="quoth-hint")
            source = create_source_panel(assistant)
            with gr.Column(elem_id="quoth-documents"):
                documents = html([], template="${markup}", script="documents.js", elem_id="quoth-choice", markup="")
                adding = html(script="adding.js", elem_id="quoth-adding")
                checking = html(script="checking.js", elem_id="quoth-checking")
    return PageParts(
        remembered,
        turns,
        masthead,
        language,
        restart,
        conversation,
        suggestions,
        question,
        ask,
        hint,
        source,
        documents,
        adding,
        checking,
    )


def _keeper(assistant: "Assistant") -> Callable[[object], Kept]:
    def keep_said(said: object) -> Kept:
        return keep_flag(assistant, said)

    return keep_said


def html(
    value: object = "", *, elem_id: str, template: str = "${value}", script: str | None = None, **props: object
) -> gr.HTML:
    """Create a component for markup of `ui.markup`; `script` names a file of `assets`."""
    # In a template, `${...}` is the only form whose value is not read as a template once more.
    return gr.HTML(
        value,
        html_template=template,
        js_on_load=(ASSETS / script).read_text(encoding="utf-8") if script else None,
        apply_default_css=False,
        elem_id=elem_id,
        **props,
    )


def theme() -> gr.themes.Base:
    """Return a theme with fonts that every system has and colours of paper and ink; page.css does the rest."""
    sans = [gr.themes.Font(name) for name in ("system-ui", "Segoe UI", "Roboto", "Liberation Sans", "sans-serif")]
    mono = [gr.themes.Font(name) for name in ("ui-monospace", "Consolas", "Liberation Mono", "monospace")]
    return gr.themes.Base(font=sans, font_mono=mono).set(
        # Written out: the browser paints these before page.css is there.
        body_background_fill="#fbf9f4",
        body_background_fill_dark="#181715",
        body_text_color="#23201b",
        body_text_color_dark="#e6e1d6",
        block_padding="0px",
    )
