"""Documents split by hand for tests of the catalogue: a passage a paragraph, a sentence a line."""

import hashlib

import numpy as np

from ingest.types import Document, DocumentVectors, Edit, Passage, Sentence, SplitDocument
from tests.fakes import WordCountEmbedder

POLAND = "Rokossowski left Warsaw.\nGomułka stayed.\n\nOchab stepped down in October."
HUNGARY = "Rákosi was removed in July.\n\nNagy became prime minister again.\nGerő left."

embedder = WordCountEmbedder()


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def split_by_hand(text, *, title="Hongarije", path="", language="en", heading=None, edits=()):
    """Split a text; its search texts are the words themselves."""
    document = Document(
        sha256(f"bytes of {text}"), title, path, "text/plain; charset=utf-8", language, text, sha256(text)
    )
    passages, sentences, start = [], [], 0
    for paragraph in text.split("\n\n"):
        end = start + len(paragraph)
        passage_id = sha256(f"{document.id} {start} {end} {paragraph}")
        passages.append(
            Passage(passage_id, document.id, start, end, paragraph, paragraph, language, page=1, heading=heading)
        )
        here = start
        for line in paragraph.split("\n"):
            sentences.append(Sentence(document.id, passage_id, here, here + len(line), line))
            here += len(line) + 1
        start = end + 2
    return SplitDocument(document, tuple(Edit(*edit) for edit in edits), tuple(sentences), tuple(passages))


def vectors_of(split):
    """Return the vectors that the fake embedder gives a split document."""
    read = embedder.read_passages([passage.search_text for passage in split.passages])
    return DocumentVectors(read.vectors, read.states)


def add(catalogue, text, **about):
    """Split a text by hand, put it into a catalogue and return its document."""
    split = split_by_hand(text, **about)
    assert catalogue.replace(split, vectors_of(split))
    return split.document


def assert_whole(catalogue, document_id, *, vectors_of=vectors_of):
    """Check everything that the catalogue holds of one document against its text and the vectors it should have."""
    document = catalogue.document(document_id)
    assert sha256(document.text) == document.text_sha256
    split = catalogue.split_document(document_id)
    assert len(split.passages) == catalogue.summary(document_id).passages > 0
    for passage in split.passages:
        assert passage.text == document.text[passage.start : passage.end]
    passage_ids = [passage.id for passage in split.passages]
    assert catalogue.sentences(passage_ids) == split.sentences
    expected = vectors_of(split)
    assert catalogue.states(passage_ids) == dict(zip(passage_ids, expected.states, strict=bool(expected.states)))
    stored = catalogue.passage_vectors()
    for passage_id, vector in zip(passage_ids, expected.passages, strict=True):
        np.testing.assert_array_equal(stored.matrix[stored.passage_ids.index(passage_id)], vector)
    for passage in split.passages:
        found = catalogue.search_keywords(passage.search_text, limit=10**6, document_ids=[document_id])
        assert passage.id in {hit.passage_id for hit in found}
