"""The program of the process that reads and splits files: pickled files come in, split documents go out."""

import os
import pickle
import resource
import sys
from typing import BinaryIO

MOST_MEMORY_BYTES = 2_000_000_000


def main() -> None:
    """Answer every file on standard input with its split document, or with the error, on standard output."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not print between two answers
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    serve(sys.stdin.buffer, answers)


def serve(files: BinaryIO, answers: BinaryIO) -> None:
    """Answer until there are no more files."""
    from ingest.errors import QuothError, ReadError
    from ingest.readers import document_from
    from ingest.splitting.split import split_into_passages

    while True:
        try:
            file, max_bytes = pickle.load(files)
        except EOFError:
            return
        try:
            answer = split_into_passages(document_from(file, max_bytes=max_bytes))
        except QuothError as error:
            answer = error
        except MemoryError:
            answer = ReadError(f"{file.name}: reading it takes more memory than a file is given. Add it in parts.")
        pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    main()
