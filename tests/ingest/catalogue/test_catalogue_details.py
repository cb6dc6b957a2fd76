"""What a file says of itself is kept beside its text."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from hashlib import sha256

from ingest.catalogue import Catalogue
from ingest.types import Mark, NewDocument, Span
from tests.ingest.hand_made import HUNGARY, embedder, split_by_hand, vectors_of

FILE = b"the bytes of a file"
MARKS = (Mark("heading", 0, 7, 1), Mark("row", 29, 34, header=Span(0, 7)), Mark("aside", 40, 44))


def put(catalogue):
    split = split_by_hand(HUNGARY)
    about = {"author": "M. Rákosi", "date": "1953-07", "marks": MARKS, "word_boxes": b"boxes"}
    split = replace(split, document=replace(split.document, id=sha256(FILE).hexdigest(), **about))
    own = [replace(passage, document_id=split.document.id) for passage in split.passages]
    sentences = [replace(sentence, document_id=split.document.id) for sentence in split.sentences]
    split = replace(split, passages=tuple(own), sentences=tuple(sentences))
    catalogue.replace_many([NewDocument(split, vectors_of(split), file=FILE)])
    return split.document


def test_author_date_and_marks_come_back_and_the_file_where_pages_are_shown(catalogue):
    put_in = put(catalogue)
    document = catalogue.document(put_in.id)
    assert document == put_in
    assert (document.author, document.date, document.marks) == ("M. Rákosi", "1953-07", MARKS)
    assert (catalogue.summary(put_in.id).author, catalogue.summary(put_in.id).date) == ("M. Rákosi", "1953-07")
    assert (catalogue.file(put_in.id), document.word_boxes) == (FILE, b"boxes")


def test_they_go_with_their_document(catalogue):
    document = put(catalogue)
    catalogue.remove(document.id)
    assert catalogue.file(document.id) == b""


def test_a_mark_that_is_not_what_was_written_is_noticed(tmp_path):
    with Catalogue.open(tmp_path) as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        document = put(catalogue)
        assert catalogue.changed_documents() == []
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite3")) as connection:
        connection.execute("UPDATE details SET marks = '[]'")
        connection.commit()
    with Catalogue.open(tmp_path, as_it_is=True) as catalogue:
        (changed,) = catalogue.changed_documents()
        assert (changed.id, changed.parts) == (document.id, ("document",))
