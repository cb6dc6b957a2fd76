"""What the documentation shows is run, as it stands there, against a server with a text."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from api.app import create_app
from tests.api.conftest import AUSTRIA
from tests.ui.visiting import served

PROJECT = Path(__file__).resolve().parents[2]
PAGES = {path.name: path.read_text(encoding="utf-8") for path in (PROJECT / "README.md", PROJECT / "docs" / "api.md")}
SERVER = "http://127.0.0.1:8000"
CURL = re.compile(r"^\$ (curl (?:.*\\\n)*.*)$", re.MULTILINE)
PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)
CURLS = [(name, each.replace("\\\n", " ")) for name, page in PAGES.items() for each in CURL.findall(page)]
PYTHONS = [(name, each) for name, page in PAGES.items() for each in PYTHON.findall(page) if SERVER in each]
TEXT = "How many people died in Poznan is known: 57 people died in Poznan.\nThe workers of Poznan strike in June.\n"


@pytest.fixture
def origin(assistant):
    assistant.add_bytes("Poznan 1956.txt", TEXT.encode())
    with served(create_app(assistant)) as origin:
        yield origin


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
@pytest.mark.parametrize(("page", "command"), CURLS)
def test_a_curl_command_gives_what_the_api_gives(origin, tmp_path, page, command):
    (tmp_path / "chapter.txt").write_text(AUSTRIA)
    run = subprocess.run(
        command.replace("curl ", "curl --silent --fail-with-body ", 1).replace(SERVER, origin),
        shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout
    assert json.loads(run.stdout)


@pytest.mark.parametrize(("page", "code"), PYTHONS)
def test_a_program_in_python_prints_an_answer(origin, page, code):
    run = subprocess.run(
        [sys.executable, "-c", code.replace(SERVER, origin)], capture_output=True, text=True, timeout=60, cwd=PROJECT
    )
    assert run.returncode == 0, run.stderr
    assert "Poznan" in run.stdout


def test_both_pages_show_commands_and_one_a_program():
    assert {page for page, _ in CURLS} == PAGES.keys()
    assert len(PYTHONS) >= 2
