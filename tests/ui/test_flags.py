"""What a person can say of an answer, and what becomes of it."""

from dataclasses import replace
from typing import get_args

import pytest

from ingest.errors import CatalogueError
from ingest.flags import FlagVerdict
from tests.ui.reading import Page, answer, claim, shown
from tests.ui.stand_in import WHEN, StandIn
from ui.conversation import Turn
from ui.flags import OF_ANSWERS, OF_REFUSALS, keep_flag, render_flag
from ui.rendering import render_turn


@pytest.fixture
def assistant():
    return StandIn()


@pytest.fixture
def given(assistant):
    *_, last = assistant.stream_answer(WHEN)
    return last.data.id


def test_an_answer_and_a_refusal_ask_whether_they_are_right():
    answered, refused = shown(answer(claim("Een."))), shown(answer(reason="too_weak"), "en")
    assert answered.values("data-verdict") == list(OF_ANSWERS)
    assert "Klopt dit?JaVerkeerd antwoordVerkeerde verwijzingStaat er niet in" in answered.text
    assert refused.values("data-verdict") == list(OF_REFUSALS)
    assert "Is this right?YesIt is in the documents" in refused.text
    for page in (answered, refused):
        page.assert_tame()
        assert page.values("data-answer") == ["id"]
        assert set(page.values("aria-pressed")) == {"false"}


def test_every_verdict_can_be_given_on_the_page():
    assert {*OF_ANSWERS, *OF_REFUSALS} == set(get_args(FlagVerdict))


@pytest.mark.parametrize(
    "turn", [Turn("Wie?"), Turn("Wie?", passages=2, claims=(claim("Een."),)), Turn("Wie?", problem="error.unexpected")]
)
def test_what_is_no_answer_yet_or_none_at_all_asks_nothing(turn):
    assert "data-verdict" not in render_turn(turn, language="nl")


def test_without_documents_there_is_nothing_to_judge():
    assert render_flag(answer(reason="no_documents"), "en") == ""


def test_an_id_cannot_break_out_of_its_attribute():
    hostile = replace(answer(claim("Een.")), id='"><script>alert(1)</script>')
    page = Page(render_flag(hostile, "nl"))
    assert page.values("data-answer") == [hostile.id]
    assert "script" not in page.tags


def test_what_is_said_is_kept(assistant, given):
    assert keep_flag(assistant, {"answer": given, "verdict": "wrong-citation"}) == "noted"
    assert keep_flag(assistant, {"answer": given, "verdict": "good"}) == "noted"
    assert assistant.flags == {given: "good"}


def test_an_answer_that_is_gone_is_told(assistant):
    assert keep_flag(assistant, {"answer": "f" * 32, "verdict": "good"}) == "gone"


@pytest.mark.parametrize(
    "change",
    [
        {"answer": "../../etc/passwd"},
        {"answer": ""},
        {"answer": None},
        {"answer": ["a"]},
        {"verdict": "splendid"},
        {"verdict": None},
        {"verdict": ["good"]},
        {"verdict": {}},
    ],
)
def test_nothing_from_a_browser_is_taken_for_granted(assistant, given, change):
    assert keep_flag(assistant, {"answer": given, "verdict": "good"} | change) == "failed"
    assert assistant.flags == {}


@pytest.mark.parametrize("said", [None, 7, "x", [], {}])
def test_anything_can_be_said(assistant, said):
    assert keep_flag(assistant, said) == "failed"


def test_a_catalogue_that_fails_is_told_and_logged_without_its_path(assistant, given, caplog):
    def broken(answer_id, verdict):
        raise CatalogueError("The catalogue at /secret/path is damaged.")

    assistant.flag_answer = broken
    assert keep_flag(assistant, {"answer": given, "verdict": "good"}) == "failed"
    assert "CatalogueError" in caplog.text
    assert "/secret/path" not in caplog.text
