"""SQLite's errors in plain words, and which of them say that a file cannot be trusted."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.catalogue.disk import disk_of
from ingest.errors import CatalogueDamagedError, CatalogueError, DiskFullError, ReadOnlyError


def damaged(path: Path, what: str) -> CatalogueDamagedError:
    """Return the error for a file that cannot be trusted, with the way out."""
    return CatalogueDamagedError(
        f"The catalogue {path} is damaged: {what}. Put a backup in its place with `quoth restore`, let "
        "`quoth doctor --repair` go on with what it holds, or move it away together with the files beside it whose "
        f"names begin with {path.stem}, and add your files again."
    )


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Tell whether an error says that a file, or a table in it, is not what it should be."""
    name = _name_of(error)
    # Without a name of SQLite's: a column that is no UTF-8, or no list where there should be one.
    unreadable = not name and isinstance(error, (sqlite3.OperationalError, sqlite3.DataError))
    return unreadable or name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT"))


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise SQLite's errors as errors of the catalogue that say what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _in_plain_words(error, path) from error
    except UnicodeDecodeError as error:
        # SQLite quotes what it cannot read, a flipped byte in the schema say, in its messages
        raise damaged(path, "words in it are no text") from error
    except UnicodeEncodeError as error:
        raise CatalogueError(f"{error.object!r} cannot be stored or looked up: it holds half a character.") from error


def _in_plain_words(error: sqlite3.DatabaseError, path: Path) -> CatalogueError:
    name = _name_of(error)
    if is_damage(error):
        return damaged(path, str(error))
    if name.startswith("SQLITE_FULL"):
        return DiskFullError(
            f"The disk at {disk_of(path.parent)}, which holds Quoth's data, is full; nothing was changed. Free some "
            "space and try again."
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return ReadOnlyError(
            f"The catalogue {path} cannot be written ({error}); nothing was changed. Check its rights."
        )
    if name.startswith("SQLITE_IOERR"):
        return CatalogueError(f"The disk failed on {path} ({name}); nothing was changed. Check the disk and try again.")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return CatalogueError(f"Another program holds {path} locked; nothing was changed. Close it and try again.")
    return CatalogueError(f"The catalogue {path} failed: {error} ({name or type(error).__name__}).")


def _name_of(error: sqlite3.DatabaseError) -> str:
    return getattr(error, "sqlite_errorname", None) or ""
