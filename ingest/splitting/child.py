"""The program of the process that reads and splits files: pickled files come in, split documents go out."""

import os
import pickle
import sys
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from ingest.readers import RawFile
    from ingest.types import SplitDocument

LOW_PRIORITY = 5
LENGTH_BYTES = 8
"""Before each answer stands how long it is."""
SPLIT, FILES_IN = "split", "files in"
"""What is asked: to read and split a file, or to take it apart."""
PAGE_READ = "page"
"""Sent while a long file is read, so that it is not taken for one that hangs."""


def main() -> None:
    """Answer every file on standard input with its split document, or with the error, on standard output."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not print between two answers
    from ingest.splitting.confinement import confine
    from ingest.words.language import detect_language

    detect_language("It is loaded by way of a temporary file, which is allowed no more after this.")
    confine()
    os.nice(LOW_PRIORITY)
    serve(sys.stdin.buffer, answers)


def serve(files: BinaryIO, answers: BinaryIO) -> None:
    """Answer until there are no more files."""
    from ingest.readers.progress import tell_pages

    tell_pages(lambda: _send(PAGE_READ, answers))
    while True:
        try:
            task, file, limits = pickle.load(files)
        except EOFError:
            return
        _send(_answer(task, file, limits), answers)


def _answer(task: str, file: "RawFile", limits: dict[str, int]) -> "SplitDocument | list[RawFile] | Exception":
    """Return what became of a file; whatever a library raises for a file that is damaged is the file's fault."""
    from ingest.errors import QuothError, ReadError
    from ingest.readers import document_from
    from ingest.readers.archives import files_in
    from ingest.splitting.split import split_into_passages

    try:
        if task == FILES_IN:
            return files_in(file, **limits)
        return split_into_passages(document_from(file, **limits))
    except QuothError as error:
        return error
    except MemoryError:
        return ReadError(f"{file.name}: reading it takes more memory than a file is given. Add it in parts.")
    except RecursionError:
        return ReadError(f"{file.name}: it is nested too deep to be read. Save it anew and add it again.")
    except Exception as error:  # noqa: BLE001 - it comes from a library, and its words may repeat the text
        return ReadError(f"{file.name}: the file is damaged, or no reader knows its form ({type(error).__name__}).")


def _send(answer: object, answers: BinaryIO) -> None:
    pickled = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    answers.write(len(pickled).to_bytes(LENGTH_BYTES, "big"))
    answers.write(pickled)
    answers.flush()


if __name__ == "__main__":
    main()
