"""Thousands of random changes: nothing is lost, every search is right, removed words are gone, the file stays small."""

import logging
import random
import re
import sqlite3
from contextlib import closing

import pytest

from ingest.catalogue import Catalogue, words
from ingest.types import NewDocument
from tests.ingest.hand_made import assert_whole, split_by_hand, vectors_of

MAX_GROWTH = 2.2


class Library:
    """What a catalogue should hold after a series of random changes, each document known by a word of its own."""

    def __init__(self, size):
        self.size = size
        self.generator = random.Random(size)
        self.made = 0
        self.ids = {}
        self.answers = {}

    def document(self, path):
        """Make a new document of one to three passages; its word stands in its title, its heading and each passage."""
        self.made += 1
        word = f"unique{self.made}xq"
        passages = (
            f"{word.title()} {part} " + " ".join(f"w{self.generator.randrange(3000)}" for _ in range(60)) + f" {word}."
            for part in range(self.generator.randrange(1, 4))
        )
        split = split_by_hand("\n\n".join(passages), path=path, title=word, heading=f"About {word}")
        return word, NewDocument(split, vectors_of(split))

    def add(self, catalogue, count=1):
        """Add some documents, about half of them in the place of others."""
        paths = [f"/{self.generator.randrange(2 * len(self.ids) + 2)}.txt" for _ in range(count)]
        new = [self.document(path) for path in paths]
        assert catalogue.replace_many([document for _, document in new]) == [True] * count
        for path, (word, document) in zip(paths, new, strict=True):
            self.forget(path)
            self.ids[path] = (word, document.split.document.id)

    def remove(self, catalogue, count=1):
        chosen = self.generator.sample(sorted(self.ids), min(count, len(self.ids)))
        catalogue.remove_many([self.ids[path][1] for path in chosen])
        for path in chosen:
            self.forget(path)

    def answer(self, catalogue):
        mentioned = self.generator.sample(sorted(self.ids), min(2, len(self.ids)))
        name = f"answer {self.generator.random()}"
        words_of = " ".join(self.ids[path][0] for path in mentioned)
        catalogue.save_answer(name, words_of, [self.ids[path][1] for path in mentioned])
        self.answers[name] = set(mentioned)

    def forget(self, path):
        if self.ids.pop(path, None):
            self.answers = {name: paths for name, paths in self.answers.items() if path not in paths}

    def change(self, catalogue):
        kinds = [self.add, self.remove, lambda it: self.add(it, 3), lambda it: self.remove(it, 3), self.answer]
        is_small = len(self.ids) < self.size  # it grows again, and stays about as large as it was
        self.generator.choices(kinds, [12 if is_small else 6, 6, 1, 1, 1])[0](catalogue)

    def check_some(self, catalogue):
        """Search for the words of a few documents that are there, and of one that never was or is gone."""
        assert catalogue.holdings.documents == len(self.ids)
        for path in self.generator.sample(sorted(self.ids), min(3, len(self.ids))):
            word, document_id = self.ids[path]
            assert found_documents(catalogue, word) == {document_id}
        kept = {word for word, _ in self.ids.values()}
        lost = f"unique{self.generator.randrange(1, self.made + 1)}xq"
        assert lost in kept or found_documents(catalogue, lost) == set()

    def check_all(self, catalogue):
        assert {(summary.path, summary.id) for summary in catalogue.documents()} == {
            (path, document_id) for path, (_, document_id) in self.ids.items()
        }
        for word, document_id in self.ids.values():
            assert_whole(catalogue, document_id)
            assert found_documents(catalogue, word) == {document_id}
        for name in self.answers:
            assert catalogue.saved_answer(name)
        assert words.words_fault(catalogue._connections._writer, thorough=True) is None

    def check_files(self, folder):
        """No word of a removed document is in any file, and the file is sound."""
        content = b"".join(file.read_bytes() for file in folder.iterdir())
        found = {number.decode() for number in re.findall(rb"[Uu]nique(\d+)xq", content)}
        assert found == {re.sub(r"\D", "", word) for word, _ in self.ids.values()}
        with closing(sqlite3.connect(folder / "catalogue.sqlite3")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            connection.execute("INSERT INTO passage_words (passage_words) VALUES ('integrity-check')")


def found_documents(catalogue, word):
    hits = catalogue.search_keywords(word, limit=100)
    return {passage.document_id for passage in catalogue.passages([hit.passage_id for hit in hits])}


@pytest.mark.parametrize(
    ("documents", "changes", "reopenings"),
    [
        pytest.param(30, 100, 4, id="small"),
        pytest.param(500, 5000, 20, id="large", marks=[pytest.mark.slow, pytest.mark.timeout(3600)]),
    ],
)
def test_thousands_of_changes_break_lose_and_swell_nothing(tmp_path, documents, changes, reopenings):
    library, folder = Library(documents), tmp_path / "data"
    with Catalogue.open(folder) as catalogue:
        while len(library.ids) < documents:
            library.add(catalogue, 10)
    for _ in range(reopenings):
        with Catalogue.open(folder) as catalogue:
            for _ in range(changes // reopenings):
                library.change(catalogue)
                library.check_some(catalogue)
            library.check_all(catalogue)
        library.check_files(folder)
    with Catalogue.open(tmp_path / "fresh") as catalogue, Catalogue.open(folder) as used:
        for _, document_id in library.ids.values():
            split = used.split_document(document_id)
            catalogue.replace(split, vectors_of(split))
    assert size_of(folder) <= MAX_GROWTH * size_of(tmp_path / "fresh")


def size_of(folder):
    size = sum(file.stat().st_size for file in folder.iterdir())
    logging.getLogger(__name__).info("%s: %s bytes", folder.name, f"{size:,}")
    return size
