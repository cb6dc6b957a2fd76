"""How fast passages are read: a benchmark that compares ways of reading in one run, never a test."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from evals.variants import whole
from ingest.types import Span
from retriever.assistant import Assistant
from retriever.evidence_model.types import PassageReading, PassageText, SpanReader
from retriever.questions.conversation import resolve_follow_up
from retriever.reading.read_passage import ReadPassage
from retriever.search import EVERYTHING
from retriever.types import Hit

PASSAGES = 20
TOKENS = 200
AS_AT_WORK = "the likeliest alone"

Way = Callable[[], object]


@dataclass(frozen=True, slots=True)
class ReadingTime:
    """One way of reading: the median milliseconds of a question, and the mean number of passages read for it."""

    way: str
    milliseconds: float
    passages: float


def time_full_passages(
    readers: Mapping[str, SpanReader], text: str, question: str, count_tokens: Callable[[str], int], *, rounds: int = 7
) -> list[ReadingTime]:
    """Time each reader on PASSAGES passages of TOKENS tokens, in turn, so that a busy machine slows all of them."""
    passages = cut_passages(text, count_tokens)
    ways = {name: lambda reader=reader: reader.find_spans(question, passages) for name, reader in readers.items()}
    return [ReadingTime(way, milliseconds, len(passages)) for way, milliseconds in _in_turn([ways] * rounds).items()]


def time_questions(
    readers: Mapping[str, SpanReader], assistant: Assistant, counting: "CountingReader", questions: Sequence[str]
) -> list[ReadingTime]:
    """Time each reader on all that is found for real questions, beside what the answering reads, the likeliest alone.

    Args:
        readers: Ways to read every passage.
        assistant: One over the texts that the questions are about.
        counting: What its reader reads with.
        questions: What is asked.
    """
    search, at_work = whole(assistant).search, assistant.reader
    rounds: list[dict[str, Way]] = []
    found = 0
    for asked in questions:
        question = resolve_follow_up(asked, ())
        hits = search(question.resolved, EVERYTHING, PASSAGES)
        texts = _texts(assistant, hits)
        found += len(texts)
        ways = {
            name: lambda reader=reader, texts=texts, question=question: reader.find_spans(question.resolved, texts)
            for name, reader in readers.items()
        }
        rounds.append({**ways, AS_AT_WORK: lambda question=question, hits=hits: at_work.read(question, hits)})
    counting.passages = 0
    times = _in_turn(rounds)
    read = defaultdict(lambda: found / len(questions), {AS_AT_WORK: counting.passages / len(questions)})
    return [ReadingTime(way, milliseconds, read[way]) for way, milliseconds in times.items()]


class CountingReader:
    """A reader that counts the passages it is given."""

    def __init__(self, reader: SpanReader) -> None:
        self.name = reader.name
        self.passages = 0
        self._reader = reader

    def find_spans(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        """Read as the other reader does."""
        self.passages += len(passages)
        return self._reader.find_spans(question, passages)


def cut_passages(text: str, count_tokens: Callable[[str], int]) -> list[PassageText]:
    """Cut PASSAGES stretches of at least TOKENS tokens from a text, from its beginning again when it is too short."""
    words = text.split()
    passages, place = [], 0
    while len(passages) < PASSAGES:
        taken: list[str] = []
        while count_tokens(" ".join(taken)) < TOKENS:
            taken += [words[(place + number) % len(words)] for number in range(10)]
            place += 10
        stretch = " ".join(taken)
        passages.append(PassageText(stretch, (Span(0, len(stretch)),)))
    return passages


def _texts(assistant: Assistant, hits: Sequence[Hit]) -> list[PassageText]:
    return [ReadPassage.of(assistant.catalogue.sentences([hit.passage.id])).text for hit in hits]


def _in_turn(rounds: Iterable[Mapping[str, Way]]) -> dict[str, float]:
    """Return the median milliseconds of each way; the first round is for warming up and does not count."""
    times: dict[str, list[float]] = defaultdict(list)
    for ways in rounds:
        for name, way in ways.items():
            started = perf_counter()
            way()
            times[name].append(1000 * (perf_counter() - started))
    return {name: median(taken[1:]) for name, taken in times.items()}
