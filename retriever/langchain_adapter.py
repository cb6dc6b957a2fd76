"""Quoth as LangChain sees it: a retriever, embeddings, and a view on the dense index as a vector store."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever

from ingest.catalogue import Catalogue
from ingest.errors import QuothError
from ingest.types import DocumentSummary
from retriever.embedding.embeddings import Embedder
from retriever.types import Hit

if TYPE_CHECKING:
    from langchain_chroma import Chroma

    from retriever.index.dense_index import DenseIndex


class SearchingAssistant(Protocol):
    """The part of `Assistant` that the retriever calls."""

    catalogue: Catalogue

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        document_ids: Sequence[str] | None = None,
        language: str | None = None,
    ) -> list[Hit]:
        """Find passages, best first."""
        ...


class QuothEmbeddings(Embeddings):
    """LangChain's `Embeddings` over an embedder of Quoth."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts that will be searched."""
        return self.embedder.embed_passages(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        """Embed one question."""
        return self.embedder.embed_queries([text])[0].tolist()


class QuothRetriever(BaseRetriever):
    """LangChain's `BaseRetriever` over the search of an assistant; every option can be given to `invoke` as well."""

    assistant: Any  # a SearchingAssistant; pydantic cannot check a protocol
    k: int = 10
    document_ids: tuple[str, ...] | None = None
    language: str | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **options: Any
    ) -> list[LangChainDocument]:
        chosen = {"k": self.k, "document_ids": self.document_ids, "language": self.language} | options
        hits = self.assistant.search(query, limit=chosen.pop("k"), **chosen)
        summaries = self.assistant.catalogue.summaries({hit.passage.document_id for hit in hits})
        # A document may have been removed since the search found it.
        return [
            _to_langchain(hit, summaries[hit.passage.document_id])
            for hit in hits
            if hit.passage.document_id in summaries
        ]


def as_langchain_embeddings(embedder: Embedder) -> QuothEmbeddings:
    """Wrap an embedder as LangChain's `Embeddings`."""
    return QuothEmbeddings(embedder)


def as_langchain_retriever(
    assistant: SearchingAssistant,
    *,
    k: int = 10,
    document_ids: Sequence[str] | None = None,
    language: str | None = None,
) -> QuothRetriever:
    """Wrap an assistant as LangChain's `BaseRetriever`; `page_content` is the exact text between the offsets."""
    chosen = None if document_ids is None else tuple(document_ids)
    return QuothRetriever(assistant=assistant, k=k, document_ids=chosen, language=language)


def as_langchain_vector_store(dense_index: "DenseIndex", embedder: Embedder) -> "Chroma":
    """Open the dense index as LangChain's `Chroma`, to be read only.

    It shows the documents as they are now. Ask for it again when documents were added or removed.

    Raises:
        QuothError: there are no passages, or the index cannot be built; `as_langchain_retriever` works even then.
    """
    from langchain_chroma import Chroma

    from retriever.index.chroma_client import open_client

    generation = dense_index.complete()
    if generation is None:
        raise QuothError(f"There is no index to read: {dense_index.detail}. Use as_langchain_retriever.")
    client = open_client(generation.path, url=generation.url, key=dense_index.key)
    collections = [client.get_collection(one.name, embedding_function=None) for one in generation.collections]
    return Chroma(
        client=_ReadOnlyClient(_ReadOnlyCollection(collections)),
        collection_name="passages",
        embedding_function=QuothEmbeddings(embedder),
    )


def _to_langchain(hit: Hit, summary: DocumentSummary) -> LangChainDocument:
    passage = hit.passage
    metadata = {
        "document_id": passage.document_id,
        "title": summary.title,
        "passage_id": passage.id,
        "start": passage.start,
        "end": passage.end,
        "language": passage.language,
        "page": passage.page,
        "score": hit.score,
        "text_sha256": summary.text_sha256,
        "permalink": f"/documents/{passage.document_id}#char={passage.start},{passage.end}",
    }
    return LangChainDocument(id=passage.id, page_content=passage.text, metadata=metadata)


class _ReadOnlyClient:
    """Hands out one collection that exists; the catalogue alone decides what the index holds."""

    def __init__(self, collection: "_ReadOnlyCollection") -> None:
        self._collection = collection

    def get_or_create_collection(self, **_options: Any) -> "_ReadOnlyCollection":
        return self._collection

    def delete_collection(self, *_arguments: Any, **_options: Any) -> None:
        _refuse()


class _ReadOnlyCollection:
    """The reading half of a Chroma collection, over the collections of all languages."""

    name = "passages"
    metadata = None
    configuration: ClassVar = {"hnsw": {"space": "cosine"}}  # from this LangChain knows how distance becomes relevance

    def __init__(self, collections: Sequence[Any]) -> None:
        self._collections = collections

    def count(self) -> int:
        return sum(collection.count() for collection in self._collections)

    def get(
        self,
        *,
        include: Sequence[str] = ("metadatas", "documents"),
        limit: int | None = None,
        offset: int | None = None,
        **options: Any,
    ) -> dict[str, list[Any]]:
        start = offset or 0
        end = None if limit is None else start + limit
        pages = [each.get(include=list(include), limit=end, **options) for each in self._collections]
        return {name: [row for page in pages for row in page[name]][start:end] for name in ("ids", *include)}

    def query(
        self,
        *,
        n_results: int = 10,
        include: Sequence[str] = ("metadatas", "documents", "distances"),
        **options: Any,
    ) -> dict[str, list[Any]]:
        names = {"ids", "distances", *include}
        asked = {"n_results": n_results, "include": sorted(names - {"ids"}), **options}
        answers = [each.query(**asked) for each in self._collections]
        nearest: list[list[tuple[float, int, int]]] = [
            sorted(
                (distance, which, place)
                for which, answer in enumerate(answers)
                for place, distance in enumerate(answer["distances"][number])
            )[:n_results]
            for number in range(len(answers[0]["ids"]))
        ]
        return {
            name: [
                [answers[which][name][number][place] for _, which, place in order]
                for number, order in enumerate(nearest)
            ]
            for name in names
        }

    def upsert(self, *_arguments: Any, **_options: Any) -> None:
        _refuse()

    add = update = delete = modify = upsert


def _refuse() -> None:
    raise QuothError("The index is made from the catalogue and read only here. Add and remove documents with Quoth.")
