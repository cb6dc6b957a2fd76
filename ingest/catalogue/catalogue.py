"""The catalogue: documents, passages, sentences, vectors, answers and flags in one SQLite file, the truth of Quoth."""

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Self, TypeVar

from filelock import BaseFileLock

from ingest.catalogue import rows
from ingest.catalogue.answers import write_answer
from ingest.catalogue.bookkeeping import forget_changes
from ingest.catalogue.checks import write_checks
from ingest.catalogue.connections import Connections
from ingest.catalogue.details import update_details
from ingest.catalogue.flags import take_flags, write_flag
from ingest.catalogue.mark import MarkFile
from ingest.catalogue.meta import advance, read_meta, write_meta
from ingest.catalogue.opening import open_connections
from ingest.catalogue.ownership import own_folder
from ingest.catalogue.reading import CatalogueReader
from ingest.catalogue.texts import unknown_document
from ingest.catalogue.upkeep import CatalogueUpkeep
from ingest.catalogue.vectors import bind_model, check_shapes, exchange_vectors
from ingest.catalogue.writing import Replaced, delete_documents, replace_document, split_again
from ingest.errors import CatalogueDamagedError, ReadOnlyError
from ingest.flags import Flag, FlagVerdict
from ingest.types import DocumentVectors, NewDocument, SplitDocument
from ingest.words.keywords import index_words

Changed = TypeVar("Changed")


