import pytest

from evals.opening import open_assistant
from evals.reading_speed import (
    AS_AT_WORK,
    PASSAGES,
    TOKENS,
    CountingReader,
    cut_passages,
    time_full_passages,
    time_questions,
)
from evals.sets import SAMPLES
from ingest.types import Span
from retriever.evidence_model.evidence_models import EvidenceModels
from retriever.evidence_model.types import FoundSpan, PassageReading
from tests.fakes import WordCountEmbedder


class FirstWordReader:
    """Finds the first letter of every sentence, and says so with little conviction."""

    name = "first letter"

    def __init__(self):
        self.questions = []

    def find_spans(self, question, passages):
        self.questions.append(question)
        spans = [
            tuple(FoundSpan(Span(one.start, one.start + 1), -3.0) for one in passage.sentences) for passage in passages
        ]
        return [PassageReading(found, 0.0) for found in spans]


def count_words(text):
    return len(text.split())


def test_passages_are_cut_as_long_as_said_also_from_a_short_text():
    passages = cut_passages("een twee drie " * 50, count_words)
    assert len(passages) == PASSAGES
    assert {count_words(passage.text) for passage in passages} == {TOKENS}
    assert all(passage.sentences == (Span(0, len(passage.text)),) for passage in passages)


def test_every_way_is_timed_in_every_round():
    readers = {"one": FirstWordReader(), "other": FirstWordReader()}
    times = time_full_passages(readers, "een twee drie", "Wat?", count_words, rounds=3)
    assert [(time.way, time.passages) for time in times] == [("one", PASSAGES), ("other", PASSAGES)]
    assert all(time.milliseconds > 0 for time in times)
    assert [len(reader.questions) for reader in readers.values()] == [3, 3]


def test_the_reader_that_reads_the_likeliest_alone_is_timed_beside_the_one_that_reads_all():
    counting = CountingReader(FirstWordReader())
    models = EvidenceModels(counting)
    with open_assistant(SAMPLES, WordCountEmbedder(), max_file_bytes=1_000_000, models=models) as assistant:
        questions = ["Wie werd afgezet?", "Hoeveel doden vielen er?", "When was the treaty signed?"]
        whole, at_work = time_questions({"all": FirstWordReader()}, assistant, counting, questions)
    assert (whole.way, whole.passages) == ("all", PASSAGES)
    assert at_work.way == AS_AT_WORK
    assert 0 < at_work.passages <= PASSAGES


@pytest.mark.real
@pytest.mark.slow
def test_the_command_times_the_shipped_reader(model_cache, monkeypatch):
    from typer.testing import CliRunner

    from evals.__main__ import app

    monkeypatch.setenv("QUOTH_HOME", str(model_cache))
    run = CliRunner().invoke(app, ["speed", "--questions", "2"])
    assert run.exit_code == 0, run.output
    assert "float32" in run.output
    assert AS_AT_WORK.split()[-1] in run.output
