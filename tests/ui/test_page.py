"""How the page is set up and what its listeners do, without a browser."""

import re
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import pytest
from starlette.testclient import TestClient

import ui
from ingest.errors import CatalogueError
from tests.ui.stand_in import AUSTRIA, BROKEN, HOW_MANY, UNKNOWN, WHEN, StandIn
from tests.ui.visiting import made, page_app
from ui.conversation import MAX_HISTORY, Turn, ask
from ui.layout import lay_out, theme
from ui.page import create_page
from ui.page_events import PageEvents
from ui.source_panel import open_place

ASSETS = Path(ui.__file__).parent / "assets"


@pytest.fixture
def assistant():
    return StandIn()


@pytest.fixture
def page(assistant):
    return made(lambda: create_page(assistant))


@pytest.fixture
def events(assistant):
    def make():
        with gr.Blocks(analytics_enabled=False):
            return PageEvents(assistant, lay_out(assistant))

    return made(make)


@pytest.fixture
def everything(assistant):
    return [document.id for document in assistant.documents()]


def place(assistant, words, *, title="Staatsverdrag van Oostenrijk"):
    start = assistant.known[assistant.id_of(title)].text.index(words)
    return {"document": assistant.id_of(title), "start": start, "end": start + len(words), "language": "nl"}


# how it is set up


def test_gradio_s_defaults_that_leak_or_block_are_changed(assistant):
    app = page_app(assistant)
    page = next(route.app for route in app.routes if getattr(route, "path", "") == "/chat").get_blocks()
    assert page.footer_links == []
    assert not any((page.run_history, page.show_error, page.ssr_mode, page.analytics_enabled, page.pwa, page.api_open))
    assert page.enable_monitoring is False
    assert page.allowed_paths == []
    assert page.max_file_size == 1
    assert page._queue.default_concurrency_limit == 8
    assert page._queue.max_size == 32


def test_no_listener_is_part_of_an_api(page):
    assert len(page.fns) == 11
    assert {listener.api_visibility for listener in page.fns.values()} == {"private"}
    # One has nothing to call: it stops the writing of an answer when a new conversation begins.
    assert {listener.show_progress for listener in page.fns.values() if listener.fn} == {"hidden"}


def test_the_page_is_served_and_describes_no_api(assistant):
    with TestClient(page_app(assistant)) as client:
        assert client.get("/chat/").status_code == 200
        assert client.get("/chat/gradio_api/info").status_code == 404
        assert client.get("/favicon.ico").headers["content-type"] == "image/svg+xml"


def test_markup_is_put_into_the_page_by_the_one_form_that_reads_no_template(page):
    templates = {block.html_template for block in page.blocks.values() if isinstance(block, gr.HTML)}
    assert templates == {"${value}", "${markup}"}


def test_nothing_of_the_page_s_own_comes_from_another_machine():
    assert theme()._stylesheets == []
    for path in ASSETS.iterdir():
        addresses = re.findall(r"(?:https?:)?//[\w.-]+\.\w+", path.read_text(encoding="utf-8"))
        assert set(addresses) <= {"http://www.w3.org"}, path.name


# asking


def test_asking_yields_a_turn_that_grows_into_an_answer(assistant, everything):
    turns = list(ask(assistant, HOW_MANY, document_ids=everything))
    assert (turns[0].passages, turns[0].answer) == (None, None)
    assert [len(turn.claims) for turn in turns] == [0, 0, 1, 2, 2]
    assert turns[-1].answer.status == "answered"
    assert assistant.calls[-1]["document_ids"] is None


def test_only_questions_that_were_answered_become_history(assistant, everything):
    (*_, answered), (*_, refused), (*_, failed) = (
        list(ask(assistant, question, document_ids=everything)) for question in (WHEN, UNKNOWN, BROKEN)
    )
    list(ask(assistant, HOW_MANY, turns=(answered, refused, failed), document_ids=everything))
    assert assistant.calls[-1]["history"] == [WHEN, UNKNOWN]
    list(ask(assistant, HOW_MANY, turns=(answered,) * 99, document_ids=everything))
    assert len(assistant.calls[-1]["history"]) == MAX_HISTORY


def test_a_choice_of_documents_goes_along(assistant, everything):
    list(ask(assistant, HOW_MANY, document_ids=everything[:2]))
    assert assistant.calls[-1]["document_ids"] == everything[:2]


def test_an_error_becomes_words_and_keeps_no_path(assistant, everything):
    *_, turn = ask(assistant, BROKEN, document_ids=everything)
    assert turn.problem == "error.CatalogueError"
    assert turn.answer is None


def test_an_error_that_nobody_foresaw_is_logged_and_told(assistant, everything, caplog):
    assistant.documents = lambda: 1 / 0
    *_, turn = ask(assistant, HOW_MANY, document_ids=everything)
    assert turn.problem == "error.unexpected"
    assert "ZeroDivisionError" in caplog.text


