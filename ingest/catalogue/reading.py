"""What can be asked of a catalogue."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ingest.catalogue import rows
from ingest.catalogue.answers import read_answer
from ingest.catalogue.bookkeeping import read_holdings
from ingest.catalogue.checks import find_changed
from ingest.catalogue.connections import Connections
from ingest.catalogue.details import read_file
from ingest.catalogue.flags import read_flagged
from ingest.catalogue.keyword_search import search_words
from ingest.catalogue.meta import read_meta
from ingest.catalogue.places import split_before
from ingest.catalogue.texts import DocumentTexts
from ingest.catalogue.vector_reading import VectorReader
from ingest.catalogue.words import rebuilt_to
from ingest.cleaning.search_view import SearchView
from ingest.errors import CatalogueDamagedError
from ingest.flags import FlaggedAnswer
from ingest.types import (
    ChangedDocument,
    Changes,
    Document,
    DocumentSummary,
    DocumentVectors,
    Holdings,
    Passage,
    PassageVectors,
    ScoredPassage,
    Sentence,
    SplitDocument,
)
from ingest.words.keywords import keyword_query


class CatalogueReader:
    """Reads the documents of one data folder; a read sees one committed state."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._texts = DocumentTexts(connections.path)
        self._vectors = VectorReader(connections.path)

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

    @property
    def holdings(self) -> Holdings:
        """How many documents and passages there are, in which languages; kept as they change, so free to ask."""
        with self._connections.reading() as connection:
            return read_holdings(connection)

    def changes_since(self, sequence: int) -> Changes | None:
        """Return what came and went after a sequence; None when all may have changed or it is too long ago."""
        with self._connections.reading() as connection:
            return self._vectors.changes_since(connection, sequence)

    def changed_documents(self, document_ids: Sequence[str] | None = None) -> list[ChangedDocument]:
        """Return those of all documents, or of these, whose rows or vectors are not what was written.

        All are read: about a second for each 100 megabytes.
        """
        with self._connections.reading() as connection:
            return list(find_changed(connection, rows.document_rows(connection, document_ids)))

    def is_searched_as_written(self, document_ids: Sequence[str]) -> bool:
        """Tell whether the passages and vectors of documents are what was written."""
        with self._connections.reading() as connection:
            found = rows.document_rows(connection, document_ids)
            return next(find_changed(connection, found, ("passages", "passage_vectors")), None) is None

    def documents(self) -> list[DocumentSummary]:
        """List the documents by title, then id."""
        with self._connections.reading() as connection:
            return sorted(rows.read_summaries(connection), key=lambda summary: (summary.title, summary.id))

    def summaries(self, document_ids: Collection[str], *, until: int | None = None) -> dict[str, DocumentSummary]:
        """Return what a list shows of some documents, by id; not of those unknown or added after a sequence."""
        with self._connections.reading() as connection:
            return {summary.id: summary for summary in rows.read_summaries(connection, document_ids, until=until)}

    def summary(self, document_id: str) -> DocumentSummary | None:
        """Return what a list shows of one document, or None when it is not there."""
        return self.summaries([document_id]).get(document_id)

    def documents_at(self, path: str) -> set[str]:
        """Return the ids of the documents that were read from a path."""
        with self._connections.reading() as connection:
            return set(rows.documents_at(connection, path))

    def documents_named(self, name: str) -> set[str]:
        """Return the ids of the documents that came under a file name, whatever folder it was in."""
        with self._connections.reading() as connection:
            return rows.documents_named(connection, name)

    def newest(self, document_ids: Collection[str]) -> str | None:
        """Return the document of these that was added last; None when none of them is there."""
        with self._connections.reading() as connection:
            return rows.newest(connection, document_ids)

    def document(self, document_id: str) -> Document:
        """Return a document with its text; raises UnknownDocumentError."""
        with self._connections.reading() as connection:
            return rows.read_document(connection, document_id, self._texts.read(connection, document_id))

    def file(self, document_id: str) -> bytes:
        """Return the bytes that a document was read from; empty for one whose pages are not shown."""
        with self._connections.reading() as connection:
            return read_file(connection, document_id)

    def split_document(self, document_id: str) -> SplitDocument:
        """Return a document as it was split, in the order that its vectors have; raises UnknownDocumentError."""
        with self._connections.reading() as connection:
            document = self.document(document_id)
            passage_ids = rows.passage_ids_of(connection, document_id)
            return SplitDocument(
                document,
                edits=rows.read_edits(connection, document_id),
                sentences=self.sentences(passage_ids),
                passages=tuple(self.passages(passage_ids)),
            )

    def split_before(self) -> list[str]:
        """Return the ids of the documents that an older Quoth split in another way."""
        with self._connections.reading() as connection:
            return split_before(connection)

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

    def sentences(self, passage_ids: Sequence[str]) -> tuple[Sentence, ...]:
        """Return the sentences of passages, in the order asked; unknown ids are left out."""
        with self._connections.reading() as connection:
            found = rows.read_sentences(connection, passage_ids)
        return tuple(sentence for passage_id in passage_ids for sentence in found.get(passage_id, ()))

    def states(self, passage_ids: Sequence[str]) -> dict[str, bytes]:
        """Return what the embedding model left of the tokens of passages, packed, by id; unknown ids are left out."""
        with self._connections.reading() as connection:
            return self._vectors.states(connection, passage_ids)

    def document_vectors(self, document_id: str) -> DocumentVectors:
        """Return the vectors and token states of a document as it was split; raises UnknownDocumentError."""
        passage_ids = [passage.id for passage in self.split_document(document_id).passages]
        vectors, states = self.passage_vectors(document_ids=[document_id]), self.states(passage_ids)
        place = {passage_id: row for row, passage_id in enumerate(vectors.passage_ids)}
        return DocumentVectors(
            vectors.matrix[[place[id] for id in passage_ids]], tuple(states[id] for id in passage_ids)
        )

    def passage_vectors(
        self, passage_ids: Sequence[str] | None = None, *, document_ids: Sequence[str] | None = None
    ) -> PassageVectors:
        """Return the vectors of all passages, of these, or of those of some documents, sorted by passage id."""
        with self._connections.reading() as connection:
            if document_ids is not None:
                return self._vectors.passages_of(connection, document_ids)
            if passage_ids is None:
                return self._vectors.all_passages(connection)
            return self._vectors.these_passages(connection, passage_ids)

    def search_keywords(
        self, query: str, *, limit: int, document_ids: Collection[str] | None = None, language: str | None = None
    ) -> list[ScoredPassage]:
        """Find passages that hold words of a query, best first; a "quoted phrase" in it must occur in each.

        Nothing is found while the full-text index is being rebuilt because it was broken; see `is_rebuilding`.
        """
        words = keyword_query(query)
        if words.expression is None or limit <= 0:
            return []
        for _ in range(2):
            try:
                with self._connections.reading() as connection:
                    return search_words(connection, words, limit=limit, document_ids=document_ids, language=language)
            except CatalogueDamagedError as error:
                failure = error
                self._mend_words()
        raise failure

    @property
    def is_rebuilding(self) -> bool:
        """Tell whether the full-text index was broken and is being made anew from the passages."""
        with self._connections.reading() as connection:
            rebuilt = rebuilt_to(connection)
        return rebuilt is not None and not rebuilt.serves

    @property
    def model_fingerprint(self) -> str | None:
        """The embedding model that the vectors come from; None before one was bound."""
        with self._connections.reading() as connection:
            return read_meta(connection, "model_fingerprint")

    def saved_answer(self, answer_id: str) -> str:
        """Return a saved answer as JSON; raises UnknownAnswerError."""
        with self._connections.reading() as connection:
            return read_answer(connection, answer_id)

    def flagged_answers(self) -> list[FlaggedAnswer]:
        """Return the answers that were flagged, in the order in which they first were."""
        with self._connections.reading() as connection:
            return read_flagged(connection)

    def _mend_words(self) -> None:
        """See to it that the full-text index is made anew where it is broken."""
