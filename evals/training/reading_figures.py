"""How well the reader reads and refuses, on examples that nothing was trained or tuned on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evals.measures import area_under_curve, balanced_accuracy, calibration_error
from evals.training.calibration import file_weights
from evals.training.cloze import CLOZE
from evals.training.examples import ReadingExample
from evals.training.metrics import (
    Measured,
    exact_match,
    measure,
    measure_mean,
    token_f1,
)
from evals.training.predicting import SpanReading, answered
from evals.training.reliability import Reliability, reliability_of
from retriever.evidence_model.calibration import Calibration, crossing

DUTCH = "all Dutch questions"


@dataclass(frozen=True, slots=True)
class ReadingFigures:
    """Figures of one group of questions; refusals count: silence is right where there is no answer, else wrong.

    `f1_answering` is the F1 on the answerable questions when the best span is always given.
    """

    questions: int
    answerable: int
    f1: Measured
    exact: Measured
    f1_answering: Measured
    refusal_balanced_accuracy: Measured
    refusal_auc: Measured
    calibration_error: float


@dataclass(frozen=True, slots=True)
class AcrossFigures:
    """The F1 with question and passage in different languages, each pair of languages alike; refusals count."""

    pairs: int
    questions: int
    f1: Measured


@dataclass(frozen=True, slots=True)
class ReadQuestions:
    """Questions with what was read for them, and what was said: nothing below the threshold."""

    examples: Sequence[ReadingExample]
    readings: Sequence[SpanReading]
    confidences: np.ndarray
    threshold: float

    @classmethod
    def from_readings(
        cls, examples: Sequence[ReadingExample], readings: Sequence[SpanReading], calibration: Calibration
    ) -> "ReadQuestions":
        """Turn logits into probabilities."""
        return cls(examples, readings, answered(calibration, readings), calibration.threshold)

    def said(self, row: int) -> str:
        """Return the answer that is given."""
        return self.readings[row].text if self.confidences[row] >= self.threshold else ""

    def answers(self, row: int) -> list[str]:
        """Return the answers that are right."""
        return [answer.text for answer in self.examples[row].answers]


def question_group(example: ReadingExample) -> str:
    """Name the group that a question is counted in."""
    if example.source in ("xquad", CLOZE):
        return f"{example.source} {crossing(example.languages)}"
    return example.source


def reading_figures(read: ReadQuestions) -> dict[str, ReadingFigures]:
    """Return the figures of each group by name."""
    groups: dict[str, list[int]] = defaultdict(list)
    for row, example in enumerate(read.examples):
        groups[question_group(example)].append(row)
        if example.languages.startswith("nl>"):
            groups[DUTCH].append(row)
    return {name: _figures(read, rows) for name, rows in sorted(groups.items())}


def across_figures(read: ReadQuestions) -> AcrossFigures:
    """Return the F1 over XQuAD with question and passage in different languages."""
    by_pair: dict[str, list[float]] = defaultdict(list)
    for row, example in enumerate(read.examples):
        if example.source == "xquad" and crossing(example.languages) == "across":
            by_pair[example.languages].append(token_f1(read.said(row), read.answers(row)))
    questions = sum(map(len, by_pair.values()))
    return AcrossFigures(len(by_pair), questions, measure_mean([np.mean(values) for values in by_pair.values()]))


def answering_reliability(read: ReadQuestions) -> Mapping[str, Reliability]:
    """Return how far the probability that a passage answers is right, each group weighing alike."""
    return {
        "all": reliability_of(
            read.confidences,
            [bool(example.answers) for example in read.examples],
            weights=file_weights([question_group(example) for example in read.examples]),
        )
    }


def _figures(read: ReadQuestions, rows: Sequence[int]) -> ReadingFigures:
    answers = [read.answers(row) for row in rows]
    said = [read.said(row) for row in rows]
    has_answer = np.array([bool(found) for found in answers])
    confidences = read.confidences[rows]
    given = confidences >= read.threshold
    best = [(read.readings[row].text, found) for row, found in zip(rows, answers, strict=True) if found]
    return ReadingFigures(
        questions=len(rows),
        answerable=int(has_answer.sum()),
        f1=measure_mean([token_f1(text, found) for text, found in zip(said, answers, strict=True)]),
        exact=measure_mean([exact_match(text, found) for text, found in zip(said, answers, strict=True)]),
        f1_answering=measure_mean([token_f1(text, found) for text, found in best]),
        refusal_balanced_accuracy=measure(lambda drawn: balanced_accuracy(has_answer[drawn], given[drawn]), len(rows)),
        refusal_auc=measure(lambda drawn: area_under_curve(confidences[drawn], has_answer[drawn]), len(rows)),
        calibration_error=calibration_error(confidences, has_answer),
    )
