"""Documents that an older Quoth split are split and embedded again, once; their texts and ids stay."""

import logging
from collections.abc import Callable

from ingest.catalogue import Catalogue
from ingest.embedding import Embed, embed_splits
from ingest.splitting.split import split_into_passages

log = logging.getLogger(__name__)


def split_again(catalogue: Catalogue, embed: Embed, *, progress: Callable[[int, int], None] | None = None) -> int:
    """Bring every document to the present splitting, one transaction each; returns how many there were.

    What is interrupted goes on at the next call. Permalinks hold, since they point into texts that do not change.
    """
    document_ids = catalogue.split_before()
    if document_ids:
        log.warning("Texts are now split in another way: %s documents are being embedded again.", len(document_ids))
    for number, document_id in enumerate(document_ids, start=1):
        split = split_into_passages(catalogue.document(document_id))
        (vectors,) = embed_splits([split], embed)
        catalogue.split_again(split, vectors)
        log.info("Split again: %s of %s documents", number, len(document_ids))
        if progress:
            progress(number, len(document_ids))
    return len(document_ids)
