"""Load the sentence selector: its own weights on top of the reader-verifier's, from which it was trained on."""

import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from ingest.errors import ModelError
from retriever.embedding.model_loading import Precision, choose_dtype, prepare_environment
from retriever.embedding.weights import default_model_folder
from retriever.evidence_model.loading import load_network
from retriever.evidence_model.model import READ_TOKENS
from retriever.evidence_model.pairs import PairTokenizer
from retriever.evidence_model.selector import TrainedSelector
from retriever.evidence_model.selector_network import SelectorNetwork
from retriever.evidence_model.weights_file import SHIPPED, find_weights

logger = logging.getLogger(__name__)

SELECTOR_WEIGHTS = "selector.safetensors"
SELECTOR_CARD = "selector.json"

_INSTALL = "Install Quoth again with pip, or train them with `make train`."


@dataclass(frozen=True, slots=True)
class SelectorWeights:
    """Weights that were found undamaged; `base` is the sha256 of the reader-verifier that they were trained on from."""

    path: Path
    sha256: str
    base: str

    @property
    def name(self) -> str:
        """Name what these weights say: two of one name say the same."""
        return f"selector@{self.sha256[:16]}"


def find_selector_weights(folder: Path = SHIPPED) -> SelectorWeights:
    """Return the weights of a folder; raises ModelError when they are missing or not what their card says."""
    try:
        card: dict[str, Any] = json.loads((folder / SELECTOR_CARD).read_text(encoding="utf-8"))
        found = SelectorWeights(folder / card["weights"], card["sha256"], card["base"])
        with found.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"The selector's weights in {folder} are missing or damaged: {error}. {_INSTALL}") from error
    if digest != found.sha256:
        raise ModelError(f"The selector's weights in {found.path} are damaged: their sha256 is {digest}. {_INSTALL}")
    return found


def load_selector(
    *,
    cache: Path,
    folder: Path = SHIPPED,
    base: Path = SHIPPED,
    threads: int | None = None,
    precision: Precision = "auto",
) -> TrainedSelector:
    """Load the selector of a folder.

    Args:
        cache: Where the encoder is unpacked.
        folder: Where the selector's weights and their card lie.
        base: Where the weights lie that the selector was trained on from: what it does not change is theirs.
        threads: How many cores to use; None for all of them.
        precision: What to compute in.

    Raises:
        ModelError: weights or the encoder are missing or damaged, or do not belong together.
    """
    prepare_environment()
    weights = find_selector_weights(folder)
    below = find_weights(base)
    if weights.base != below.sha256:
        raise ModelError(f"The selector in {folder} was trained on other reader-verifier weights than those in {base}.")
    if threads is not None:
        torch.set_num_threads(threads)
    network = SelectorNetwork.from_reader(load_network(cache=cache, weights=below))
    put_selector_weights(network, weights.path)
    dtype = choose_dtype(precision)
    logger.info("Loaded %s in %s.", weights.name, dtype)
    tokenizer = PairTokenizer.from_folder(default_model_folder(cache).path, max_tokens=READ_TOKENS)
    return TrainedSelector(network.to(dtype), tokenizer, name=weights.name)


def put_selector_weights(network: SelectorNetwork, path: Path) -> None:
    """Put trained weights in; layers that are not in the file stay as they are, heads must be in it."""
    try:
        found = network.load_state_dict(load_file(path), strict=False)
    except Exception as error:  # the file is as the card says, but of a network of another shape
        raise ModelError(f"The weights in {path} do not fit this release: {error}") from error
    if found.unexpected_keys or not all(name.startswith("encoder.") for name in found.missing_keys):
        raise ModelError(f"The weights in {path} are not those of this release's selector.")
