"""Files whose name another document came under."""

from typing import Literal

from ingest.catalogue import Catalogue
from ingest.errors import NameTakenError
from ingest.readers import RawFile

OnConflict = Literal["replace", "keep", "refuse"]
"""What becomes of such a file: it takes the other's place, goes in beside it, or stays out."""


def replaced_by(file: RawFile, catalogue: Catalogue, on_conflict: OnConflict, *, is_upload: bool) -> frozenset[str]:
    """Return the documents that go for a file of their name; raises NameTakenError where they are not to.

    An upload meets all documents of its name. A file of a folder meets those that were uploaded: that two folders hold
    a file of one name is as it should be.
    """
    if on_conflict == "keep":
        return frozenset()
    found = catalogue.documents_named(file.name) if is_upload else catalogue.documents_at(file.name)
    holders = catalogue.summaries(found - {file.document_id})
    if on_conflict == "refuse" and holders:
        others = ", ".join(f"{one.title} ({one.id[:12]})" for one in holders.values())
        raise NameTakenError(
            f"{file.name} ({file.document_id[:12]}): the catalogue has another document of this name, {others}. "
            "Choose whether the file takes its place or both are kept.",
            tuple(sorted(holders)),
        )
    return frozenset(holders)
