"""Measure snapshots of a selector: python -m evals.selection.measure SNAPSHOT... --candidates FOLDER."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from platformdirs import user_data_path

from evals.selection.candidates import Candidates, FoundPassage, read_candidates
from evals.selection.figures import HEAD, Scorer, beside_untrained, remembered, selection_figures, untrained
from evals.sets import load_set
from evals.training.markdown import table
from retriever.embedding.model_loading import choose_dtype
from retriever.embedding.weights import default_model_folder
from retriever.evidence_model.loading import load_evidence_model, load_network
from retriever.evidence_model.model import READ_TOKENS
from retriever.evidence_model.pairs import PairTokenizer
from retriever.evidence_model.selector import TrainedSelector
from retriever.evidence_model.selector_loading import put_selector_weights
from retriever.evidence_model.selector_network import SelectorNetwork
from retriever.evidence_model.types import PassageSelection, SelectedSentence, SpanReader
from retriever.evidence_model.weights_file import find_weights

TUNED_ON = ("dev", "samples", "squad2", "policyqa_nl", "covid_qa", "xquad")
"""Sets that may choose weights: none that is held out."""

_WEIGHT_OF_UNTRAINED = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table of the untrained reader, the reader-verifier and each snapshot, alone and beside the untrained."""
    parser = argparse.ArgumentParser(prog="python -m evals.selection.measure", description=__doc__)
    parser.add_argument("snapshots", type=Path, nargs="*", help="weights that training wrote: .safetensors")
    parser.add_argument("--candidates", type=Path, required=True, help="where the passages found are kept")
    parser.add_argument("--cache", type=Path, default=user_data_path("quoth", appauthor=False))
    parser.add_argument("--sets", nargs="*", default=TUNED_ON)
    parser.add_argument("--old", action="store_true", help="measure the reader-verifier's margins too")
    chosen = parser.parse_args(arguments)
    scorers: dict[str, Scorer] = {}
    if chosen.old:
        scorers["reader-verifier"] = _margins(load_evidence_model(cache=chosen.cache))
    for snapshot in chosen.snapshots:
        scorers[snapshot.stem] = _selected(load_snapshot(snapshot, chosen.cache))
    for number, name in enumerate(chosen.sets):
        rows = list(_rows(name, _candidates(name, chosen.candidates, chosen.cache), scorers))
        lines = table(("set", "scorer", *HEAD), rows).splitlines(keepends=True)
        sys.stdout.write("".join(lines[2:] if number else lines))
        sys.stdout.flush()
    return 0


def load_snapshot(path: Path, cache: Path) -> TrainedSelector:
    """Load a selector from what training wrote."""
    network = SelectorNetwork.from_reader(load_network(cache=cache, weights=find_weights()))
    put_selector_weights(network, path)
    tokenizer = PairTokenizer.from_folder(default_model_folder(cache).path, max_tokens=READ_TOKENS)
    return TrainedSelector(network.to(choose_dtype("auto")), tokenizer, name=path.stem)


def _rows(name: str, candidates: Sequence[Candidates], scorers: dict[str, Scorer]) -> Iterator[list[str | int | float]]:
    yield [name, "untrained", *selection_figures(candidates, untrained).row()]
    for label, scorer in scorers.items():
        kept = remembered(scorer)
        yield [name, label, *selection_figures(candidates, kept).row()]
        beside = selection_figures(candidates, beside_untrained(kept, _WEIGHT_OF_UNTRAINED))
        yield [name, f"{label} + untrained", *beside.row()]


def _candidates(name: str, folder: Path, home: Path) -> list[Candidates]:
    with TemporaryDirectory() as scratch:
        loaded = load_set(name, Path(scratch))
        return read_candidates(loaded, folder, home) if loaded else []


def _selected(selector: TrainedSelector) -> Scorer:
    def scored(question: str, passages: Sequence[FoundPassage]) -> list[PassageSelection]:
        return selector.select(question, [passage.passage for passage in passages])

    return scored


def _margins(reader: SpanReader) -> Scorer:
    def scored(question: str, passages: Sequence[FoundPassage]) -> list[PassageSelection]:
        read = reader.find_spans(question, [passage.passage for passage in passages])
        return [
            PassageSelection(tuple(SelectedSentence(one.margin, one.span, 0.0) for one in each.spans)) for each in read
        ]

    return scored


if __name__ == "__main__":
    sys.exit(main())
