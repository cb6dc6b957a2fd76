"""Documents, passages, words and vectors in one SQLite file: the truth."""

from ingest.catalogue.catalogue import Catalogue

__all__ = ["Catalogue"]
