"""The command that measures where sentences are cut: `sentence-ends`."""

from rich.console import Console
from rich.table import Table

from evals.sentence_ends import ENDS, read_marked, score_ends, segmenters


def sentence_ends() -> None:
    """Find hard sentence ends in Dutch and English, beside sentencex, pysbd and spaCy where they are installed."""
    table = Table("texts", "segmenter", "right", "of found", "of wanted", "F1")
    for name, path in ENDS.items():
        if not path.exists():
            continue
        texts = read_marked(path)
        for segmenter, cut in segmenters().items():
            score = score_ends(texts, cut)
            counts = (str(score.right), str(score.found), str(score.wanted))
            table.add_row(name, segmenter, *counts, f"{score.f1:.3f}")
    Console().print(table)
