"""Which records of the data folder the shipped reader and verifier were trained or tuned on."""

import json
from functools import lru_cache
from pathlib import Path

from evals.training.parts import split_records
from evals.training.records import read_records
from retriever.evidence_model.weights_file import CARD, SHIPPED


@lru_cache(maxsize=1)
def trained_on(data_folder: Path) -> frozenset[str]:
    """Return the ids of these records: all but the test part of the training's split, which takes a minute to make."""
    seed = json.loads((SHIPPED / CARD).read_text(encoding="utf-8"))["recipe"]["seed"]
    parts = split_records(read_records(data_folder), seed=seed).parts
    seen = (parts["train"], parts["calibration"])
    return frozenset(record.id for part in seen for record in (*part.reader, *part.verifier))
