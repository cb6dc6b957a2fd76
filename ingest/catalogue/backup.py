"""Copies of a catalogue: made while it is in use, checked, and put in its place."""

import hashlib
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.catalogue.bookkeeping import forget_changes
from ingest.catalogue.checks import find_changed
from ingest.catalogue.connections import connect
from ingest.catalogue.disk import require_space
from ingest.catalogue.faults import damaged, translated
from ingest.catalogue.mark import CatalogueMark, MarkFile
from ingest.catalogue.meta import read_meta, write_meta
from ingest.catalogue.opening import bring_up_to_date, read_version
from ingest.catalogue.ownership import own_folder
from ingest.catalogue.rows import document_rows
from ingest.catalogue.schema import CHECKED_FROM, FILE_NAME, beside, sync_file, sync_folder
from ingest.errors import CatalogueDamagedError, CatalogueError


@dataclass(frozen=True, slots=True)
class Copied:
    """How many documents a copy holds, and how large its file is."""

    documents: int
    size: int


def back_up(folder: Path, target: Path) -> Copied:
    """Copy the catalogue of a folder to a file, as it is at one moment; another process may be writing to it.

    Raises:
        CatalogueError: there is no catalogue, the file is there already, or it cannot be written.
        CatalogueDamagedError: what was copied is not whole.
    """
    path = folder / FILE_NAME
    if not path.exists():
        raise CatalogueError(f"There is no catalogue in {folder}.")
    if target.exists():
        raise CatalogueError(f"{target} is there already. Choose another name, or move it away.")
    aside = beside(target, ".part")
    try:
        require_space(target.parent, path.stat().st_size)
        aside.unlink(missing_ok=True)
        aside.touch(mode=0o600)
        with translated(path), closing(connect(path, mode="rw")) as connection:
            connection.execute("VACUUM INTO ?", (str(aside),))
        sync_file(aside)
        documents = check_copy(aside)
        aside.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise CatalogueError(f"{target} cannot be written ({error.strerror}).") from error
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
    return Copied(documents, target.stat().st_size)


def restore(folder: Path, source: Path) -> Copied:
    """Put a backup in the place of the catalogue of a folder, which no process may be using.

    Nothing is changed before the backup has been copied and found whole.

    Raises:
        CatalogueInUseError: another process owns the folder.
        CatalogueError: the backup is missing, cannot be read, or is not whole.
    """
    if not source.is_file():
        raise CatalogueError(f"There is no file {source}.")
    lock = own_folder(folder)
    try:
        new = beside(folder / FILE_NAME, ".new")
        require_space(folder, source.stat().st_size)
        shutil.copyfile(source, new)
        try:
            documents = check_copy(new)
        except CatalogueDamagedError as error:
            new.unlink()
            raise CatalogueError(f"{source} cannot be put in place: {error} Nothing was changed.") from error
        put_in_place(folder, new)
    except OSError as error:
        raise CatalogueError(f"{source} cannot be put in place ({error.strerror}).") from error
    finally:
        lock.release()
    return Copied(documents, source.stat().st_size)


def check_copy(path: Path) -> int:
    """Read all of a catalogue file that nobody writes to, and return how many documents it holds.

    Raises:
        CatalogueDamagedError: it is no catalogue, or not whole.
        CatalogueError: another version of Quoth made it.
    """
    with translated(path), closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as connection:
        version = read_version(connection, path)
        problem = connection.execute("PRAGMA integrity_check (1)").fetchone()[0]
        if problem != "ok":
            raise damaged(path, problem)
        for title, text, text_sha256 in connection.execute("SELECT title, text, text_sha256 FROM documents"):
            if hashlib.sha256(text).hexdigest() != text_sha256:
                raise damaged(path, f"the text of “{title}” is not what was stored")
        rows = document_rows(connection, None)
        if version >= CHECKED_FROM and (changed := next(find_changed(connection, rows), None)):
            raise damaged(path, f"{' and '.join(changed.parts)} of “{changed.title}” are not what was written")
    return len(rows)


def put_in_place(folder: Path, new: Path, *, keep_old: bool = False) -> Path:
    """Put a catalogue file that is whole in the place of the one in a folder; the caller owns the folder.

    Killed on the way, it leaves a folder whose opening is refused until a backup is restored. Returns the path of the
    old file, which is deleted unless it is kept.
    """
    path, mark = folder / FILE_NAME, MarkFile(folder)
    noted = mark.read()
    with translated(new), closing(connect(new, mode="rw")) as connection:
        bring_up_to_date(connection)
        # The numbers of changes go on from those that were here: an index may know these.
        sequence = max(read_meta(connection, "sequence"), noted.sequence if noted else 0) + 1
        connection.execute("BEGIN IMMEDIATE")
        write_meta(connection, "sequence", sequence)
        forget_changes(connection, sequence=sequence)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")
        replaced = CatalogueMark.of(connection)
    sync_file(new)
    # An old log beside a new file would be taken for the log of that.
    old = path.with_name("catalogue.replaced.sqlite3")
    for name in ("", "-wal", "-shm"):
        if beside(path, name).exists():
            beside(path, name).rename(beside(old, name))
    mark.replace(replaced)
    new.rename(path)
    sync_folder(folder)
    for name in () if keep_old else ("", "-wal", "-shm"):
        beside(old, name).unlink(missing_ok=True)
    return old
