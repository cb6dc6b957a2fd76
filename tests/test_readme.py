import re
from pathlib import Path

import pytest
from typer.main import get_command

from evals.__main__ import app as evals
from retriever.settings import Settings
from ui.cli import app

PROJECT = Path(__file__).resolve().parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")
DOCS = {path.name: path.read_text(encoding="utf-8") for path in (PROJECT / "docs").glob("*.md")}


def test_every_command_in_the_readme_exists_and_every_command_is_in_it():
    named = {word for word in re.findall(r"\bquoth ([a-z]+(?:-[a-z]+)?)\b", README) if word != "evals"} | {"evals"}
    assert named == set(get_command(app).commands)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name):
    assert f"`QUOTH_{name.upper()}`" in DOCS["settings.md"]


def test_every_command_of_the_evals_is_documented():
    for name, command in get_command(evals).commands.items():
        if command.hidden:  # a name it had before
            continue
        assert f"`quoth evals {name}" in DOCS["evals.md"], name


def test_every_page_that_the_readme_names_exists():
    assert set(re.findall(r"\(docs/([a-z-]+\.md)\)", README)) == set(DOCS)


def test_every_make_target_in_the_readme_exists():
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\bmake ([a-z-]+)", "\n".join((README, *DOCS.values()))):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


TREE = README[README.index("ingest/      ") : README.index("MIT licence")]


def folders_in_tree():
    """Yield each line of the tree with the folder that the names in it are in, and the folder that it names."""
    top = None
    for line in TREE.splitlines():
        if match := re.match(r"( *)(\w+)/ ", line):
            parent = top if match.group(1) else PROJECT
            named = parent / match.group(2)
            top = named if parent is PROJECT else top
            yield line, top, named
        else:
            yield line, top, None


def test_every_file_and_folder_in_the_tree_exists():
    for line, top, named in folders_in_tree():
        assert named is None or named.is_dir(), line
        for name in re.findall(r"\b(\w+\.py)\b", line):
            assert (top / name).is_file(), line


def test_every_package_is_in_the_tree():
    named = {folder for _, _, folder in folders_in_tree()}
    packages = {
        file.parent
        for top in ("ingest", "retriever", "api", "ui", "evals")
        for file in (PROJECT / top).rglob("__init__.py")
    }
    assert packages <= named
