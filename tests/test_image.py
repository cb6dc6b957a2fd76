"""The container image, as far as it can be told without building one: what it copies, runs and sets is there."""

import json
import re
from pathlib import Path

import yaml

from retriever.settings import Settings
from tests.test_imports import MAY_IMPORT

PROJECT = Path(__file__).resolve().parent.parent
DOCKERFILE = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def test_every_package_and_all_that_the_build_reads_is_copied_and_sent():
    copied = {name for line in re.findall(r"^COPY (?!--)(.*) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()}
    assert copied == {*MAY_IMPORT, "pyproject.toml", "README.md", "LICENSE"}
    assert {f"!{name}" for name in copied} <= set(IGNORED)
    assert all((PROJECT / name).exists() for name in copied)


def test_it_runs_as_someone_who_is_not_root_and_looks_after_its_health():
    assert (
        DOCKERFILE.index("USER quoth") < DOCKERFILE.index("RUN python -c") < DOCKERFILE.index('CMD ["quoth", "serve"]')
    )
    (check,) = re.findall(r"^HEALTHCHECK .* CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    compile(json.loads(check)[-1], "healthcheck", "exec")
    (unpack,) = re.findall(r'^RUN python -c "(.*)"$', DOCKERFILE, re.MULTILINE)
    compile(unpack, "unpack", "exec")


def test_compose_wants_a_key_listens_on_this_machine_and_sets_settings_that_exist():
    service = yaml.safe_load((PROJECT / "compose.yaml").read_text(encoding="utf-8"))["services"]["quoth"]
    named = {*service["environment"], *re.findall(r"\b(QUOTH_\w+)=", DOCKERFILE)}
    assert {name.removeprefix("QUOTH_").lower() for name in named} <= Settings.model_fields.keys()
    assert service["environment"]["QUOTH_API_KEY"].startswith("${QUOTH_API_KEY:?")
    assert service["ports"] == ["127.0.0.1:8000:8000"]
