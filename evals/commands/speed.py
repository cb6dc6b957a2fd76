"""The command that times: `speed`."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from evals.opening import open_assistant
from evals.reading_speed import PASSAGES, TOKENS, CountingReader, ReadingTime, time_full_passages, time_questions
from evals.sets import SAMPLES, load_set
from retriever.embedding.model_loading import has_bfloat16, load_embedder
from retriever.evidence_model.evidence_models import EvidenceModels
from retriever.evidence_model.loading import load_evidence_model
from retriever.evidence_model.types import SpanReader
from retriever.settings import Settings


def speed(
    *, questions: Annotated[int, typer.Option(min=2, help="Questions of the set `samples` that are asked.")] = 30
) -> None:
    """Time the trained reader: float32, bfloat16 where the processor has it; as at work, the likeliest alone."""
    settings = Settings.from_environment()
    readers: dict[str, SpanReader] = {"all in float32": _load(settings, "float32")}
    if has_bfloat16():
        readers["all in bfloat16"] = _load(settings, "bfloat16")
    fastest = list(readers.values())[-1]
    counting = CountingReader(fastest)
    samples = load_set("samples", SAMPLES)
    cases = samples.cases[:questions]
    embedder = load_embedder(settings.embedding_model, cache=settings.home, threads=settings.threads)
    full = time_full_passages(readers, "\n".join(samples.texts.values()), cases[0].question, fastest.count_tokens)
    with open_assistant(
        SAMPLES, embedder, max_file_bytes=settings.max_file_bytes, models=EvidenceModels(counting)
    ) as assistant:
        asked = time_questions(readers, assistant, counting, [case.question for case in cases])
    console = Console()
    console.print(_table(f"{PASSAGES} passages of {TOKENS} tokens", full))
    console.print(_table(f"what is found for {len(cases)} questions on the sample texts", asked))


def _load(settings: Settings, precision: str) -> SpanReader:
    return load_evidence_model(cache=settings.home, threads=settings.threads, precision=precision)


def _table(title: str, times: list[ReadingTime]) -> Table:
    """Show each way with its gain over the first, which reads all in float32."""
    table = Table("way", "passages read", "ms a question", "ms a passage found", "times as fast", title=title)
    found, first = times[0].passages, times[0].milliseconds
    for time in times:
        shares = (f"{time.passages:.1f}", f"{time.milliseconds:.0f}", f"{time.milliseconds / found:.1f}")
        table.add_row(time.way, *shares, f"{first / time.milliseconds:.2f}")
    return table
