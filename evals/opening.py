"""An assistant over the texts of one question set, on a catalogue that is thrown away."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.catalogue import Catalogue
from ingest.cleaning.search_view import SearchView
from ingest.embedding import embed_splits
from ingest.incoming.folders import find_files
from ingest.readers import read_document
from ingest.splitting.split import split_into_passages
from retriever.assistant import Assistant
from retriever.embedding.embeddings import Embedder
from retriever.evidence_model.evidence_models import EvidenceModels
from retriever.index.dense_index import DenseIndex


@contextmanager
def open_assistant(
    texts: Path,
    embedder: Embedder,
    *,
    max_file_bytes: int,
    models: EvidenceModels = EvidenceModels(),
    raw_texts: bool = False,
) -> Iterator[Assistant]:
    """Open an assistant on an empty catalogue of its own and add the files of a folder.

    With `raw_texts` they are split, embedded and searched as they were scanned, without a search view.
    """
    with TemporaryDirectory() as folder:
        catalogue = Catalogue.open(Path(folder))
        catalogue.bind_model(embedder.fingerprint)
        index = DenseIndex(catalogue, Path(folder) / "index")
        with Assistant(catalogue, embedder, index, max_file_bytes=max_file_bytes, models=models) as assistant:
            if raw_texts:
                _add_raw(texts, assistant)
            else:
                assistant.add_files([texts])
            index.refresh(wait=True)
            yield assistant


def _add_raw(texts: Path, assistant: Assistant) -> None:
    for path in find_files([texts]).files:
        document = read_document(path)
        split = split_into_passages(document, SearchView.from_edits(document.text, ()))
        (vectors,) = embed_splits([split], assistant.embedder.read_passages)
        assistant.catalogue.replace(split, vectors)
