"""What the selector is measured on: the passages that Quoth finds for the questions of a set, and what is right."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.sets import LoadedSet
from evals.systems.quoth import file_names
from evals.types import Case
from ingest.types import Span
from retriever.assistant import Assistant
from retriever.evidence_model.types import PassageText
from retriever.questions.conversation import resolve_follow_up
from retriever.reading.read_passage import ReadPassage
from retriever.settings import Settings
from retriever.types import Reading

PASSAGES = 8
_FOUND = 20


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage with the scores of the untrained reader; `right` tells which sentences hold the answer."""

    text: str
    sentences: tuple[tuple[int, int], ...]
    right: tuple[bool, ...]
    untrained: tuple[float, ...]

    @property
    def passage(self) -> PassageText:
        """The passage as a selector reads it."""
        return PassageText(self.text, tuple(Span(start, end) for start, end in self.sentences))


@dataclass(frozen=True, slots=True)
class Candidates:
    """A question and the passages that are read for it, the likeliest by the untrained reader first."""

    id: str
    kind: str
    languages: str
    question: str
    answerable: bool
    answers: tuple[str, ...]
    passages: tuple[FoundPassage, ...]


def read_candidates(loaded: LoadedSet, cache: Path, home: Path) -> list[Candidates]:
    """Return what is found for each question of a set; kept in the cache folder, since no selector changes it.

    Args:
        loaded: The set.
        cache: Where it is kept.
        home: Where the encoder is unpacked.
    """
    path = cache / f"{loaded.name}.jsonl"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        found = list(_find(loaded, home))
        path.write_text("".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in found), encoding="utf-8")
    return [_from_json(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _find(loaded: LoadedSet, home: Path) -> Iterator[Candidates]:
    with TemporaryDirectory() as scratch:
        (Path(scratch) / "models").symlink_to(home / "models")
        settings = Settings(home=Path(scratch), reader_model="none", verifier_model="none")
        with Assistant.from_settings(settings) as assistant:
            assistant.add_files([loaded.folder / file for file in sorted(loaded.texts)])
            files = file_names(assistant)
            for case in loaded.cases:
                yield _candidates(case, assistant, files)


def _candidates(case: Case, assistant: Assistant, files: dict[str, str]) -> Candidates:
    question = resolve_follow_up(case.question, case.history)
    hits = assistant.search(question.resolved, limit=_FOUND)
    readings = assistant.untrained_reader.read(question, hits).readings
    order = list(dict.fromkeys(reading.passage.id for reading in readings))[:PASSAGES]
    found = [_passage([one for one in readings if one.passage.id == passage], case, files) for passage in order]
    languages = f"{question.language}>{readings[0].passage.language if readings else question.language}"
    return Candidates(case.id, case.kind, languages, question.resolved, case.answerable, case.answers, tuple(found))


def _passage(readings: Sequence[Reading], case: Case, files: dict[str, str]) -> FoundPassage:
    ordered = sorted(readings, key=lambda reading: reading.sentence.start)
    text = ReadPassage.of([reading.sentence for reading in ordered]).text
    return FoundPassage(
        text.text,
        tuple((span.start, span.end) for span in text.sentences[: len(ordered)]),
        tuple(_holds_evidence(reading, case, files) for reading in ordered),
        tuple(round(reading.score, 5) for reading in ordered),
    )


def _holds_evidence(reading: Reading, case: Case, files: dict[str, str]) -> bool:
    sentence = reading.sentence
    return any(
        place.file == files[sentence.document_id]
        and place.span.start < sentence.end
        and sentence.start < place.span.end
        for place in case.evidence
    )


def _from_json(fields: dict) -> Candidates:
    passages = tuple(
        FoundPassage(
            one["text"],
            tuple((start, end) for start, end in one["sentences"]),
            tuple(one["right"]),
            tuple(one["untrained"]),
        )
        for one in fields["passages"]
    )
    return Candidates(**{**fields, "answers": tuple(fields["answers"]), "passages": passages})
