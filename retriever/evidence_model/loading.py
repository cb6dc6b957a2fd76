"""Load the trained model on the encoder that Quoth unpacks."""

import logging
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import load_file

from ingest.errors import ModelError
from retriever.embedding.model_loading import Precision, choose_dtype, prepare_environment
from retriever.embedding.weights import default_model_folder
from retriever.evidence_model.model import READ_TOKENS, EvidenceModel
from retriever.evidence_model.network import FROZEN, EvidenceNetwork
from retriever.evidence_model.pairs import PairTokenizer
from retriever.evidence_model.weights_file import SHIPPED, TrainedWeights, find_weights

logger = logging.getLogger(__name__)


def load_evidence_model(
    *, cache: Path, folder: Path = SHIPPED, threads: int | None = None, precision: Precision = "auto"
) -> EvidenceModel:
    """Load the trained weights of a folder.

    Args:
        cache: Where the encoder is unpacked.
        folder: Where the weights and their card lie.
        threads: How many cores to use; None for all of them.
        precision: What to compute in.

    Raises:
        ModelError: the weights or the encoder are missing or damaged, or do not belong together.
    """
    prepare_environment()
    weights = find_weights(folder)
    if threads is not None:
        torch.set_num_threads(threads)
    network = load_network(cache=cache, weights=weights)
    dtype = choose_dtype(precision)
    tokenizer = PairTokenizer.from_folder(default_model_folder(cache).path, max_tokens=READ_TOKENS)
    logger.info("Loaded %s in %s.", weights.name, dtype)
    return EvidenceModel(network.to(dtype), tokenizer, weights.calibration, name=weights.name)


def load_network(
    *, cache: Path, weights: TrainedWeights, build: Callable[[Path], EvidenceNetwork] = EvidenceNetwork.from_folder
) -> EvidenceNetwork:
    """Load the trained network in full precision; raises ModelError as `load_evidence_model` does.

    `build` is there for those who train it on: it makes the network of an unpacked encoder, with untrained heads.
    """
    encoder = default_model_folder(cache)
    if weights.encoder_files != dict(encoder.files):
        raise ModelError(
            f"The weights in {weights.path.parent} were trained on another encoder than the one that is installed."
        )
    network = build(encoder.path)
    _put_weights(network, weights)
    return network


def _put_weights(network: EvidenceNetwork, weights: TrainedWeights) -> None:
    """Put the trained weights in; those of the words stay as the encoder has them."""
    try:
        found = network.load_state_dict(load_file(weights.path), strict=False)
    except Exception as error:  # the file is as the card says, but of a network of another shape
        raise ModelError(f"The weights in {weights.path} do not fit this release: {error}") from error
    if found.unexpected_keys or not set(found.missing_keys) <= {FROZEN}:
        raise ModelError(f"The weights in {weights.path} are not those of this release's network.")
