"""The trained weights as they are shipped: safetensors, and a card that says what they are."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import ModelError
from retriever.evidence_model.calibration import Calibration

WEIGHTS = "reader-verifier.safetensors"
CARD = "reader-verifier.json"
SHIPPED = Path(__file__).parent / "weights"

_INSTALL = "Install Quoth again with pip, or train them with `make train`."


@dataclass(frozen=True, slots=True)
class TrainedWeights:
    """Weights that were found undamaged; `encoder_files` are the sha256 of the encoder's files they were trained on."""

    path: Path
    sha256: str
    calibration: Calibration
    encoder_files: dict[str, str]

    @property
    def name(self) -> str:
        """Name what these weights say: two of one name say the same."""
        return f"reader-verifier@{self.sha256[:16]}"


def find_weights(folder: Path = SHIPPED) -> TrainedWeights:
    """Return the weights of a folder; raises ModelError when they are missing or not what their card says."""
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        found = _read_card(card, folder)
        with found.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"The reader's weights in {folder} are missing or damaged: {error}. {_INSTALL}") from error
    if digest != found.sha256:
        raise ModelError(f"The reader's weights in {found.path} are damaged: their sha256 is {digest}. {_INSTALL}")
    return found


def _read_card(card: dict[str, Any], folder: Path) -> TrainedWeights:
    calibration = Calibration(**card["calibration"])
    if set(calibration.temperature) != {"within", "across"}:
        raise ValueError("its card has not the temperatures that verdicts need")
    return TrainedWeights(
        path=folder / card["weights"],
        sha256=card["sha256"],
        calibration=calibration,
        encoder_files=dict(card["encoder"]["files"]),
    )
