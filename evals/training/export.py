"""Write what training changed, and a card that says where it comes from and how good it is."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from evals.training.records import TrainingDataError
from retriever.evidence_model.network import FROZEN
from retriever.evidence_model.weights_file import CARD, WEIGHTS

MAX_BYTES = 45_000_000


@dataclass(frozen=True, slots=True)
class Exported:
    """The written files and the sha256 of the weights."""

    weights: Path
    card: Path
    sha256: str
    bytes: int


def export(
    weights: Mapping[str, torch.Tensor],
    card: Mapping[str, Any],
    folder: Path,
    *,
    weights_name: str = WEIGHTS,
    card_name: str = CARD,
) -> Exported:
    """Write the trained weights in half precision and the card beside them."""
    if FROZEN in weights:
        raise TrainingDataError(f"{FROZEN} is in the weights: it is never trained and would triple the file.")
    folder.mkdir(parents=True, exist_ok=True)
    aside, path = folder / f"{weights_name}.new", folder / weights_name
    save_file({name: weight.half().contiguous() for name, weight in weights.items()}, aside)
    aside.chmod(0o644)  # safetensors writes for its owner alone
    size = aside.stat().st_size
    if size > MAX_BYTES:
        aside.unlink()
        raise TrainingDataError(f"The weights take {size:,} bytes; at most {MAX_BYTES:,} may be shipped.")
    with aside.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    aside.replace(path)
    written = {"weights": weights_name, "sha256": digest, "bytes": size, **card}
    (folder / card_name).write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return Exported(path, folder / card_name, digest, size)