def test_the_box_is_emptied_at_once_and_filled_again_when_the_question_failed(events, everything):
    box = events._parts.question
    first, *_, last = events.ask(HOW_MANY, (), everything, "en")
    assert first[box] == ""
    assert box not in last
    *_, last = events.ask(BROKEN, (), everything, "en")
    assert last[box] == BROKEN


def test_nothing_asked_and_nothing_chosen(events, assistant, everything):
    assert list(events.ask("  \n", (), everything, "en")) == [{events._parts.question: gr.update()}]
    (only,) = events.ask(HOW_MANY, (), [], "nl")
    assert "Kies eerst ten minste één document" in only[events._parts.conversation]
    assert assistant.calls == []


def test_all_documents_are_asked_without_naming_one(events, assistant, everything):
    *_, updates = events.ask(HOW_MANY, (), ["*"], "en")
    assert assistant.calls[-1]["document_ids"] is None
    (turn,) = updates[events._parts.turns]
    assert (turn.asked, turn.documents) == (len(everything), len(everything))
    arrived = events.arrive("", SimpleNamespace(headers={}))[events._parts.documents]
    assert arrived.value == ["*"]
    assert arrived.props["markup"].count(" checked") == len(everything)


def test_a_choice_that_is_too_long_to_send_is_told_and_asks_nothing(events, assistant):
    (only,) = events.ask(HOW_MANY, (), ["+"], "en")
    assert "Choose all documents, or 900 at most" in only[events._parts.conversation]
    assert assistant.calls == []
    assert events.switch_language("nl", (), ["+"])[events._parts.documents].value == ["*"]


def test_what_is_added_to_all_is_asked_too(events, assistant):
    added = assistant.add_bytes("new.txt", b"Nieuw.").document.id
    assert events.list_stored((), ["*"], "en", SimpleNamespace(ids=[added]))[events._parts.documents].value == ["*"]


def test_without_documents_the_assistant_says_so_itself():
    (*_, turn) = ask(StandIn(empty=True), HOW_MANY[::-1], document_ids=[])
    assert turn.answer.reason == "no_documents"


def test_another_language_keeps_the_conversation_and_the_choice(events, everything):
    turns = (Turn(WHEN, problem="none_chosen"),)
    updates = events.switch_language("nl", turns, everything[:1])
    assert WHEN in updates[events._parts.conversation]
    assert updates[events._parts.documents].value == everything[:1]
    assert updates[events._parts.remembered] == "nl"


def test_questions_are_offered_to_an_empty_conversation_only(events, assistant):
    suggestions = events._parts.suggestions
    assert WHEN in events.suggest((), "nl")[suggestions]
    assert events.suggest((Turn(WHEN),), "nl") == {suggestions: gr.update()}
    assistant.suggested_questions = lambda language: next(assistant.stream_answer(BROKEN))
    assert events.suggest((), "nl")[suggestions] == ""


def test_a_page_opens_even_if_the_catalogue_does_not(events, assistant):
    def broken():
        raise CatalogueError("The catalogue is damaged.")

    assistant.documents = broken
    updates = events.arrive("", SimpleNamespace(headers={"accept-language": "nl"}))
    assert "catalogus is niet bruikbaar" in updates[events._parts.conversation]


# adding


def test_an_added_document_is_chosen_and_one_that_was_not_chosen_stays_so(events, assistant, everything):
    added = assistant.add_bytes("new.txt", b"Nieuw.").document.id
    updates = events.list_stored((), everything[1:], "en", SimpleNamespace(ids=[added, "f" * 64]))
    assert set(updates[events._parts.documents].value) == {*everything[1:], added}


# opening


def test_a_place_is_read_from_the_catalogue_when_it_is_opened(assistant):
    markup = open_place(assistant, place(assistant, "Op 15 mei 1955"))
    assert ">Op 15 mei 1955</mark>" in markup
    assert "Staatsverdrag van Oostenrijk" in markup


@pytest.mark.parametrize(
    "change",
    [
        {"document": "f" * 64},
        {"document": "../../etc/passwd"},
        {"end": 10**6},
        {"start": None},
        {"textSha256": "cd" * 32},
    ],
)
def test_a_place_that_is_not_there_is_told_and_shows_no_text(assistant, change):
    markup = open_place(assistant, place(assistant, "Op 15 mei 1955") | change)
    assert "niet meer te openen" in markup
    assert "<mark" not in markup


@pytest.mark.parametrize("asked", [None, 7, "x", [], {}])
def test_anything_can_be_asked_for(assistant, asked):
    assert "can no longer be opened" in open_place(assistant, asked)


def test_a_document_can_be_read_from_its_start(assistant):
    markup = open_place(assistant, place(assistant, AUSTRIA[:1]) | {"end": 0})
    assert "Oostenrijk werd weer vrij" in markup
    assert "<mark" not in markup
