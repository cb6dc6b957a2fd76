"""Questions go before the batches of an ingest, and an ingest goes on all the same."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from retriever import courtesy
from retriever.courtesy import COURTESY, Courtesy, lower_priority
from tests.attacks.mounted import word_counting_assistant


def test_an_ingest_waits_until_no_question_is_worked_on(monkeypatch):
    monkeypatch.setattr(courtesy, "MAX_WAIT_SECONDS", 30.0)
    questions = Courtesy()
    with ThreadPoolExecutor() as pool:
        with questions.answering(), questions.answering():
            waiting = pool.submit(questions.give_way)
            with questions.answering():
                pass
            with pytest.raises(TimeoutError):
                waiting.result(0.05)
        waiting.result(10)
    questions.give_way()


def test_an_ingest_goes_on_in_the_end(monkeypatch):
    monkeypatch.setattr(courtesy, "MAX_WAIT_SECONDS", 0.01)
    questions = Courtesy()
    with questions.answering():
        questions.give_way()


@pytest.fixture
def assistant(tmp_path):
    with word_counting_assistant(tmp_path / "home") as assistant:
        yield assistant


def test_a_question_is_worked_on_step_by_step_and_not_while_nobody_takes_the_next(assistant, monkeypatch):
    seen = []
    search = assistant.dense_index.rank

    def rank(*given, **choices):
        seen.append(COURTESY._questions)
        return search(*given, **choices)

    monkeypatch.setattr(assistant.dense_index, "rank", rank)
    events = assistant.stream_answer("Wanneer werd het staatsverdrag getekend?")
    for _ in events:
        assert COURTESY._questions == 0
    assistant.search("staatsverdrag")
    assert len(seen) >= 2
    assert min(seen) >= 1


@pytest.mark.skipif(not hasattr(os, "setpriority"), reason="threads have no priorities here")
def test_a_thread_of_lower_priority_lowers_no_other():
    def nice():
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def lowered():
        lower_priority()
        return nice()

    before = nice()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lowered).result() >= courtesy.LOW_PRIORITY
    assert nice() == before
