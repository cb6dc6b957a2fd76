"""The models beside the embedder: what finds spans in passages, what judges claims and what writes prose."""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.errors import ModelError
from retriever.evidence_model.types import SentenceSelector, SpanReader, Verifier
from retriever.language_model.types import LanguageModel
from retriever.settings import Settings

if TYPE_CHECKING:
    from retriever.evidence_model.model import EvidenceModel

logger = logging.getLogger(__name__)

NO_MODEL = "none"
NOTICE = (
    "The reader and verifier that come with Quoth cannot be used, so answers are less often right. "
    "`quoth doctor` says why."
)


@dataclass(frozen=True, slots=True)
class EvidenceModels:
    """What reads, judges, writes, rewrites follow-ups and selects sentences; None where there is none.

    `trouble` says why there is no reader or verifier when that was not asked for.
    """

    reader: SpanReader | None = None
    verifier: Verifier | None = None
    trouble: str | None = None
    language_model: LanguageModel | None = None
    rewriter: LanguageModel | None = None
    selector: SentenceSelector | None = None

    @property
    def notice(self) -> str | None:
        """What everyone may read of the trouble: nothing of this machine's folders."""
        return NOTICE if self.trouble else None

    @property
    def health(self) -> dict[str, str | None]:
        """The names of the models, and what is the matter with them."""
        return {
            "verifier": self.verifier.name if self.verifier else None,
            "language_model": self.language_model.name if self.language_model else None,
            "detail": self.notice,
        }

    def close(self) -> None:
        """Give back what the language model holds."""
        if self.language_model:
            self.language_model.close()


def load_evidence_models(settings: Settings) -> EvidenceModels:
    """Load the models that the settings name, by default the one that comes with Quoth.

    Damaged weights of Quoth's own are reported and done without; a model that the user named must load.

    Raises:
        ModelError: a model named in the settings cannot be loaded.
        LanguageModelError: the language model named there cannot be.
    """
    named = {"reader": settings.reader_model, "verifier": settings.verifier_model}
    shipped, trouble = load_shipped(settings) if None in named.values() else (None, None)
    reader = shipped if named["reader"] is None else _load_span_reader(named["reader"], settings)
    verifier = shipped if named["verifier"] is None else _load_verifier(named["verifier"], settings)
    writer = load_configured_language_model(settings)
    rewriter = writer if settings.rewrite_follow_ups else None
    selector = _load_selector(settings) if named["reader"] is None and reader else None
    return EvidenceModels(reader, verifier, trouble, writer, rewriter, selector)


def load_shipped(settings: Settings) -> "tuple[EvidenceModel | None, str | None]":
    """Load the model that comes with Quoth, or say why there is none."""
    from retriever.evidence_model import weights_file
    from retriever.evidence_model.loading import load_evidence_model

    try:
        model = load_evidence_model(cache=settings.home, folder=weights_file.SHIPPED, threads=settings.threads)
    except ModelError as error:
        logger.warning("%s Meanwhile Quoth does without them.", error)
        return None, str(error)
    return model, None


def _load_selector(settings: Settings) -> SentenceSelector | None:
    from retriever.evidence_model.selector_loading import load_selector

    try:
        return load_selector(cache=settings.home, threads=settings.threads)
    except ModelError as error:
        logger.warning("%s Meanwhile Quoth reads with the reader alone.", error)
        return None


def load_configured_language_model(settings: Settings) -> LanguageModel | None:
    """Load the language model that the settings name, None where they name none; raises LanguageModelError."""
    if settings.language_model is None:
        return None
    from retriever.language_model.loading import load_language_model

    return load_language_model(
        settings.language_model,
        base_url=settings.language_model_url,
        api_key=settings.language_model_key.get_secret_value() if settings.language_model_key else None,
        threads=settings.threads,
    )


def _load_span_reader(name: str, settings: Settings) -> SpanReader | None:
    if name == NO_MODEL:
        return None
    from retriever.evidence_model.checkpoints import load_span_reader

    return load_span_reader(name, threads=settings.threads)


def _load_verifier(name: str, settings: Settings) -> Verifier | None:
    if name == NO_MODEL:
        return None
    from retriever.evidence_model.checkpoints import load_verifier

    return load_verifier(name, threads=settings.threads)
