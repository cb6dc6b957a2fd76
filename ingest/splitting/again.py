"""Documents that an older Quoth split or embedded are read again, once; their texts and ids stay."""

import logging
from collections.abc import Callable

from ingest.catalogue import Catalogue
from ingest.embedding import EMBEDDED_AT_ONCE, Embed, embed_splits
from ingest.splitting.split import split_into_passages
from ingest.types import SplitDocument

log = logging.getLogger(__name__)


def split_again(catalogue: Catalogue, embed: Embed, *, progress: Callable[[int, int], None] | None = None) -> int:
    """Bring every document to the present form, a transaction each; returns how many there were.

    What is interrupted goes on at the next call. Permalinks hold, since they point into texts that do not change.
    """
    document_ids = catalogue.split_before()
    if document_ids:
        log.warning("Texts are now kept in another form: %s documents are being read again.", len(document_ids))
    group: list[SplitDocument] = []
    for number, document_id in enumerate(document_ids, start=1):
        group.append(split_into_passages(catalogue.document(document_id)))
        if number < len(document_ids) and sum(len(split.passages) for split in group) < EMBEDDED_AT_ONCE:
            continue
        for split, vectors in zip(group, embed_splits(group, embed), strict=True):
            catalogue.split_again(split, vectors)
        group = []
        log.warning("Read again: %s of %s documents.", number, len(document_ids))
        if progress:
            progress(number, len(document_ids))
    return len(document_ids)
