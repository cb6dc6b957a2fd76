"""What decides the selector's weights, beside the data; the defaults are those of the weights that are shipped."""

from dataclasses import asdict, dataclass
from typing import Any

_RISING = 0.05  # of the time of a run by the clock


@dataclass(frozen=True, slots=True)
class SelectionRecipe:
    """All that decides the weights, beside the data.

    The rate rises over the first `warm_up` tokens, stays, and falls to nothing over the last `decay` of them: a run can
    be prolonged from any checkpoint before the fall.

    With `minutes`, it trains for so long by the clock, however many tokens that is: the rate rises over the first
    twentieth of the time and falls to nothing over the rest. So a run on a busy machine ends when it should.
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
    minutes: float | None = None

    @classmethod
    def quick(cls) -> "SelectionRecipe":
        """Return a recipe for a minute."""
        return cls(tokens=8_000, warm_up=2_000, decay=3_000, lines=60)

    def rate_at(self, tokens: int) -> float:
        """Return the share of the learning rate after so many tokens."""
        rising = min(max(tokens / self.warm_up, 0.02), 1.0) if self.warm_up else 1.0
        falling = min(max((self.tokens - tokens) / self.decay, 0.0), 1.0) if self.decay else 1.0
        return min(rising, falling)

    def described(self) -> dict[str, Any]:
        """Return what decided the weights, by name: without what the clock decided instead."""
        unused = {"tokens", "warm_up", "decay"} if self.minutes else {"minutes"}
        return {name: value for name, value in asdict(self).items() if name not in unused}

    def rate_after(self, tokens: int, seconds: float) -> float | None:
        """Return the share of the learning rate after so many tokens and seconds of this run; None: it is over."""
        if self.minutes is None:
            return self.rate_at(tokens) if tokens < self.tokens else None
        gone = seconds / (60 * self.minutes)
        return min(gone / _RISING, (1 - gone) / (1 - _RISING)) if gone < 1 else None
