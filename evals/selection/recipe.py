"""What decides the selector's weights, beside the data; the defaults are those of the weights that are shipped."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SelectionRecipe:
    """All that decides the weights, beside the data.

    The rate rises over the first `warm_up` tokens, stays, and falls to nothing over the last `decay` of them: a run can
    be prolonged from any checkpoint before the fall.
    """

    seed: int = 20
    tokens: int = 60_000_000
    warm_up: int = 150_000
    decay: int = 1_500_000
    rate: float = 1.2e-4
    frozen_layers: int = 6
    max_tokens: int = 256
    batch_tokens: int = 1024
    batches_a_step: int = 4
    threads: int = 2
    lines: int | None = None  # of each file that are read

    @classmethod
    def quick(cls) -> "SelectionRecipe":
        """Return a recipe for a minute."""
        return cls(tokens=8_000, warm_up=2_000, decay=3_000, lines=60)

    def rate_at(self, tokens: int) -> float:
        """Return the share of the learning rate after so many tokens."""
        rising = min(max(tokens / self.warm_up, 0.02), 1.0) if self.warm_up else 1.0
        falling = min(max((self.tokens - tokens) / self.decay, 0.0), 1.0) if self.decay else 1.0
        return min(rising, falling)
