"""Who may import whom, and that the command line starts without the heavy libraries."""

import ast
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.version import Version

PROJECT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "ingest": {"ingest"},
    "retriever": {"ingest", "retriever"},
    "api": {"ingest", "retriever", "api"},
    "ui": {"ingest", "retriever", "api", "ui"},
    # api: pointers are resolved the way a client does it; ui: a report is a page, too
    "evals": {"ingest", "retriever", "api", "ui", "evals"},
}
OWN = {*MAY_IMPORT, "tests"}
ONLY_IN = {
    "chromadb": {"retriever/index/chroma_client.py", "retriever/langchain_adapter.py"},
    "sqlite3": {"ingest", "retriever/index/store_checks.py"},
    "gradio": {"ui"},
    "torch": {
        "retriever/embedding/model_loading.py",
        "retriever/embedding/model_folder.py",
        "retriever/embedding/bert.py",
        "retriever/embedding/hub_model.py",
        "retriever/embedding/shipped_model.py",
        "retriever/evidence_model/checkpoints.py",
        "retriever/evidence_model/loading.py",
        "retriever/evidence_model/network.py",
        "retriever/evidence_model/pair_scoring.py",
        "retriever/evidence_model/selector_loading.py",
        "retriever/evidence_model/selector_network.py",
        "evals/blending/fitting.py",
        "evals/training/checkpoints.py",
        "evals/training/encoder.py",
        "evals/training/export.py",
        "evals/training/learning.py",
        "evals/training/learning_weights.py",
        "evals/training/run.py",
        "evals/selection/learner.py",
        "evals/selection/loss.py",
        "evals/selection/run.py",
    },
    "sentence_transformers": {"retriever/embedding/model_loading.py"},
    "langchain_core": {"retriever/langchain_adapter.py", "retriever/language_model/remote.py"},
    "langchain_chroma": {"retriever/langchain_adapter.py", "evals/benchmark/stacks.py"},
    "langchain": {"retriever/language_model/loading.py"},
    "langsmith": {"retriever/language_model/remote.py"},
    "xllamacpp": {"retriever/language_model/local.py"},
}


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


FILES = sorted(path for package in MAY_IMPORT for path in (PROJECT / package).rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_a_module_imports_only_what_lies_below_it(path):
    name = path.relative_to(PROJECT).as_posix()
    package = name.split("/")[0]
    for module in imports_of(path):
        top = module.split(".")[0]
        assert top not in OWN or top in MAY_IMPORT[package], f"{name} imports {module}"
        places = ONLY_IN.get(top)
        assert places is None or package in places or name in places, f"{name} imports {module}"


def test_no_file_is_longer_than_250_lines():
    long = {path.name: lines for path in FILES if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 250}
    assert not long


def test_the_command_line_starts_without_heavy_libraries():
    heavy = "torch", "gradio", "chromadb", "sentence_transformers", "langchain_core", "fastapi", "numpy", "pydantic"
    command = f"import sys, ui.cli; print([name for name in {heavy!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("package", "lowest"),
    [
        ("chromadb", "1.5.9"),
        ("gradio", "6.25"),
        ("fastapi", "0.150"),
        ("starlette", "1.0.1"),
        ("python-multipart", "0.0.30"),
        ("torch", "2.13"),
        ("transformers", "5"),
        ("huggingface-hub", "1.16"),
        ("sentence-transformers", "6.2"),
        ("pydantic", "2.13"),
        ("langchain-core", "1.7"),
    ],
)
def test_no_package_was_moved_backwards(package, lowest):
    """Pip lowers versions without a word when another package asks for it."""
    assert Version(version(package)) >= Version(lowest)
