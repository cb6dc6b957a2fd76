"""Run question sets: open an assistant on the texts, ask, measure, put on record."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.opening import open_assistant
from evals.prose import ProseWatch
from evals.record import record_run
from evals.remembering import remembering
from evals.run import run_cases
from evals.saved import SavedControl, SavedRun, SavedVariant
from evals.saved_prose import WITH_PROSE
from evals.scores import HEADLINES, RunScores, score
from evals.sets import OWN_SETS, LoadedSet, QuestionSet, load_set
from evals.systems.quoth import QuothSystem, System
from evals.types import Outcome
from evals.variants import QUOTH, Variant, ask, forced, unchecked
from ingest.errors import QuothError
from retriever.assistant import Assistant
from retriever.embedding.embeddings import Embedder
from retriever.evidence_model.evidence_models import EvidenceModels
from retriever.language_model.types import LanguageModel

Progress = Callable[[str, Outcome], None]
MakeSystem = Callable[[LoadedSet, Assistant], System]


@dataclass(frozen=True, slots=True)
class Bench:
    """What every run of a session shares: the negative controls too, which say what its checks can see.

    `language_model` puts what Quoth answers in prose, and is asked in `run` alone; whoever made it closes it.
    `progress` hears of each case with the name of what was asked.
    """

    embedder: Embedder
    max_file_bytes: int
    models: EvidenceModels = field(default=EvidenceModels())
    controls: Sequence[SavedControl] = ()
    progress: Progress | None = None
    own_sets: Sequence[QuestionSet] = field(default=OWN_SETS)
    language_model: LanguageModel | None = None

    @contextmanager
    def load(self, name: str) -> Iterator[LoadedSet | None]:
        """Load a set for as long as the `with` lasts; None when its files are not there."""
        with TemporaryDirectory() as scratch:
            yield load_set(name, Path(scratch), own_sets=self.own_sets)

    def run(self, loaded: LoadedSet, *, variants: Sequence[Variant] = ()) -> SavedRun:
        """Run Quoth over a set, and the variants, which write no prose, beside it."""
        with self._open(loaded) as assistant:
            system = quoth_system(loaded, assistant, language_model=self.language_model)
            outcomes = self._ask(loaded, system)
            measured = {QUOTH.name: score(outcomes)} if variants else {}
            measured |= self._run_variants(loaded, assistant, [one for one in variants if not one.raw_texts])
        if raw := [one for one in variants if one.raw_texts]:
            with self._open(loaded, raw_texts=True) as assistant:
                measured |= self._run_variants(loaded, assistant, raw)
        saved = tuple(_saved_variant(one, measured[one.name]) for one in variants)
        return self._record(loaded, system, outcomes, saved)

    def run_system(self, loaded: LoadedSet, make_system: MakeSystem) -> SavedRun:
        """Run another system over a set; it may use the search of an assistant over the same texts."""
        with self._open(loaded) as assistant:
            system = make_system(loaded, assistant)
            outcomes = self._ask(loaded, system)
        return self._record(loaded, system, outcomes)

    def _record(
        self,
        loaded: LoadedSet,
        system: System,
        outcomes: Sequence[Outcome],
        variants: Sequence[SavedVariant] = (),
    ) -> SavedRun:
        return record_run(
            loaded,
            outcomes,
            system=system.name,
            settings=system.settings,
            controls=self.controls,
            variants=variants,
        )

    def _run_variants(
        self, loaded: LoadedSet, assistant: Assistant, variants: Sequence[Variant]
    ) -> dict[str, RunScores]:
        asked = {
            one.name: self._ask(loaded, quoth_system(loaded, assistant, one)) for one in variants if one is not QUOTH
        }
        for name, outcomes in asked.items():
            if failed := next((outcome for outcome in outcomes if outcome.error), None):
                # A variant that breaks would look like one that is merely bad.
                raise QuothError(f"The variant {name!r} failed on {failed.case.id}: {failed.error}")
        return {name: score(outcomes) for name, outcomes in asked.items()}

    def _open(self, loaded: LoadedSet, *, raw_texts: bool = False) -> AbstractContextManager[Assistant]:
        return open_assistant(
            loaded.folder,
            self.embedder,
            max_file_bytes=self.max_file_bytes,
            models=self.models,
            raw_texts=raw_texts,
        )

    def _ask(self, loaded: LoadedSet, system: System) -> list[Outcome]:
        tell, name = self.progress, f"{loaded.name}: {system.name}"
        return run_cases(loaded.cases, system, on_case=(lambda outcome: tell(name, outcome)) if tell else None)


def quoth_system(
    loaded: LoadedSet,
    assistant: Assistant,
    variant: Variant = QUOTH,
    *,
    language_model: LanguageModel | None = None,
) -> QuothSystem:
    """Return Quoth, or a variant of it, as a system under test; with a language model it is another system."""
    parts = remembering(replace(variant.parts(assistant), language_model=language_model))
    watch = ProseWatch(parts.language_model) if parts.language_model else None
    return QuothSystem(
        f"{variant.name}{WITH_PROSE}" if watch else variant.name,
        assistant,
        loaded.texts,
        ask=ask(assistant, parts, watching=watch.watching) if watch else ask(assistant, parts),
        ask_forced=ask(assistant, forced(parts)),
        ask_unchecked=ask(assistant, unchecked(parts)),
        search=parts.search,
        watch=watch,
    )


def _saved_variant(variant: Variant, scores: RunScores) -> SavedVariant:
    return SavedVariant(variant.name, variant.meaning, tuple(one for one in scores.rates if one.name in HEADLINES))
