"""Embed a whole catalogue again, after a change of embedding model."""

from collections.abc import Callable

from ingest.catalogue import Catalogue
from ingest.embedding import embed_splits
from retriever.embedding.embeddings import Embedder


def reindex(catalogue: Catalogue, embedder: Embedder, *, progress: Callable[[int, int], None] | None = None) -> int:
    """Exchange all vectors for those of an embedder; returns how many documents there are.

    The catalogue changes in one transaction at the end, so an interrupted run leaves everything as it was.
    """
    documents = catalogue.documents()
    vectors = {}
    for number, document in enumerate(documents, start=1):
        (vectors[document.id],) = embed_splits([catalogue.split_document(document.id)], embedder.read_passages)
        if progress:
            progress(number, len(documents))
    catalogue.replace_all_vectors(embedder.fingerprint, vectors)
    return len(documents)
