"""Calibrate on the calibration part and measure on the test part."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

from evals.training.calibration import (
    CROSSINGS,
    RiskPoint,
    choose_point,
    file_weights,
    fit_answered,
    fit_temperature,
    risk_coverage,
)
from evals.training.examples import ReadingExample
from evals.training.metrics import token_f1
from evals.training.minimal_pairs import KINDS
from evals.training.parts import Part
from evals.training.predicting import Predictor, SpanReading, answered
from evals.training.ranking_figures import RankingFigures, ranking_figures
from evals.training.reading_figures import (
    AcrossFigures,
    ReadingFigures,
    ReadQuestions,
    across_figures,
    answering_reliability,
    reading_figures,
)
from evals.training.records import Records, TrainingDataError
from evals.training.reliability import Reliability
from evals.training.samples import Amounts, Sample, draw_sample, learned_sentences
from evals.training.verifying_figures import (
    EVIDENCE_SETS,
    EvidenceSetFigures,
    JudgedClaims,
    VerifyingFigures,
    claim_group,
    evidence_set_figures,
    pair_group,
    verdict_reliability,
    verifying_figures,
)
from retriever.embedding.embeddings import Embedder
from retriever.evidence_model.calibration import Calibration
from retriever.evidence_model.types import LABELS

logger = logging.getLogger(__name__)

# Refusing is tuned where people wrote the questions without an answer; the threshold holds for the rest.
_REFUSAL_SET = "squad2"

_EVERY_ONE = 2000
# What figures are promised on is measured as far as it goes or nearly so, the rest in samples: about two million
# tokens in all, ten minutes on two cores.
USUAL: Mapping[Part, Amounts] = {
    "calibration": Amounts(
        of_a_group=60,
        groups={
            **{"squad2": _EVERY_ONE, "policyqa_nl": _EVERY_ONE, "xquad across": 80, "xquad within": 40},
            **{pair_group(kind, where): 80 for kind in KINDS for where in CROSSINGS},
            **dict.fromkeys(EVIDENCE_SETS, 100),
        },
    ),
    "test": Amounts(
        of_a_group=100,
        groups={
            **{"squad2": _EVERY_ONE, "policyqa_nl": _EVERY_ONE, "xquad across": 600, "xquad within": 150},
            **{"cloze within": 200, "cloze across": 200, "covid_qa": 60},
            **{pair_group(kind, where): 150 for kind in KINDS for where in CROSSINGS},
            **dict.fromkeys(EVIDENCE_SETS, 300),
        },
        queries=100,
    ),
}
HANDFUL: Mapping[Part, Amounts] = {
    "calibration": Amounts(of_a_group=4),
    "test": Amounts(of_a_group=4, queries=4, candidates=1),
}


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Fitted probabilities, the risk-coverage curve, and the point of it that was chosen."""

    calibration: Calibration
    curve: tuple[RiskPoint, ...]
    chosen: RiskPoint
    questions: int
    claims: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is measured on the test part; `left_out` counts what shares a sentence with training."""

    left_out: int
    reading: Mapping[str, ReadingFigures]
    reading_across_languages: AcrossFigures
    answering_reliability: Mapping[str, Reliability]
    verifying: Mapping[str, VerifyingFigures]
    evidence_sets: EvidenceSetFigures
    verdict_reliability: Mapping[str, Reliability]
    ranking: Mapping[str, RankingFigures]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How a network's scores become probabilities, and how good it then is."""

    calibrated: Calibrated
    figures: Figures


def evaluate(
    predictor: Predictor,
    parts: Mapping[Part, Records],
    embedder: Embedder,
    *,
    amounts: Mapping[Part, Amounts],
    seed: int,
) -> Evaluation:
    """Calibrate on one part and measure on another."""
    learned = learned_sentences(parts["train"])
    samples = {
        part: draw_sample(parts[part], learned=learned, amounts=found, seed=seed) for part, found in amounts.items()
    }
    calibrated = calibrate(predictor, samples["calibration"])
    logger.info("Calibrated: %s", calibrated.calibration)
    figures = measure_sample(
        predictor, calibrated.calibration, samples["test"], embedder, amounts=amounts["test"], seed=seed
    )
    return Evaluation(calibrated, figures)


def calibrate(predictor: Predictor, sample: Sample) -> Calibrated:
    """Fit the probabilities and choose the threshold on a part that is for nothing else."""
    questions, claims = sample.questions, sample.claims
    if not questions:
        raise TrainingDataError("The calibration part holds no question; the data folder is too small to split.")
    readings = predictor.read(questions)
    weights = file_weights([example.source for example in questions])
    margin, relevance, bias = fit_answered(readings, [bool(example.answers) for example in questions], weights).tolist()
    temperature = fit_temperature(
        predictor.judge(claims),
        [LABELS.index(example.label) for example in claims],
        [example.languages for example in claims],
        file_weights([claim_group(example) for example in claims]),
    )
    fitted = Calibration(margin, relevance, bias, temperature, threshold=0.5)
    curve = _risk_coverage(fitted, questions, readings)
    chosen = choose_point(curve)
    calibration = replace(fitted, threshold=chosen.threshold)
    return Calibrated(calibration, tuple(curve), chosen, len(questions), len(claims))


def measure_sample(
    predictor: Predictor, calibration: Calibration, sample: Sample, embedder: Embedder, *, amounts: Amounts, seed: int
) -> Figures:
    """Measure reading and refusing, verifying, and ranking."""
    questions, claims = sample.questions, sample.claims
    read = ReadQuestions.from_readings(questions, predictor.read(questions), calibration)
    logger.info("Read %d questions.", len(questions))
    judged = JudgedClaims(
        claims, calibration.verdicts(predictor.judge(claims), [example.languages for example in claims])
    )
    logger.info("Judged %d claims.", len(claims))
    return Figures(
        left_out=sample.left_out,
        reading=reading_figures(read),
        reading_across_languages=across_figures(read),
        answering_reliability=answering_reliability(read),
        verifying=verifying_figures(judged),
        evidence_sets=evidence_set_figures(judged),
        verdict_reliability=verdict_reliability(judged),
        ranking=ranking_figures(sample.retrieval, predictor, embedder, amounts=amounts, seed=seed),
    )


def _risk_coverage(
    calibration: Calibration, questions: list[ReadingExample], readings: list[SpanReading]
) -> list[RiskPoint]:
    rows = [row for row, example in enumerate(questions) if example.source == _REFUSAL_SET] or range(len(questions))
    answers = [[answer.text for answer in questions[row].answers] for row in rows]
    chosen = [readings[row] for row in rows]
    scores = [token_f1(reading.text, found) if found else 0.0 for reading, found in zip(chosen, answers, strict=True)]
    return risk_coverage(answered(calibration, chosen), scores, [bool(found) for found in answers])
