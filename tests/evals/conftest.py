from functools import partial

import pytest
from typer.testing import CliRunner

from evals import __main__ as command
from evals import opening
from evals.bench import Bench
from evals.commands import controls as command_controls
from evals.commands import run as command_run
from evals.sets import QuestionSet
from retriever.evidence_model.evidence_models import EvidenceModels
from retriever.index.dense_index import DenseIndex
from tests.evals.tiny_set import CONTROLS, write_tiny_set
from tests.fakes import WordCountEmbedder


@pytest.fixture(autouse=True)
def no_chroma(monkeypatch, request):
    """Search exactly: a Chroma store a run takes seconds to build; tests marked `real` have one."""
    if request.node.get_closest_marker("real") is None:
        monkeypatch.setattr(opening, "DenseIndex", partial(DenseIndex, exact_only=True))


@pytest.fixture
def cases(tmp_path):
    return write_tiny_set(tmp_path)[0]


@pytest.fixture
def evals(monkeypatch, tmp_path, cases):
    """Run a command with its saved runs and its baseline in a folder of the test."""
    own = (QuestionSet("tiny", cases, tmp_path / "texts"),)
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr(command_run, "load_embedder", lambda *_, **__: WordCountEmbedder())
    monkeypatch.setattr(command_run, "Bench", partial(Bench, own_sets=own))
    monkeypatch.setattr(command_run, "load_evidence_models", lambda _settings: EvidenceModels())
    for module in (command_run, command_controls):
        monkeypatch.setattr(module, "planted_controls", lambda _models: CONTROLS)
    monkeypatch.setattr(command_run, "OWN_SETS", own)
    monkeypatch.setattr(command_run, "SET_NAMES", ("tiny",))
    monkeypatch.setattr(command_run, "QUICK_SETS", ("tiny",))
    monkeypatch.setattr(command_run, "SCORED_SETS", ("tiny",))
    monkeypatch.setattr(command_run, "BASELINE", tmp_path / "baseline.json")
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(command.app, list(arguments))


@pytest.fixture
def results(tmp_path):
    return tmp_path / "evals" / "results"
