"""A catalogue made whole again: what can be made from the texts is made, and what cannot be read is told."""

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ingest.catalogue import Catalogue
from ingest.catalogue.backup import put_in_place
from ingest.catalogue.ownership import own_folder
from ingest.catalogue.salvage import Wreck
from ingest.catalogue.schema import FILE_NAME, beside
from ingest.embedding import Embed, embed_splits
from ingest.errors import CatalogueDamagedError, CatalogueError, UnknownDocumentError
from ingest.splitting.split import split_into_passages
from ingest.types import ChangedDocument, Document, NewDocument

log = logging.getLogger(__name__)

Told = Callable[[str], None]
"""Called with a sentence for each thing that was found and done."""


@dataclass(frozen=True, slots=True)
class RepairModel:
    """The embedding model that vectors are made again with."""

    embed: Embed
    fingerprint: str


def find_damage(catalogue: Catalogue) -> Iterator[str]:
    """Read the whole catalogue, and give a sentence for each thing that is not as it should be."""
    yield from catalogue.faults()
    for changed in catalogue.changed_documents():
        yield _sentence(changed)
    for summary in catalogue.documents():
        if _text_of(catalogue, summary.id) is None:
            yield f"The text of “{summary.title}” is damaged."


def repair(folder: Path, model: RepairModel, tell: Told) -> bool:
    """Make the catalogue of a folder whole again; False when something was lost on the way.

    Raises:
        CatalogueInUseError: another process owns the folder.
        CatalogueDamagedError: nothing of it can be read.
        ModelMismatchError: its vectors come from another model.
    """
    try:
        with Catalogue.open(folder, as_it_is=True) as catalogue:
            catalogue.bind_model(model.fingerprint)
            catalogue.rebuild_words()
            if not catalogue.faults():
                return _make_again(catalogue, model, tell)
    except CatalogueDamagedError as error:
        if not (folder / FILE_NAME).exists():
            raise
        log.info("The catalogue is put together anew: %s", error)
    return _put_together(folder, model, tell)


def _make_again(catalogue: Catalogue, model: RepairModel, tell: Told) -> bool:
    """Make again, in a file that is sound, what belongs to documents, and take out those whose text is damaged."""
    missing = catalogue.go_on()
    if missing > 0:
        tell(f"{missing} document(s) that were here once are gone: restore a backup, or add their files again.")
    for changed in catalogue.changed_documents():
        tell(_sentence(changed))
        document = _text_of(catalogue, changed.id)
        if document:
            split = split_into_passages(document)
            catalogue.split_again(split, embed_splits([split], model.embed)[0])
            tell(f"The passages and vectors of “{changed.title}” were made again.")
    lost = [summary for summary in catalogue.documents() if _text_of(catalogue, summary.id) is None]
    for summary in lost:
        tell(
            f"The text of “{summary.title}” is damaged and was taken out; "
            f"add its file again ({summary.path or 'it was uploaded'})."
        )
    catalogue.remove_many([summary.id for summary in lost])
    return not lost and missing <= 0


def _put_together(folder: Path, model: RepairModel, tell: Told) -> bool:
    """Write a new file with what can be read of one that is not sound, and put it in place; the old one is kept."""
    lock = own_folder(folder)
    try:
        with _empty_folder(folder / "catalogue.repair") as new, _empty_folder(folder / "catalogue.wreck") as scratch:
            old = scratch / "old.sqlite3"
            for name in ("", "-wal"):  # a copy: to read a file with a log is to write to it
                if beside(folder / FILE_NAME, name).exists():
                    shutil.copyfile(beside(folder / FILE_NAME, name), beside(old, name))
            lost = _save(old, scratch, new, model, tell)
            kept = put_in_place(folder, new / FILE_NAME, keep_old=True)
    finally:
        lock.release()
    tell(f"The damaged file is kept as {kept}; delete it when you have what you need.")
    return not lost


def _save(old: Path, scratch: Path, new: Path, model: RepairModel, tell: Told) -> int:
    """Save the documents that can be read in a new catalogue; returns how many cannot."""
    with Wreck.opened(old, scratch) as wreck, Catalogue.open(new) as catalogue:
        if wreck.model not in (None, model.fingerprint):
            tell("The vectors come from another model: all are made again.")
        catalogue.bind_model(model.fingerprint)
        lost = wreck.count_lost()
        for document_id in wreck.document_ids():
            document = _text_of(wreck, document_id)
            if document:
                catalogue.replace_many([_copied(wreck, document, model, tell)])
            else:
                lost += 1
        wreck.answers_into(catalogue)
        found = catalogue.holdings.documents
        if not found:
            raise CatalogueDamagedError(
                f"No document of the catalogue can be read ({lost} were there). Restore a backup."
            )
    tell(f"{found} document(s) were saved" + (f"; {lost} could not be read: add their files again." if lost else "."))
    return lost


def _copied(wreck: Wreck, document: Document, model: RepairModel, tell: Told) -> NewDocument:
    """Return a document as it was stored where that is whole, and made again from its text where it is not."""
    file = _file_of(wreck, document.id)
    try:
        if wreck.model == model.fingerprint and not wreck.changed_documents([document.id]):
            split, vectors = wreck.split_document(document.id), wreck.document_vectors(document.id)
            return NewDocument(split, vectors, same_path=False, file=file)
    except CatalogueError:
        log.info("The passages of %s cannot be read.", document.id)
    split = split_into_passages(document)
    tell(f"The passages and vectors of “{document.title}” were made again.")
    return NewDocument(split, embed_splits([split], model.embed)[0], same_path=False, file=file)


def _file_of(wreck: Wreck, document_id: str) -> bytes:
    """Return the file of a document, empty where there is none or it is not what was written."""
    try:
        file = wreck.file(document_id)
    except CatalogueError:
        return b""
    return file if sha256(file).hexdigest() == document_id else b""


def _text_of(catalogue: Catalogue | Wreck, document_id: str) -> Document | None:
    try:
        return catalogue.document(document_id)
    except (CatalogueDamagedError, UnknownDocumentError):
        return None


def _sentence(changed: ChangedDocument) -> str:
    parts = {"document": "title, path or pages", "passages": "passages", "passage_vectors": "vectors"}
    named = ", ".join(parts.get(part, "token states") for part in changed.parts)
    return f"The {named} of “{changed.title}” are not what was written."


@contextmanager
def _empty_folder(path: Path) -> Iterator[Path]:
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(mode=0o700)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
