import re
from pathlib import Path

import pytest
from typer.main import get_command

from retriever.settings import Settings
from ui.cli import app

PROJECT = Path(__file__).resolve().parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")


def test_every_command_in_the_readme_exists_and_every_command_is_in_it():
    named = {word for word in re.findall(r"\bquoth ([a-z]+(?:-[a-z]+)?)\b", README) if word != "evals"} | {"evals"}
    assert named == set(get_command(app).commands)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_readme(name):
    assert f"`QUOTH_{name.upper()}`" in README


def test_every_make_target_in_the_readme_exists():
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\bmake ([a-z-]+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_file_in_the_tree_exists():
    tree = README[README.index("ingest/      a file") : README.index("## Known limits")]
    folder = None
    for line in tree.splitlines():
        if match := re.match(r"(\w+)/ ", line):
            folder = PROJECT / match.group(1)
            assert folder.is_dir()
        for name in re.findall(r"\b(\w+\.py)\b", line):
            assert (folder / name).is_file(), name
