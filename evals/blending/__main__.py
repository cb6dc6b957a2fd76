"""Fit the blend: python -m evals.blending --data FOLDER."""

import argparse
import json
import logging
import pickle
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from platformdirs import user_data_path

from evals.blending.collecting import Collected, collect
from evals.blending.corpora import OWN, PUBLIC, open_corpus, other_parts
from evals.blending.fitting import SELECTED, SIGNS, find_borders, fit_blend, left_out_forecasts
from evals.blending.report import describe
from evals.opening import open_assistant
from retriever.embedding.embeddings import Embedder
from retriever.embedding.model_loading import load_embedder
from retriever.evidence_model.evidence_models import EvidenceModels, load_evidence_models
from retriever.reading.blend import SHIPPED, Blend
from retriever.reading.selection import Select, selector_of
from retriever.reading.sentence_reader import select_sentences
from retriever.settings import Settings
from retriever.types import to_json

logger = logging.getLogger(__name__)

BLENDS = ("signs", "spans", "selector")


def main(arguments: Sequence[str] | None = None) -> None:
    """Collect, fit and write the blends, and how they do on each corpus when fitted on the others."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", stream=sys.stderr)
    logger.setLevel(logging.INFO)
    parser = argparse.ArgumentParser(prog="python -m evals.blending", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the data folder")
    parser.add_argument("--cache", type=Path, default=user_data_path("quoth", appauthor=False))
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the file of blends to write")
    parser.add_argument("--corpora", nargs="*", default=[*OWN, *PUBLIC], help="fit on these alone")
    parser.add_argument("--collected", type=Path, help="keep the signs in this file, or take them from there")
    parser.add_argument("--blends", nargs="*", default=BLENDS, help="fit these; the others stay as they are")
    parser.add_argument("--most", type=int, default=120, help="let a network read at most so many questions a corpus")
    chosen = parser.parse_args(arguments)
    settings = Settings.from_environment().model_copy(update={"home": chosen.cache, "language_model": None})
    embedder = load_embedder(None, cache=chosen.cache, threads=settings.threads)
    with closing(load_evidence_models(settings)) as models:
        if chosen.collected and chosen.collected.exists():
            collected = pickle.loads(chosen.collected.read_bytes())  # our own file, of a run before
        else:
            collected = collect_all(chosen.corpora, chosen.data, embedder, models, settings.max_file_bytes)
        if chosen.collected:
            chosen.collected.write_bytes(pickle.dumps(collected))
        fields = json.loads(chosen.out.read_text(encoding="utf-8"))["blends"] if chosen.out.exists() else {}
        if "signs" in chosen.blends or not fields:
            fields["signs"] = _fitted(collected, SIGNS)
        signs = Blend.from_json(fields["signs"])
        able = map(selector_of, (models, replace(models, selector=None)))
        networks = {select.blend: select for select in able if select}
        for name, select in networks.items():
            if name in chosen.blends:
                seen = [_selected(one, select, signs) for one in thinned(collected, chosen.most)]
                fields[name] = _fitted(seen, SELECTED)
    chosen.out.write_text(json.dumps({"blends": fields}, indent=1) + "\n", encoding="utf-8")


def thinned(collected: Sequence[Collected], most: int) -> list[Collected]:
    """Take at most so many questions of each corpus, spread over it."""
    counts = Counter(one.corpus for one in collected)
    places: Counter[str] = Counter()
    kept = []
    for one in collected:
        place, every = places[one.corpus], counts[one.corpus] / min(most, counts[one.corpus])
        if int(place / every) > int((place - 1) / every) or place == 0:
            kept.append(one)
        places[one.corpus] += 1
    return kept


def collect_all(
    names: Sequence[str], data: Path, embedder: Embedder, models: EvidenceModels, max_file_bytes: int
) -> list[Collected]:
    """Ask the questions of every corpus, up to the signs."""
    without = other_parts(data)
    collected: list[Collected] = []
    for name in names:
        with open_corpus(name, data, without=without) as corpus:
            if corpus is None:
                logger.info("%s: skipped, its files are not here", name)
                continue
            with open_assistant(corpus.folder, embedder, max_file_bytes=max_file_bytes, models=models) as assistant:
                collected += collect(corpus, assistant, assistant.untrained_reader)
        logger.info("%s: %d questions", name, sum(one.corpus == name for one in collected))
    return collected


def _fitted(collected: Sequence[Collected], names: Sequence[str]) -> dict:
    forecasts = left_out_forecasts(collected, names)
    borders = find_borders(forecasts)
    blend = fit_blend(collected, names, borders)
    described = describe(forecasts, borders)
    for line in described.lines:
        logger.info("%s", line)
    return to_json(blend) | {"fitted": described.figures}


def _selected(one: Collected, select: Select, signs: Blend) -> Collected:
    return replace(one, sentences=tuple(select_sentences(one.question, one.sentences, select, signs)))


if __name__ == "__main__":
    main()
