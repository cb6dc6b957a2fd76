"""The losses of the selector: the marginal likelihood of the sentences that answer, and the span inside one."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from evals.selection.lessons import SelectionLesson
from evals.training.targets import IGNORED
from retriever.evidence_model.selector_network import SelectorBatch, SelectorScores

SPAN_WEIGHT = 0.15
_CLOSED = -1e4


@dataclass(frozen=True, slots=True)
class SelectionTargets:
    """What the network should say: the outcomes that are right and those that count, "none" first; span tokens."""

    right: Tensor
    counted: Tensor
    start: Tensor
    end: Tensor
    holder: Tensor


def make_targets(lessons: Sequence[SelectionLesson], sentences: int) -> SelectionTargets:
    """Put the targets of lessons side by side, in rows of as many outcomes as there are sentences and "none"."""
    right = torch.zeros((len(lessons), sentences + 1), dtype=torch.bool)
    counted = torch.ones_like(right)
    for row, lesson in enumerate(lessons):
        right[row, [number + 1 for number in lesson.gold] or [0]] = True
        counted[row, [number + 1 for number in lesson.ignored if number < sentences]] = False
    spans = torch.tensor([(lesson.start, lesson.end, lesson.holder) for lesson in lessons])
    return SelectionTargets(right, counted, *spans.unbind(1))


def selection_loss(scores: SelectorScores, targets: SelectionTargets) -> Tensor:
    """Return the negative marginal log-likelihood of the right outcomes of each window."""
    logits = torch.cat([scores.none.unsqueeze(1), scores.sentences], dim=1)
    logits = logits.masked_fill(~targets.counted, _CLOSED)
    return logits.logsumexp(1) - logits.masked_fill(~targets.right, _CLOSED).logsumexp(1)


def span_loss(scores: SelectorScores, batch: SelectorBatch, targets: SelectionTargets) -> Tensor:
    """Return the summed cross-entropy of the span's first and last token among those of its sentence."""
    known = (targets.start != IGNORED).nonzero().squeeze(1)
    if not len(known):
        return scores.start.sum() * 0
    total = torch.zeros(())
    outside = ~batch.inside[known, targets.holder[known]]
    for logits, target in ((scores.start, targets.start), (scores.end, targets.end)):
        total = total + functional.cross_entropy(
            logits[known].masked_fill(outside, _CLOSED), target[known], reduction="sum"
        )
    return total / 2
