"""Load a checkpoint that others trained in place of Quoth's own reader or verifier."""

import logging
import re
from collections.abc import Mapping
from typing import Any

import torch
from transformers import (
    AutoConfig,
    AutoModelForQuestionAnswering,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PretrainedConfig,
)
from transformers.utils import logging as transformers_logging

from ingest.errors import ModelError
from retriever.embedding.model_loading import Role, choose_dtype, digest, named_model_folder, prepare_environment
from retriever.embedding.weights import ModelFolder
from retriever.evidence_model.checkpoint_models import CrossEncoderCheckpoint, EntailmentCheckpoint, SpanCheckpoint
from retriever.evidence_model.pair_scoring import PairScorer
from retriever.evidence_model.types import Label, SpanReader, Verifier

logger = logging.getLogger(__name__)

FITTING: dict[Role, str] = {
    "reader": (
        "A reader is an extractive question answering model, or a cross-encoder: a sequence classifier with one output."
    ),
    "verifier": (
        "A verifier is a sequence classifier whose id2label names entailment, neutral and contradiction, or "
        "entailment and not_entailment."
    ),
}
MEANINGS: dict[str, Label] = {
    "entailment": "supported",
    "entails": "supported",
    "supports": "supported",
    "supported": "supported",
    "contradiction": "refuted",
    "contradicts": "refuted",
    "refutes": "refuted",
    "refuted": "refuted",
    "neutral": "not_enough",
    "not enough info": "not_enough",
    "not enough": "not_enough",
    "not entailment": "not_enough",
}

_NOT_LETTERS = re.compile(r"[^a-z]+")
_LOCAL = {"local_files_only": True, "trust_remote_code": False}


def load_span_reader(name: str, *, threads: int | None = None) -> SpanReader:
    """Load an extractive question answering model or a cross-encoder, from a folder or by its hub name.

    Raises:
        ModelError: it is not there, cannot be loaded, or is another kind of model.
    """
    folder = _prepared_folder(name, "reader", threads)
    config = _load_config(folder, "reader")
    if _is_for(config, "QuestionAnswering") and config.num_labels == 2:
        scorer = _load_scorer(folder, AutoModelForQuestionAnswering, "reader")
        return SpanCheckpoint(scorer, name=_name_of(folder))
    if _is_for(config, "SequenceClassification") and config.num_labels == 1:
        scorer = _load_scorer(folder, AutoModelForSequenceClassification, "reader")
        return CrossEncoderCheckpoint(scorer, name=_name_of(folder))
    raise _unfit(folder, config, "reader")


def load_verifier(name: str, *, threads: int | None = None) -> Verifier:
    """Load a model that was trained on entailment, from a folder or by its hub name.

    Raises:
        ModelError: it is not there, cannot be loaded, or is another kind of model.
    """
    folder = _prepared_folder(name, "verifier", threads)
    config = _load_config(folder, "verifier")
    places = places_of(config.id2label or {})
    if not _is_for(config, "SequenceClassification") or places is None:
        raise _unfit(folder, config, "verifier")
    scorer = _load_scorer(folder, AutoModelForSequenceClassification, "verifier")
    return EntailmentCheckpoint(scorer, places, name=_name_of(folder))


def places_of(labels: Mapping[Any, str]) -> dict[Label, int] | None:
    """Tell which output means what by the names of the labels; None when they do not say."""
    words = {int(place): _NOT_LETTERS.sub(" ", label.casefold()).strip() for place, label in labels.items()}
    places = {MEANINGS[word]: place for place, word in words.items() if word in MEANINGS}
    wanted = {"supported", "refuted", "not_enough"} if len(labels) == 3 else {"supported", "not_enough"}
    return places if places.keys() == wanted and len(places) == len(labels) else None


def _prepared_folder(name: str, role: Role, threads: int | None) -> ModelFolder:
    prepare_environment()
    if threads is not None:
        torch.set_num_threads(threads)
    transformers_logging.disable_progress_bar()
    return named_model_folder(name, role=role)


def _load_config(folder: ModelFolder, role: Role) -> PretrainedConfig:
    try:
        return AutoConfig.from_pretrained(folder.path, **_LOCAL)
    except Exception as error:
        raise _cannot_load(folder, error, role) from error


def _load_scorer(folder: ModelFolder, kind: Any, role: Role) -> PairScorer:
    dtype = choose_dtype("auto")
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder.path, **_LOCAL)
        model, found = kind.from_pretrained(
            folder.path, use_safetensors=True, dtype=dtype, output_loading_info=True, **_LOCAL
        )
    except Exception as error:
        raise _cannot_load(folder, error, role) from error
    missing = ", ".join(sorted(found["missing_keys"]))
    if missing:
        raise ModelError(f"The {role} model in {folder.path} is not trained for this: it lacks {missing}.")
    if not tokenizer.is_fast:
        raise ModelError(f"The {role} model in {folder.path} has no tokenizer.json, which Quoth needs for offsets.")
    logger.info("Loaded %s in %s.", folder.name, dtype)
    return PairScorer(model, tokenizer)


def _is_for(config: PretrainedConfig, task: str) -> bool:
    return any(name.endswith(f"For{task}") for name in config.architectures or ())


def _name_of(folder: ModelFolder) -> str:
    return f"{folder.name}@{digest(folder.files)[:16]}"


def _cannot_load(folder: ModelFolder, error: Exception, role: Role) -> ModelError:
    return ModelError(
        f"The {role} model in {folder.path} cannot be loaded: {error}. Name another one in QUOTH_{role.upper()}_MODEL, "
        "or leave that unset for the one that comes with Quoth."
    )


def _unfit(folder: ModelFolder, config: PretrainedConfig, role: Role) -> ModelError:
    kind = ", ".join(config.architectures or ()) or "of a kind that its config.json does not name"
    labels = ", ".join(map(str, (config.id2label or {}).values()))
    return ModelError(
        f"The model in {folder.path} cannot be a {role}: it is {kind}, with the labels {labels}. {FITTING[role]}"
    )
