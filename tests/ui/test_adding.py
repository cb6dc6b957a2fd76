"""Files go in through the API: by choosing and by dropping, one after another, each with what became of it."""

import json
import threading

import pytest
from playwright.sync_api import expect

from api.errors import KINDS
from tests.attacks.mounted import KEY, mounted
from tests.ui.reading import Page
from ui.adding import render_adding, words

NEW = "De kuuroorden van Zevenbergen telden in 1957 precies 4.213 badgasten uit Wenen."
DROP = """([files, selector]) => {
  const carried = new DataTransfer();
  for (const [name, text] of files) carried.items.add(new File([text], name));
  for (const type of ["dragover", "drop"])
    document.querySelector(selector).dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true }));
}"""


@pytest.fixture
def server(tmp_path):
    with mounted(tmp_path / "home") as (app, client):
        yield app, client


@pytest.fixture
def page(visit, server):
    visitor = visit(str(server[1].base_url).rstrip("/"))
    yield visitor.page
    visitor.page.context.close()


def rows(page):
    return page.locator(".uploads li").all_inner_texts()


def titles(client):
    return {document["title"] for document in client.get("/v1/documents").json()["documents"]}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_there_are_words_for_every_problem_that_a_file_can_meet(language):
    said = words(language)
    assert {kind.code for kind in KINDS.values()} <= said.keys()
    assert all(said.values())
    panel = Page(render_adding(language, max_bytes=1000))
    panel.assert_tame()
    assert json.loads(panel.values("data-words")[0]) == said


@pytest.mark.real
def test_chosen_files_go_in_one_by_one_and_each_says_what_became_of_it(page, server, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.txt").write_text(NEW)
    (folder / "b.txt").write_bytes(
        "Het café één was geliefd bij de ministers; de reünie was één feest.".encode("cp1252")
    )
    (folder / "c.txt").write_text("")
    (folder / "d.bin").write_bytes(bytes(range(256)))
    (folder / "e.txt").write_bytes(b"x" * 1_000_001)
    page.set_input_files(".adding input[type=file]", sorted(folder.iterdir()))
    expect(page.locator(".documents li")).to_have_count(3)
    assert rows(page) == [
        "a.txt: added, 1 passage",
        "b.txt: added, 1 passage, not UTF-8, read as windows-1252",
        "c.txt: There is no text in this file.",
        "d.bin: Quoth does not read this kind of file. Choose a .txt or .md file with plain text in it.",
        "e.txt: This file is too large. Split it into parts.",
    ]
    assert titles(server[1]) == {"Staatsverdrag", "A", "B"}
    expect(page.locator(".documents input:not(:checked)")).to_have_count(0)
    page.get_by_label("Nederlands").check()
    expect(page.locator(".uploads li").first).to_have_text("a.txt: toegevoegd, 1 passage")
    page.click("#quoth-restart")
    expect(page.locator(".uploads li")).to_have_count(0)
    page.get_by_label("English").check()
    page.wait_for_selector("html[lang=en]")


@pytest.mark.real
def test_several_files_are_dropped_anywhere_on_the_page(page, server):
    page.evaluate(DROP, [[["a.txt", NEW], ["b.txt", NEW + " En 3 uit Praag."]], "#quoth-conversation"])
    expect(page.locator(".documents li")).to_have_count(3)
    assert rows(page) == ["a.txt: added, 1 passage", "b.txt: added, 1 passage"]
    assert titles(server[1]) == {"Staatsverdrag", "A", "B"}


@pytest.mark.real
@pytest.mark.parametrize(("choice", "status", "left"), [("Replace it", "replaced", 2), ("Keep both", "added", 3)])
def test_a_name_that_is_taken_is_asked_about(page, server, choice, status, left):
    page.evaluate(DROP, [[["a.txt", NEW]], ".adding"])
    expect(page.locator(".documents li")).to_have_count(2)
    page.evaluate(DROP, [[["a.txt", NEW + " En 3 uit Praag."]], ".adding"])
    page.get_by_role("button", name=choice).click()
    expect(page.locator(".uploads li")).to_have_text(f"a.txt: {status}, 1 passage")
    expect(page.locator(".documents li")).to_have_count(left)


@pytest.mark.real
def test_a_name_that_tries_to_be_more_is_only_text(page):
    name = "<img src=x onerror=alert(1)>\u202egnp.txt"
    page.evaluate(DROP, [[[name, NEW]], ".adding"])
    expect(page.locator(".documents li")).to_have_count(2)
    assert rows(page) == ["<img src=x onerror=alert(1)>\ufffdgnp.txt: added, 1 passage"]
    assert page.locator(".adding img").count() == 0


@pytest.mark.real
def test_a_file_that_is_being_read_shows_that_it_is(page, server):
    reading, go_on = threading.Event(), threading.Event()
    assistant = server[0].state.assistant
    add_files = assistant.add_files

    def slowly(files, **options):
        reading.set()
        assert go_on.wait(20)
        return add_files(files, **options)

    assistant.add_files = slowly
    page.evaluate(DROP, [[["a.txt", NEW], ["b.txt", NEW + " En 3 uit Praag."]], ".adding"])
    assert reading.wait(20)
    assert rows(page) == ["a.txt: being read", "b.txt: waiting for its turn"]
    assert page.locator(".uploads progress").count() == 1
    go_on.set()
    expect(page.locator(".documents li")).to_have_count(3)
    assert page.locator(".uploads progress").count() == 0


@pytest.mark.real
def test_a_file_waits_for_a_server_that_is_busy(page):
    refusals = [(503, "1"), (429, "1")]

    def answer(route):
        if not refusals:
            return route.continue_()
        status, wait = refusals.pop()
        return route.fulfill(status=status, headers={"Retry-After": wait}, json={"code": "busy"})

    page.route("**/v1/documents", answer)
    page.evaluate(DROP, [[["a.txt", NEW]], ".adding"])
    expect(page.locator(".uploads li")).to_have_text("a.txt: waiting for its turn")
    expect(page.locator(".documents li")).to_have_count(2)
    assert refusals == []


@pytest.mark.real
def test_a_server_that_is_gone_is_told(page):
    page.route("**/v1/documents", lambda route: route.abort())
    page.evaluate(DROP, [[["a.txt", NEW]], ".adding"])
    expect(page.locator(".uploads li")).to_have_text("a.txt: The server cannot be reached, or it broke the connection.")


@pytest.mark.real
def test_with_a_key_the_page_adds_files_as_who_opened_it(visit, tmp_path):
    with mounted(tmp_path / "home", "network") as (_, client):
        origin = str(client.base_url).rstrip("/")
        visitor = visit(origin, http_credentials={"username": "wie", "password": KEY})
        visitor.page.evaluate(DROP, [[["a.txt", NEW]], ".adding"])
        expect(visitor.page.locator(".documents li")).to_have_count(2)
        assert rows(visitor.page) == ["a.txt: added, 1 passage"]
        assert titles(client) == {"Staatsverdrag", "A"}
        visitor.page.context.close()
