"""The weights that learn: a short form in the network, a float32 copy of it that is moved, and the optimiser."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

_WEIGHT_DECAY = 0.01
_MAX_GRADIENT_NORM = 1.0
_HEAD_FACTOR = 5.0


class LearningWeights(ABC):
    """Holds a network, the float32 copy of its weights that learn and the optimiser."""

    def __init__(self, network: nn.Module, *, rate: float, device: torch.device, dtype: torch.dtype) -> None:
        self.device = device
        self._rate = rate
        named = [(name, weight) for name, weight in network.to(device).named_parameters() if weight.requires_grad]
        self.names = [name for name, _ in named]
        self._masters = [weight.detach().clone().float().requires_grad_() for _, weight in named]
        network.to(dtype)
        self._parameters = dict(network.named_parameters())
        self._trained = [weight for _, weight in named]
        groups = parameter_groups(self.names, self._masters)
        self.optimiser = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), fused=True)

    @abstractmethod
    def step(self, lessons: Sequence[Any], share: float) -> Any:
        """Learn from some lessons; returns the losses."""

    def trained_weights(self) -> dict[str, torch.Tensor]:
        """Return the float32 copies by name."""
        return {name: master.detach().clone().cpu() for name, master in zip(self.names, self._masters, strict=True)}

    def put_weights(self, weights: dict[str, torch.Tensor]) -> None:
        """Put saved weights in, as far as they are trained here."""
        masters = dict(zip(self.names, self._masters, strict=True))
        with torch.no_grad():
            for name, saved in weights.items():
                self._parameters[name].copy_(saved)
                if name in masters:
                    masters[name].copy_(saved)

    def state(self) -> dict[str, Any]:
        """Return all that a checkpoint keeps."""
        return {"weights": self.trained_weights(), "optimiser": self.optimiser.state_dict()}

    def put_state(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint; when other weights learn than before, the optimiser begins anew."""
        self.put_weights(state["weights"])
        if list(state["weights"]) == self.names:
            self.optimiser.load_state_dict(state["optimiser"])

    def _move(self, share: float) -> None:
        """Move the copies by their gradients, at a share of the highest rate, and the network's weights after them."""
        torch.nn.utils.clip_grad_norm_(self._masters, _MAX_GRADIENT_NORM)
        for group in self.optimiser.param_groups:
            group["lr"] = self._rate * group["factor"] * share
        self.optimiser.step()
        with torch.no_grad():
            for weight, master in zip(self._trained, self._masters, strict=True):
                weight.copy_(master)


def parameter_groups(names: Sequence[str], masters: Sequence[torch.Tensor]) -> list[dict[str, Any]]:
    """Put heads apart, which learn faster, and biases and norms, which do not decay."""
    groups: dict[tuple[float, float], list[torch.Tensor]] = {}
    for name, master in zip(names, masters, strict=True):
        factor = 1.0 if name.startswith("encoder.") else _HEAD_FACTOR
        decay = _WEIGHT_DECAY if master.dim() > 1 and "embeddings" not in name else 0.0
        groups.setdefault((factor, decay), []).append(master)
    return [{"params": found, "factor": factor, "weight_decay": decay} for (factor, decay), found in groups.items()]