class Catalogue(CatalogueReader):
    """The documents of one data folder. Any thread may read while one writes; a read sees one committed state."""

    is_read_only = False
    notice: str | None = None
    """What everyone who asks for its state should know."""

    def __init__(self, connections: Connections, lock: BaseFileLock) -> None:
        super().__init__(connections)
        self._lock = lock
        self._upkeep = CatalogueUpkeep(connections)

    @classmethod
    def open(cls, folder: Path, *, as_it_is: bool = False) -> Self:
        """Open the catalogue of a data folder, which is made when it is not there, and become its only owner.

        With `as_it_is`, for a repair, a catalogue is opened too that lost something or was changed from outside.

        Raises:
            CatalogueInUseError: another process owns the folder.
            CatalogueDamagedError: the file cannot be trusted.
            CatalogueError: the folder cannot be used, or an older or newer Quoth made the catalogue.
        """
        try:
            lock = own_folder(folder)
        except ReadOnlyError:
            if as_it_is:
                raise
            from ingest.catalogue.read_only import open_read_only

            return open_read_only(folder)  # type: ignore[return-value]  # nobody makes another kind of catalogue
        try:
            catalogue = cls(open_connections(folder, as_it_is=as_it_is), lock)
        except BaseException:
            lock.release()
            raise
        catalogue._upkeep.start()
        return catalogue

    def require_writable(self) -> None:
        """Raise ReadOnlyError where nothing can be added."""

    def close(self) -> None:
        """Close the file and give the folder free."""
        self._upkeep.close()
        self._connections.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def replace(self, split: SplitDocument, vectors: DocumentVectors, *, same_path: bool = True) -> bool:
        """Add a document with all that belongs to it; False when nothing had to be written.

        With `same_path`, documents read earlier from the same path go with it: the file has changed.
        """
        (written,) = self.replace_many([NewDocument(split, vectors, same_path)])
        return written

    def replace_many(self, batch: Sequence[NewDocument]) -> list[bool]:
        """Add documents in one transaction, all of them or, when anything is raised, none.

        Returns for each, in order, whether anything had to be written. What comes later in the batch counts as later.
        """
        for new in batch:
            check_shapes(new.split, new.vectors)
        words = [
            [index_words(passage.search_text, passage.heading, passage.language) for passage in new.split.passages]
            for new in batch
        ]

        def change(connection: sqlite3.Connection) -> list[Replaced]:
            sequence = read_meta(connection, "sequence") + 1
            outcomes = [
                replace_document(connection, new, own_words, sequence=sequence)
                for new, own_words in zip(batch, words, strict=True)
            ]
            if any(outcome.written for outcome in outcomes):
                advance(connection, removed=any(outcome.removed for outcome in outcomes))
            return outcomes

        outcomes = self._change(change)
        self._forget([document_id for outcome in outcomes for document_id in outcome.removed])
        return [outcome.written for outcome in outcomes]

    def split_again(self, split: SplitDocument, vectors: DocumentVectors) -> None:
        """Exchange the passages of a document for those of a newer splitting; saved answers and their places hold."""
        check_shapes(split, vectors)
        words = [index_words(passage.search_text, passage.heading, passage.language) for passage in split.passages]

        def change(connection: sqlite3.Connection) -> None:
            sequence = read_meta(connection, "sequence") + 1
            split_again(connection, NewDocument(split, vectors), words, sequence=sequence)
            # a passage may come back under its old id, which no list of changes could tell
            forget_changes(connection, sequence=advance(connection, removed=False))

        self._change(change)

    def describe(
        self, document_id: str, *, title: str | None = None, author: str | None = None, date: str | None = None
    ) -> None:
        """Note what a document is called, who wrote it and when; None leaves it; raises UnknownDocumentError."""
        with self._connections.writing() as connection:
            row = rows.document_row(connection, document_id)
            if row is None:
                raise unknown_document(document_id)
            update_details(connection, row, title=title, author=author, date=date)

    def remove(self, document_id: str) -> None:
        """Remove a document and every saved answer that mentions it; raises UnknownDocumentError."""
        self.remove_many([document_id])

    def remove_many(self, document_ids: Collection[str]) -> None:
        """Remove documents and every saved answer that mentions one, in one transaction.

        Raises:
            UnknownDocumentError: one of them is not there; then none is removed.
        """

        def change(connection: sqlite3.Connection) -> None:
            removed = []
            for document_id in dict.fromkeys(document_ids):
                row = rows.document_row(connection, document_id)
                if row is None:
                    raise unknown_document(document_id)
                removed.append(row)
            if removed:
                delete_documents(connection, removed, sequence=read_meta(connection, "sequence") + 1)
                advance(connection, removed=True)

        self._change(change)
        self._forget(document_ids)

    def take_flags(self, flags: Sequence[Flag]) -> None:
        """Take over flags of another catalogue, for the answers that are saved in this one."""
        with self._connections.writing() as connection:
            take_flags(connection, flags)

    def go_on(self) -> int:
        """Go on with what is there, whatever the mark says; returns how many documents it notes that are gone."""
        with self._connections.writing() as connection:
            noted = MarkFile(self.folder).read()
            sequence = max(read_meta(connection, "sequence"), noted.sequence if noted else 0) + 1
            write_meta(connection, "sequence", sequence)
            forget_changes(connection, sequence=sequence)
            return (noted.documents if noted else 0) - read_meta(connection, "documents")

    def rebuild_words(self) -> None:
        """Make the full-text index anew from the passages, whatever it is like."""
        self._upkeep.rebuild_words()

    def faults(self) -> list[str]:
        """Read the whole file, and return what is wrong with it."""
        return self._upkeep.faults()

    def erase_removed(self) -> None:
        """Erase the words of removed documents from the catalogue's files now, which otherwise is done soon after.

        It takes some seconds for every 100,000 passages.
        """
        self._upkeep.finish()

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
            for (row,) in connection.execute("SELECT row FROM documents").fetchall():
                write_checks(connection, row)
            forget_changes(connection, sequence=advance(connection, removed=False))

    def save_answer(self, answer_id: str, answer_json: str, document_ids: Collection[str]) -> None:
        """Keep an answer under its id for as long as the documents that it mentions are there.

        Raises:
            UnknownDocumentError: a document was removed while the answer was made.
        """
        with self._connections.writing() as connection:
            write_answer(connection, answer_id, answer_json, document_ids)

    def flag_answer(self, answer_id: str, verdict: FlagVerdict, note: str = "") -> Flag:
        """Note what a person says of a saved answer, in place of what was said before; raises UnknownAnswerError."""
        with self._connections.writing() as connection:
            return write_flag(connection, answer_id, verdict, note)

    def _change(self, change: Callable[[sqlite3.Connection], Changed]) -> Changed:
        """Change documents in a transaction; once more when it failed because the full-text index was broken."""
        try:
            with self._connections.writing() as connection:
                return change(connection)
        except CatalogueDamagedError:
            self._mend_words()
        with self._connections.writing() as connection:
            return change(connection)

    def _mend_words(self) -> None:
        self._upkeep.mend_words()

    def _forget(self, document_ids: Collection[str]) -> None:
        if document_ids:
            self._texts.forget(document_ids)
            self._upkeep.request()
