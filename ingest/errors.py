"""The errors that Quoth raises; every message says what happened and what to do."""


class QuothError(Exception):
    """Base of all errors that Quoth raises on purpose."""


class ReadError(QuothError):
    """A file could not become a document."""


class UnsupportedFileError(ReadError):
    """The file is of a kind that Quoth does not read, or is not text at all."""


class EmptyFileError(ReadError):
    """The file holds no text."""


class FileTooLargeError(ReadError):
    """The file is larger than the limit."""


class UndecodableFileError(ReadError):
    """The bytes of the file fit no encoding that Quoth knows."""


class NameTakenError(ReadError):
    """Another document came under the name of the file; `holders` are the ids of those that did."""

    def __init__(self, message: str = "", holders: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.holders = holders


class CatalogueError(QuothError):
    """The catalogue cannot be used."""


class CatalogueInUseError(CatalogueError):
    """Another process owns the catalogue."""


class CatalogueDamagedError(CatalogueError):
    """The catalogue file is not readable as a catalogue."""


class DiskFullError(CatalogueError):
    """The disk that holds the data folder has no room for what is to be written."""


class ReadOnlyError(CatalogueError):
    """The data folder can be read and not written."""


class ModelMismatchError(CatalogueError):
    """The catalogue holds vectors of another embedding model."""


class UnknownDocumentError(QuothError):
    """No document has this id."""


class NoPageError(QuothError):
    """The document has no such page, or none that can be shown."""


class InvalidSpanError(QuothError, ValueError):
    """The span does not lie within the document."""


class UnknownAnswerError(QuothError):
    """No saved answer has this id."""


class InvalidQuestionError(QuothError):
    """The question is empty or too long."""


class InvalidClaimError(QuothError):
    """The claim, or the evidence it is held against, is empty or too long."""


class InvalidQuotationError(QuothError):
    """The quotation to be checked holds no word or is too long."""


class ModelError(QuothError):
    """An embedding or reading model is missing, damaged or cannot be loaded."""


class NoVerifierError(ModelError):
    """There is no model that judges claims."""


class LanguageModelError(QuothError):
    """A language model cannot be used, or failed."""


class LanguageModelTooSlowError(LanguageModelError):
    """A language model took longer than it is given."""
