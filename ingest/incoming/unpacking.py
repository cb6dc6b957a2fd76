"""Archives among the files of an ingest are taken apart, one at a time."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import EmptyFileError, QuothError
from ingest.incoming.folders import resolved
from ingest.readers import RawFile, read_file
from ingest.readers.formats import holds_files
from ingest.splitting.process import SplittingProcess

Files = list[Path | RawFile]


@dataclass(frozen=True, slots=True)
class NotUnpacked:
    """An archive that could not be taken apart, and why."""

    path: Path
    error: QuothError


def unpacked(files: Sequence[Path | RawFile], *, max_bytes: int) -> Iterator[Files | NotUnpacked]:
    """Yield the files in their order: those between archives together, and those in an archive together.

    Another process takes an archive apart, and only when the files before it are done with. An upload stays whole.
    """
    together: Files = []
    for file in files:
        if isinstance(file, RawFile) or not holds_files(file.name):
            together.append(file)
            continue
        if together:
            yield together
        together = []
        try:
            yield _in_archive(file, max_bytes)
        except QuothError as error:
            yield NotUnpacked(file, error)
    if together:
        yield together


def _in_archive(path: Path, max_bytes: int) -> Files:
    with closing(SplittingProcess()) as process:
        raw = read_file(resolved(path), max_bytes=max_bytes)
        files: Files = [*process.files_in(raw, max_bytes=max_bytes)]
    if not files:
        raise EmptyFileError(f"{raw.name}: it holds no file of a kind that Quoth reads.")
    return files
