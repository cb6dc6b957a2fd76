"""Measure snapshots of a selector: python -m evals.selection.measure SNAPSHOT... --candidates FOLDER."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from platformdirs import user_data_path

from evals.selection.candidates import Candidates, FoundPassage, read_candidates
from evals.selection.figures import Scored, Scorer, beside_untrained, remembered, selection_figures, untrained
from evals.sets import load_set
from retriever.embedding.model_loading import choose_dtype
from retriever.embedding.weights import default_model_folder
from retriever.evidence_model.loading import load_evidence_model, load_network
from retriever.evidence_model.model import READ_TOKENS
from retriever.evidence_model.pairs import PairTokenizer
from retriever.evidence_model.selector import TrainedSelector
from retriever.evidence_model.selector_loading import put_selector_weights
from retriever.evidence_model.selector_network import SelectorNetwork
from retriever.evidence_model.types import SentenceSelector, SpanFinder
from retriever.evidence_model.weights_file import find_weights

TUNED_ON = ("dev", "samples", "squad2", "policyqa_nl", "covid_qa", "xquad")
"""Sets that may choose weights: none that is held out."""

_WEIGHTS_OF_UNTRAINED = (1.0,)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures of the untrained reader, the old network and each snapshot."""
    parser = argparse.ArgumentParser(prog="python -m evals.selection.measure", description=__doc__)
    parser.add_argument("snapshots", type=Path, nargs="*")
    parser.add_argument("--candidates", type=Path, required=True, help="where the passages found are kept")
    parser.add_argument("--cache", type=Path, default=user_data_path("quoth", appauthor=False))
    parser.add_argument("--sets", nargs="*", default=TUNED_ON)
    parser.add_argument("--old", action="store_true", help="measure the reader-verifier's margins too")
    chosen = parser.parse_args(arguments)
    sets = {name: _candidates(name, chosen.candidates, chosen.cache) for name in chosen.sets}
    scorers: dict[str, Scorer] = {}
    if chosen.old:
        scorers["old network"] = _margins(load_evidence_model(cache=chosen.cache))
    for snapshot in chosen.snapshots:
        scorers[snapshot.stem] = _selected(load_snapshot(snapshot, chosen.cache))
    for name, candidates in sets.items():
        _print(name, "untrained", candidates, untrained)
        for label, scorer in scorers.items():
            kept = remembered(scorer)
            _print(name, label, candidates, kept)
            for weight in _WEIGHTS_OF_UNTRAINED:
                _print(name, f"{label} + {weight} untrained", candidates, beside_untrained(kept, weight))
    return 0


def load_snapshot(path: Path, cache: Path) -> TrainedSelector:
    """Load a selector from what training wrote."""
    network = SelectorNetwork.from_reader(load_network(cache=cache, weights=find_weights()))
    put_selector_weights(network, path)
    tokenizer = PairTokenizer.from_folder(default_model_folder(cache).path, max_tokens=READ_TOKENS)
    return TrainedSelector(network.to(choose_dtype("auto")), tokenizer, name=path.stem)


def _candidates(name: str, folder: Path, home: Path) -> list[Candidates]:
    with TemporaryDirectory() as scratch:
        loaded = load_set(name, Path(scratch))
        return read_candidates(loaded, folder, home) if loaded else []


def _selected(selector: SentenceSelector) -> Scorer:
    def scored(question: str, passages: Sequence[FoundPassage]) -> Scored:
        read = selector.select(question, [passage.passage for passage in passages])
        return [[sentence.score for sentence in one.sentences] for one in read]

    return scored


def _margins(finder: SpanFinder) -> Scorer:
    def scored(question: str, passages: Sequence[FoundPassage]) -> Scored:
        read = finder.find_spans(question, [passage.passage for passage in passages])
        return [[span.margin for span in one.spans] for one in read]

    return scored


def _print(name: str, label: str, candidates: Sequence[Candidates], scorer: Scorer) -> None:
    sys.stdout.write(f"{name:12s} {label:34s} {selection_figures(candidates, scorer)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
