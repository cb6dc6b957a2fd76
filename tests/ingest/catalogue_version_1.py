"""The tables of version 1 of the catalogue, as the first Quoth made them; kept to the letter."""

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE documents (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, path TEXT NOT NULL, media_type TEXT NOT NULL,
    language TEXT NOT NULL, text_sha256 TEXT NOT NULL, characters INTEGER NOT NULL, passages INTEGER NOT NULL,
    pages TEXT NOT NULL, edits TEXT NOT NULL, text BLOB NOT NULL
);
CREATE INDEX documents_by_path ON documents (path);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    document INTEGER NOT NULL REFERENCES documents (row) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, search_text TEXT NOT NULL, language TEXT NOT NULL,
    page INTEGER, heading TEXT
);
CREATE INDEX passages_by_document ON passages (document);
CREATE TABLE sentences (
    row INTEGER PRIMARY KEY, passage INTEGER NOT NULL REFERENCES passages (row) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, search_text TEXT NOT NULL
);
CREATE INDEX sentences_by_passage ON sentences (passage);
CREATE TABLE passage_vectors (
    passage INTEGER PRIMARY KEY REFERENCES passages (row) ON DELETE CASCADE, vector BLOB NOT NULL
);
CREATE TABLE sentence_vectors (
    passage INTEGER PRIMARY KEY REFERENCES passages (row) ON DELETE CASCADE, vectors BLOB NOT NULL
);
CREATE TABLE answers (id TEXT PRIMARY KEY, json BLOB NOT NULL);
CREATE TABLE answer_documents (
    answer TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
    document INTEGER NOT NULL REFERENCES documents (row), PRIMARY KEY (answer, document)
) WITHOUT ROWID;
CREATE INDEX answer_documents_by_document ON answer_documents (document);
CREATE VIRTUAL TABLE passage_words USING fts5 (words, stems, heading, tokenize = 'unicode61 remove_diacritics 2');
"""
