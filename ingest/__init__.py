"""A file becomes passages in the catalogue."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.catalogue import Catalogue
    from ingest.cleaning.search_view import SearchView, search_view
    from ingest.embedding import embed_splits
    from ingest.errors import (
        CatalogueDamagedError,
        CatalogueError,
        CatalogueInUseError,
        EmptyFileError,
        FileTooLargeError,
        InvalidQuestionError,
        InvalidSpanError,
        ModelError,
        ModelMismatchError,
        QuothError,
        ReadError,
        UndecodableFileError,
        UnknownAnswerError,
        UnknownDocumentError,
        UnsupportedFileError,
    )
    from ingest.flags import Flag, FlaggedAnswer
    from ingest.incoming.folders import FoundFiles, find_files
    from ingest.pipeline import Ingested, IngestProgress, ingest_bytes, ingest_file, ingest_files
    from ingest.readers import RawFile, read_document, read_document_bytes
    from ingest.splitting.sentences import sentence_spans
    from ingest.splitting.split import split_into_passages
    from ingest.types import (
        Document,
        DocumentSummary,
        DocumentVectors,
        Edit,
        NewDocument,
        Page,
        Passage,
        PassageVectors,
        ScoredPassage,
        Sentence,
        Span,
        SplitDocument,
    )
    from ingest.words.language import detect_language, detect_question_language

# Loaded when first asked for: the command line starts without numpy, and a part needs not load the others.
_CONTENTS = {
    "ingest.types": (
        *("Document", "DocumentSummary", "Page", "Passage", "Sentence", "Span", "Edit", "SplitDocument"),
        *(
            "NewDocument",
            "DocumentVectors",
            "PassageVectors",
            "ScoredPassage",
        ),
    ),
    "ingest.flags": ("Flag", "FlaggedAnswer"),
    "ingest.errors": (
        *("QuothError", "ReadError", "UnsupportedFileError", "EmptyFileError", "FileTooLargeError"),
        *("UndecodableFileError", "CatalogueError", "CatalogueInUseError", "CatalogueDamagedError"),
        *("ModelMismatchError", "UnknownDocumentError", "InvalidSpanError", "UnknownAnswerError"),
        *("InvalidQuestionError", "ModelError"),
    ),
    "ingest.readers": ("RawFile", "read_document", "read_document_bytes"),
    "ingest.cleaning.search_view": ("SearchView", "search_view"),
    "ingest.splitting.sentences": ("sentence_spans",),
    "ingest.splitting.split": ("split_into_passages",),
    "ingest.words.language": ("detect_language", "detect_question_language"),
    "ingest.catalogue": ("Catalogue",),
    "ingest.incoming.folders": ("find_files", "FoundFiles"),
    "ingest.embedding": ("embed_splits",),
    "ingest.pipeline": (
        *("ingest_files", "ingest_file", "ingest_bytes"),
        *("Ingested", "IngestProgress"),
    ),
}
_HOMES = {name: module for module, names in _CONTENTS.items() for name in names}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
