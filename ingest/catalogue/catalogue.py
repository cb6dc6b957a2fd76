"""The catalogue: documents, passages, sentences, vectors, answers and flags in one SQLite file, the truth of Quoth."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Self

from filelock import BaseFileLock

from ingest.catalogue import rows
from ingest.catalogue.answers import read_answer, write_answer
from ingest.catalogue.connections import Connections
from ingest.catalogue.erasing import Upkeep
from ingest.catalogue.flags import read_flagged, write_flag
from ingest.catalogue.meta import advance, read_meta
from ingest.catalogue.ownership import own_folder
from ingest.catalogue.schema import open_connections
from ingest.catalogue.texts import DocumentTexts, unknown_document
from ingest.catalogue.vectors import VectorReader, bind_model, check_shapes, exchange_vectors
from ingest.cleaning.search_view import SearchView
from ingest.keywords import index_words, match_expression
from ingest.types import (
    Document,
    DocumentSummary,
    DocumentVectors,
    Flag,
    FlaggedAnswer,
    FlagVerdict,
    Passage,
    PassageVectors,
    ScoredPassage,
    SentenceVectors,
    SplitDocument,
)


class Catalogue:
    """The documents of one data folder. Any thread may read while one writes; a read sees one committed state."""

    def __init__(self, connections: Connections, lock: BaseFileLock) -> None:
        self._connections = connections
        self._lock = lock
        self._texts = DocumentTexts(connections.path)
        self._vectors = VectorReader(connections.path)
        self._upkeep = Upkeep(connections)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the catalogue of a data folder, which is made when it is not there, and become its only owner.

        Raises:
            CatalogueInUseError: another process owns the folder.
            CatalogueDamagedError: the file cannot be trusted.
            CatalogueError: the folder cannot be used, or an older or newer Quoth made the catalogue.
        """
        lock = own_folder(folder)
        try:
            catalogue = cls(open_connections(folder), lock)
        except BaseException:
            lock.release()
            raise
        catalogue._upkeep.erase_removed()
        return catalogue

    def close(self) -> None:
        """Close the file and give the folder free."""
        self._upkeep.close()
        self._connections.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self._connections.path.parent

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all reads of this thread inside the `with` see one state. Not to be held over a `yield`."""
        with self._connections.reading():
            yield

    @property
    def sequence(self) -> int:
        """A number that grows with every committed change of documents or vectors."""
        with self._connections.reading() as connection:
            return read_meta(connection, "sequence")

    def replace(self, split: SplitDocument, vectors: DocumentVectors, *, same_path: bool = True) -> bool:
        """Add a document with all that belongs to it in one transaction; False when nothing had to be written.

        With `same_path`, other documents read from the same path go in that transaction: the file has changed.
        """
        document = split.document
        check_shapes(split, vectors)
        words = [index_words(passage.search_text, passage.heading, passage.language) for passage in split.passages]
        with self._connections.writing() as connection:
            older = rows.documents_at(connection, document.path) if same_path else {}
            older.pop(document.id, None)
            is_new = rows.document_row(connection, document.id) is None
            if is_new or older:
                rows.delete_documents(connection, older.values())
                if is_new:
                    rows.insert_document(connection, split, words, vectors)
                advance(connection, removed=bool(older))
        if older:
            self._forget(older)
        return is_new or bool(older)

    def remove(self, document_id: str) -> None:
        """Remove a document and every saved answer that mentions it; raises UnknownDocumentError."""
        with self._connections.writing() as connection:
            row = rows.document_row(connection, document_id)
            if row is None:
                raise unknown_document(document_id)
            rows.delete_documents(connection, [row])
            advance(connection, removed=True)
        self._forget([document_id])

    def documents(self) -> list[DocumentSummary]:
        """List the documents by title, then id."""
        with self._connections.reading() as connection:
            return sorted(rows.read_summaries(connection), key=lambda summary: (summary.title, summary.id))

    def summary(self, document_id: str) -> DocumentSummary | None:
        """Return what a list shows of one document, or None when it is not there."""
        with self._connections.reading() as connection:
            return next(iter(rows.read_summaries(connection, document_id)), None)

    def documents_at(self, path: str) -> set[str]:
        """Return the ids of the documents that were read from a path."""
        with self._connections.reading() as connection:
            return set(rows.documents_at(connection, path))

    def document(self, document_id: str) -> Document:
        """Return a document with its text; raises UnknownDocumentError."""
        with self._connections.reading() as connection:
            return rows.read_document(connection, document_id, self._texts.read(connection, document_id))

    def split_document(self, document_id: str) -> SplitDocument:
        """Return a document as it was split, in the order that its vectors have; raises UnknownDocumentError."""
        with self._connections.reading() as connection:
            document = self.document(document_id)
            passage_ids = rows.passage_ids_of(connection, document_id)
            sentences = rows.read_sentences(connection, passage_ids)
            return SplitDocument(
                document,
                edits=rows.read_edits(connection, document_id),
                sentences=tuple(sentence for id in passage_ids for sentence in sentences.get(id, ())),
                passages=tuple(self.passages(passage_ids)),
            )

    def text(self, document_id: str, start: int, end: int) -> str:
        """Return exactly `document.text[start:end]`; raises UnknownDocumentError and InvalidSpanError.

        A span has 0 <= start <= end <= the length of the text.
        """
        with self._connections.reading() as connection:
            return self._texts.cut(connection, document_id, start, end)

    def search_view(self, document_id: str) -> SearchView:
        """Return the searched copy of a document's text, with its map back; raises UnknownDocumentError."""
        with self._connections.reading() as connection:
            text = self._texts.read(connection, document_id)
            return SearchView.from_edits(text, rows.read_edits(connection, document_id))

    def passages(self, passage_ids: Sequence[str]) -> list[Passage]:
        """Return passages in the order asked; unknown ids are left out."""
        with self._connections.reading() as connection:
            found = rows.read_passages(connection, passage_ids)
            texts = {id: self._texts.read(connection, id) for id in {p.document_id for p in found.values()}}
        asked = [found[id] for id in passage_ids if id in found]
        return [replace(passage, text=texts[passage.document_id][passage.start : passage.end]) for passage in asked]

    def sentences(self, passage_ids: Sequence[str]) -> SentenceVectors:
        """Return the sentences of passages with their vectors, in the order asked; unknown ids are left out."""
        with self._connections.reading() as connection:
            return self._vectors.sentences(connection, passage_ids, rows.read_sentences(connection, passage_ids))

    def passage_vectors(self) -> PassageVectors:
        """Return the vectors of all passages, sorted by passage id; an array of shape (0, 0) when there are none."""
        with self._connections.reading() as connection:
            return self._vectors.all_passages(connection, read_meta(connection, "sequence"))

    def search_keywords(
        self, query: str, *, limit: int, document_ids: Collection[str] | None = None, language: str | None = None
    ) -> list[ScoredPassage]:
        """Find passages that hold words of a query, best first; a "quoted phrase" in it must occur in each."""
        expression = match_expression(query)
        if expression is None or limit <= 0:
            return []
        with self._connections.reading() as connection:
            return rows.search_words(connection, expression, limit=limit, document_ids=document_ids, language=language)

    @property
    def model_fingerprint(self) -> str | None:
        """The embedding model that the vectors come from; None before one was bound."""
        with self._connections.reading() as connection:
            return read_meta(connection, "model_fingerprint")

    def bind_model(self, fingerprint: str) -> None:
        """Note the embedding model; raises ModelMismatchError when there are vectors of another."""
        with self._connections.writing() as connection:
            bind_model(connection, fingerprint)

    def replace_all_vectors(self, fingerprint: str, vectors: Mapping[str, DocumentVectors]) -> None:
        """Exchange the vectors of every document, by document id, for those of another model in one transaction.

        Raises:
            ValueError: the vectors are not those of exactly the documents in the catalogue.
        """
        with self._connections.writing() as connection:
            splits = {summary.id: self.split_document(summary.id) for summary in rows.read_summaries(connection)}
            exchange_vectors(connection, fingerprint, splits, vectors)
            advance(connection, removed=False)

    def save_answer(self, answer_id: str, answer_json: str, document_ids: Collection[str]) -> None:
        """Keep an answer under its id for as long as the documents that it mentions are there.

        Raises:
            UnknownDocumentError: a document was removed while the answer was made.
        """
        with self._connections.writing() as connection:
            write_answer(connection, answer_id, answer_json, document_ids)

    def saved_answer(self, answer_id: str) -> str:
        """Return a saved answer as JSON; raises UnknownAnswerError."""
        with self._connections.reading() as connection:
            return read_answer(connection, answer_id)

    def flag_answer(self, answer_id: str, verdict: FlagVerdict, note: str = "") -> Flag:
        """Note what a person says of a saved answer, in place of what was said before; raises UnknownAnswerError."""
        with self._connections.writing() as connection:
            return write_flag(connection, answer_id, verdict, note)

    def flagged_answers(self) -> list[FlaggedAnswer]:
        """Return the answers that were flagged, in the order in which they first were."""
        with self._connections.reading() as connection:
            return read_flagged(connection)

    def _forget(self, document_ids: Iterable[str]) -> None:
        self._texts.forget(document_ids)
        self._upkeep.erase_removed()
