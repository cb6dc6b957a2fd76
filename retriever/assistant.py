"""The assistant: catalogue, embedder, index and reader wired together; every front end calls this."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import Self

from ingest.catalogue import Catalogue
from ingest.errors import ReadOnlyError, UnknownDocumentError
from ingest.flags import Flag, FlagVerdict
from ingest.incoming.conflicts import OnConflict
from ingest.pipeline import Ingested, IngestProgress, ingest_files
from ingest.readers import MAX_CHARACTERS, RawFile
from ingest.splitting.again import split_again
from ingest.types import Document, DocumentSummary
from retriever.answering import AnsweringParts, answer_question, stream_answer
from retriever.courtesy import COURTESY
from retriever.embedding.embeddings import Embedder
from retriever.embedding.model_loading import load_embedder
from retriever.embedding.state_reader import StateReader
from retriever.events import AnswerEvents, AnswerGiven, answer_of
from retriever.evidence_model.evidence_models import EvidenceModels, load_evidence_models
from retriever.index.dense_index import DenseIndex
from retriever.prose.checks import verify_prose
from retriever.prose.writing import Write, write_prose
from retriever.questions.conversation import check_query
from retriever.questions.follow_up import rewrite_follow_up
from retriever.questions.suggestions import suggest_questions
from retriever.reading.reader import Reader
from retriever.reading.selection import selector_of
from retriever.reading.sentence_reader import SentenceReader
from retriever.search import Scope, depth_for, hits_with_phrases, scope_of, search
from retriever.settings import Settings
from retriever.types import Answer, Hit, to_json
from retriever.verification import verify_claims

SUGGESTIONS_SHOWN = 6


class Assistant:
    """Answers questions from one catalogue; any thread may call it."""

    def __init__(
        self,
        catalogue: Catalogue,
        embedder: Embedder,
        dense_index: DenseIndex,
        *,
        max_file_bytes: int,
        max_characters: int = MAX_CHARACTERS,
        models: EvidenceModels = EvidenceModels(),
    ) -> None:
        self.catalogue = catalogue
        self.embedder = embedder
        self.dense_index = dense_index
        self.max_file_bytes, self.max_characters = max_file_bytes, max_characters
        states = StateReader(catalogue, embedder)
        self.embed_question = states.vector
        self._answered_suggestions = lru_cache(maxsize=4)(self._find_answered_suggestions)
        self.models = models
        self.untrained_reader = SentenceReader(catalogue, states)
        self.reader: Reader = SentenceReader(catalogue, states, select=selector_of(models))
        self.verify = partial(verify_claims, verifier=models.verifier)
        self.verify_prose = partial(verify_prose, verifier=models.verifier, reader=models.reader)
        checked = partial(self.verify_prose, catalogue=catalogue)
        writer = models.language_model
        self._write: Write | None = partial(write_prose, model=writer, verify=checked) if writer else None
        self._rewrite = models.rewriter and partial(rewrite_follow_up, model=models.rewriter)

    @classmethod
    def from_settings(cls, settings: Settings, *, answers: bool = True) -> Self:
        """Open the catalogue and load the models; those that only answers need are left out without `answers`.

        Raises:
            CatalogueError: the catalogue is in use, damaged, or holds vectors of another model.
            ModelError: the embedding model cannot be loaded.
        """
        catalogue = Catalogue.open(settings.home)
        try:
            embedder = load_embedder(settings.embedding_model, cache=settings.home, threads=settings.threads)
            catalogue.bind_model(embedder.fingerprint)
            split_again(catalogue, embedder.read_passages)
            index = DenseIndex(catalogue, settings.home / "index", url=settings.chroma_url, key=settings.chroma_secret)
            models = load_evidence_models(settings) if answers else EvidenceModels()
            return cls(catalogue, embedder, index, models=models, **settings.limits)
        except BaseException:
            catalogue.close()
            raise

    def close(self) -> None:
        """Stop background work and give the catalogue free."""
        self.models.close()
        self.dense_index.close()
        self.catalogue.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def answer(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        document_ids: Sequence[str] | None = None,
        language: str | None = None,
        prose: bool = True,
    ) -> Answer:
        """Answer a question from the documents, or refuse; takes what `stream_answer` takes."""
        events = self.stream_answer(
            question, history=history, document_ids=document_ids, language=language, prose=prose
        )
        return answer_of(events)

    def stream_answer(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        document_ids: Sequence[str] | None = None,
        language: str | None = None,
        prose: bool = True,
    ) -> AnswerEvents:
        """Answer step by step; the answer is saved under its id.

        Args:
            question: At most 2,000 characters.
            history: Earlier questions of the conversation, oldest first.
            document_ids: Ask these documents only.
            language: Use passages in this language only (ISO 639-1).
            prose: Let the language model write, where there is one, and rewrite where that is set.

        Raises:
            InvalidQuestionError: the question is empty or too long.
            UnknownDocumentError: one of `document_ids` is not in the catalogue.
        """
        usual = self._parts
        parts = replace(usual, write=self._write, resolve=self._rewrite or usual.resolve) if prose else usual
        scope = scope_of(self.catalogue, document_ids, language)
        for event in COURTESY.steps(stream_answer(question, history, parts=parts, scope=scope)):
            if isinstance(event, AnswerGiven):
                self._save(event.data)
            yield event

    def search(
        self, query: str, *, limit: int = 10, document_ids: Sequence[str] | None = None, language: str | None = None
    ) -> list[Hit]:
        """Find passages by meaning and by keyword; a "quoted phrase" must occur in every hit."""
        scope = scope_of(self.catalogue, document_ids, language)
        return hits_with_phrases(self._search(check_query(query), scope, depth_for(query, limit)), query)[:limit]

    def documents(self) -> list[DocumentSummary]:
        """List the documents by title."""
        return self.catalogue.documents()

    def document(self, document_id: str) -> Document:
        """Return one document with its text; raises UnknownDocumentError."""
        return self.catalogue.document(document_id)

    def text(self, document_id: str, start: int, end: int) -> str:
        """Return exactly `document.text[start:end]`."""
        return self.catalogue.text(document_id, start, end)

    def add_files(
        self,
        files: Sequence[Path | RawFile],
        *,
        progress: Callable[[IngestProgress], None] | None = None,
        on_file: Callable[[Ingested], None] | None = None,
        on_conflict: OnConflict = "keep",
    ) -> list[Ingested]:
        """Add files, folders and uploads as one piece of work; a bad file is reported and the others still go in.

        `progress` is called as texts are embedded, `on_file` with what became of a file, once it is on disk.
        """
        outcomes = []
        for outcome in ingest_files(
            files,
            self.catalogue,
            self.embedder.read_passages,
            max_bytes=self.max_file_bytes,
            max_characters=self.max_characters,
            progress=progress,
            on_conflict=on_conflict,
        ):
            outcomes.append(outcome)
            if on_file:
                on_file(outcome)
        self.dense_index.refresh()
        return outcomes

    def add_bytes(self, name: str, data: bytes, *, on_conflict: OnConflict = "keep") -> Ingested:
        """Add one uploaded file."""
        (outcome,) = self.add_files([RawFile(name, data)], on_conflict=on_conflict)
        return outcome

    def remove(self, *document_ids: str) -> None:
        """Remove documents and every saved answer that mentions one.

        Raises:
            UnknownDocumentError: one of them is not there; then none is removed.
        """
        self.catalogue.remove_many(document_ids)
        self.dense_index.refresh()

    def saved_answer(self, answer_id: str) -> str:
        """Return a saved answer as JSON; raises UnknownAnswerError."""
        return self.catalogue.saved_answer(answer_id)

    def flag_answer(self, answer_id: str, verdict: FlagVerdict, note: str = "") -> Flag:
        """Note what a person says of a saved answer, in place of what was said before; raises UnknownAnswerError."""
        return self.catalogue.flag_answer(answer_id, verdict, note)

    def suggested_questions(self, language: str) -> list[str]:
        """Return questions in a language ("nl" or "en") that these documents answer, or may answer."""
        return list(self._answered_suggestions(language, self.catalogue.sequence))

    def _find_answered_suggestions(self, language: str, sequence: int) -> tuple[str, ...]:
        """Ask each suggestion; `sequence` is there so that a changed catalogue is asked anew."""
        suggested = suggest_questions(self.catalogue, language)
        answered = (one for one in suggested if answer_question(one, parts=self._parts).status != "refused")
        return tuple(islice(answered, SUGGESTIONS_SHOWN))

    def health(self) -> dict[str, object]:
        """Tell how the parts are, in words that a monitor can match."""
        index = {"state": self.dense_index.state, "detail": self.dense_index.detail}
        models = {"embedding_model": self.embedder.fingerprint, "reader": self.reader.name, **self.models.health}
        models["detail"] = self.catalogue.notice or models["detail"]
        ill = self.dense_index.state == "degraded" or self.models.trouble or self.catalogue.notice
        status = "rebuilding" if self.catalogue.is_rebuilding else "degraded" if ill else "ok"
        return {"status": status, "documents": self.catalogue.holdings.documents, "index": index, **models}

    @property
    def _parts(self) -> AnsweringParts:
        return AnsweringParts(self.catalogue, self._search, self.reader, self.verify)

    def _search(self, query: str, scope: Scope, limit: int) -> list[Hit]:
        return search(query, self.embed_question(query), self.catalogue, self.dense_index, limit=limit, scope=scope)

    def _save(self, answer: Answer) -> None:
        cited = {one.passage.document_id for one in answer.evidence}
        mentioned = cited | {one.passage.document_id for one in answer.nearest}
        with suppress(UnknownDocumentError, ReadOnlyError):  # removed meanwhile: the answer is given once and not kept
            self.catalogue.save_answer(answer.id, json.dumps(to_json(answer), ensure_ascii=False), mentioned)
