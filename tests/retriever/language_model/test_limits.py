import itertools
import threading

import pytest

from ingest.errors import LanguageModelError, LanguageModelTooSlowError
from retriever.language_model import limits
from retriever.language_model.limits import PIECES_AHEAD, Patience, limited
from retriever.language_model.types import PromptMessage, Usage, Writing
from tests.fakes import ScriptedLanguageModel

LONG = 120.0
SHORT = 0.05
PATIENT = Patience(LONG, LONG, LONG)


class StalledPieces:
    """Gives some pieces, then waits until it is closed."""

    def __init__(self, *pieces):
        self.pieces = iter(pieces)
        self.closed = threading.Event()

    def __iter__(self):
        return self

    def __next__(self):
        for piece in self.pieces:
            return piece
        assert self.closed.wait(LONG)
        raise StopIteration

    def close(self):
        self.closed.set()


def with_limits(pieces, *, first=LONG, gap=LONG, total=LONG):
    return limited(Writing(pieces), Patience(first, gap, total))


def wait_until_no_reply_is_taken():
    for thread in threading.enumerate():
        if thread.name == "language-model-reply":
            thread.join(LONG)
            assert not thread.is_alive()


def test_a_reply_within_the_limits_comes_whole_with_its_usage():
    writing = ScriptedLanguageModel(["Op 28 oktober."]).write([PromptMessage("user", "Wanneer?")], max_tokens=9)
    timed = limited(writing, PATIENT)
    assert "".join(timed.pieces) == "Op 28 oktober."
    assert timed.usage == Usage(tokens_in=1, tokens_out=4)


def test_a_model_that_does_not_begin_is_too_slow_and_is_stopped():
    stalled = StalledPieces()
    with pytest.raises(LanguageModelTooSlowError, match=r"not begun to write after 0\.05 seconds"):
        next(with_limits(stalled, first=SHORT).pieces)
    assert stalled.closed.is_set()


def test_a_model_that_stops_in_the_middle_is_too_slow_and_is_stopped():
    stalled = StalledPieces("Op ")
    pieces = with_limits(stalled, gap=SHORT).pieces
    assert next(pieces) == "Op "
    with pytest.raises(LanguageModelTooSlowError, match=r"nothing more for 0\.05 seconds"):
        next(pieces)
    assert stalled.closed.is_set()


def test_a_model_that_never_ends_is_too_slow():
    with pytest.raises(LanguageModelTooSlowError, match=r"not finish within 0\.05 seconds"):
        for _ in with_limits(itertools.repeat("and on "), total=SHORT).pieces:
            pass
    wait_until_no_reply_is_taken()


def test_waiting_ends_with_the_total_where_that_comes_first():
    with pytest.raises(LanguageModelTooSlowError, match=r"not finish within 0\.05 seconds"):
        next(with_limits(StalledPieces(), total=SHORT).pieces)


def test_the_reader_may_be_slow(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr("retriever.language_model.limits.monotonic", lambda: clock[0])
    written = threading.Event()

    def pieces():
        yield "Op "
        yield "28 oktober."
        written.set()

    timed = with_limits(pieces()).pieces
    assert next(timed) == "Op "
    assert written.wait(LONG)
    wait_until_no_reply_is_taken()
    clock[0] = 2 * LONG
    assert list(timed) == ["28 oktober."]


def test_an_error_of_the_model_comes_at_its_place():
    writing = ScriptedLanguageModel([["Op ", LanguageModelError("gone")]]).write([], max_tokens=9)
    pieces = limited(writing, PATIENT).pieces
    assert next(pieces) == "Op "
    with pytest.raises(LanguageModelError, match=r"gone"):
        next(pieces)
    with pytest.raises(StopIteration):
        next(pieces)


def test_an_empty_piece_comes_while_nothing_else_does_so_that_the_reader_can_stop(monkeypatch):
    monkeypatch.setattr(limits, "BEAT_SECONDS", SHORT)
    stalled = StalledPieces("Op ")
    writing = with_limits(stalled)
    assert list(itertools.islice(writing.pieces, 4)) == ["Op ", "", "", ""]
    writing.close()
    assert stalled.closed.wait(LONG)


def test_a_sign_of_life_is_no_piece_so_the_limits_hold(monkeypatch):
    monkeypatch.setattr(limits, "BEAT_SECONDS", SHORT)
    pieces = with_limits(StalledPieces("Op "), gap=4 * SHORT).pieces
    assert next(pieces) == "Op "
    beats = []
    with pytest.raises(LanguageModelTooSlowError, match="wrote nothing more for"):
        beats.extend(pieces)
    assert set(beats) <= {""}


def test_closing_stops_the_model():
    model = ScriptedLanguageModel([["a"] * (10 * PIECES_AHEAD)])
    writing = limited(model.write([], max_tokens=9), PATIENT)
    assert next(writing.pieces) == "a"
    writing.close()
    wait_until_no_reply_is_taken()
    assert model.stopped == 1
    assert list(writing.pieces) == []


def test_closing_before_the_first_piece_asks_nothing_of_the_model():
    def pieces():
        raise AssertionError("the model was asked")
        yield

    writing = with_limits(pieces())
    writing.close()
    assert list(writing.pieces) == []


def test_closing_from_another_thread_ends_the_wait():
    writing = with_limits(StalledPieces())
    threading.Timer(SHORT, writing.close).start()
    assert list(writing.pieces) == []


def test_a_generator_that_hangs_is_closed_as_soon_as_it_comes_back():
    go_on, closed = threading.Event(), threading.Event()

    def pieces():
        try:
            assert go_on.wait(LONG)
            yield "too late"
        finally:
            closed.set()

    with pytest.raises(LanguageModelTooSlowError):
        next(with_limits(pieces(), first=SHORT).pieces)
    assert not closed.is_set()
    go_on.set()
    assert closed.wait(LONG)


def test_a_model_runs_only_so_far_ahead_of_its_reader():
    given = itertools.count()
    pieces = with_limits(str(next(given)) for _ in itertools.repeat(None)).pieces
    assert next(pieces) == "0"
    waited = threading.Event()
    waited.wait(SHORT)
    assert next(given) <= PIECES_AHEAD + 3
    pieces.close()
