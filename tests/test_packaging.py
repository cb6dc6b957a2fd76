"""What is installed: every package and file that Quoth needs, and nothing that only its developers do."""

import ast
import shutil
import subprocess
import sys
import tomllib
import zipfile
from configparser import ConfigParser
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PROJECT = Path(__file__).resolve().parent.parent
PACKAGES = "ingest", "retriever", "api", "ui", "evals"
DATA = (
    "ingest/samples",
    "retriever/evidence_model/weights",
    "evals/cases",
    "evals/report/assets",
    "evals/systems/prompts",
    "ui/assets",
    "api/assets",
)
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build a wheel from a copy of the project: setuptools leaves folders behind where it builds."""
    try:
        enough = Version(version("setuptools")) >= Version("77")
    except PackageNotFoundError:
        enough = False
    if not enough:
        pytest.skip("no wheel is built: that takes setuptools 77 or later in this environment, and nothing is fetched")
    copy = tmp_path_factory.mktemp("project")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, copy)
    for name in (*PACKAGES, "tests"):
        shutil.copytree(PROJECT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "results"))
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-index", "--no-build-isolation", "--no-deps"]
    options = ["--disable-pip-version-check", "--quiet", "--wheel-dir", str(out), str(copy)]
    done = subprocess.run(command + options, capture_output=True, text=True, cwd=copy)
    assert done.returncode == 0, done.stderr
    (path,) = out.glob("*.whl")
    with zipfile.ZipFile(path) as file:
        yield file


def files_below(folder, pattern="*"):
    return {
        path.relative_to(PROJECT).as_posix()
        for path in (PROJECT / folder).rglob(pattern)
        if path.is_file() and "__pycache__" not in path.parts
    }


def metadata_file(wheel, name):
    (path,) = (path for path in wheel.namelist() if path.endswith(f".dist-info/{name}"))
    return wheel.read(path).decode()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_is_in_the_wheel(wheel, package):
    assert files_below(package, "*.py") - set(wheel.namelist()) == set()


@pytest.mark.parametrize("folder", DATA)
def test_every_file_that_quoth_reads_is_in_the_wheel(wheel, folder):
    wanted = files_below(folder, "samples*.jsonl" if folder == "evals/cases" else "*")
    assert wanted
    assert wanted - set(wheel.namelist()) == set()


def test_questions_about_texts_that_are_not_in_the_wheel_are_not_either(wheel):
    assert not [name for name in wheel.namelist() if name.startswith("evals/cases/real")]


def test_nothing_but_the_packages_is_in_the_wheel(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)
    assert not [name for name in wheel.namelist() if "test" in Path(name).name.lower() or "__pycache__" in name]


def test_the_wheel_has_its_command_and_its_licence(wheel):
    entries = ConfigParser()
    entries.read_string(metadata_file(wheel, "entry_points.txt"))
    assert dict(entries["console_scripts"]) == {"quoth": "ui.cli:main"}
    assert metadata_file(wheel, "licenses/LICENSE") == (PROJECT / "LICENSE").read_text(encoding="utf-8")
    assert "License-Expression: MIT" in metadata_file(wheel, "METADATA")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_folder_with_modules_is_a_package(package):
    """Setuptools passes over a folder without an `__init__.py`."""
    folders = {path.parent for path in (PROJECT / package).rglob("*.py")}
    assert not [folder for folder in folders if not (folder / "__init__.py").exists()]


def modules_imported():
    for path in (path for package in PACKAGES for path in (PROJECT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.split(".")[0]


def test_every_package_that_is_imported_is_asked_for():
    extras = PYPROJECT["project"]["optional-dependencies"]
    usable = [text for name, texts in extras.items() if name != "dev" for text in texts]
    asked = {canonicalize_name(Requirement(text).name) for text in PYPROJECT["project"]["dependencies"] + usable}
    provided = packages_distributions()
    foreign = set(modules_imported()) - set(PACKAGES) - set(sys.stdlib_module_names)
    missing = {name for name in foreign if asked.isdisjoint(map(canonicalize_name, provided.get(name, [name])))}
    assert missing == set()
