"""Mix the sources by set weights into an endless, seeded stream of batches of about equal length."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from random import Random

from evals.training.cloze import CLOZE
from evals.training.examples import Example
from evals.training.minimal_pairs import MINIMAL_PAIRS
from evals.training.near_misses import ANSWER_REMOVED, QUESTION_CHANGED
from evals.training.records import TrainingDataError
from evals.training.targets import Lesson, lessons
from retriever.evidence_model.network import rows_by_length
from retriever.evidence_model.pairs import PairTokenizer

# How often each source is drawn: the weight of a file is what it teaches, not how many lines it has.
SHARES: Mapping[str, int] = {
    "squad2": 110, "xquad": 220, "qed": 45, "nq_open": 20, "qamr": 25, "policyqa_nl": 12, "fairytaleqa": 10,
    "afriqa": 10, "policyqa_en": 6, "covid_qa": 4, "doc2dial": 2, CLOZE: 15,
    "hard_negatives": 40, "mismatched": 20, ANSWER_REMOVED: 55, QUESTION_CHANGED: 35,
    "headings_libreoffice_help": 14, "headings_laws_nl": 10, "headings_iot_for_beginners": 6,
    "headings_security_101": 2, "selqa": 5,
    "fever_dev": 80, "cad_nli": 40, "esnli": 25, "conjnli": 25, "nl_en_tatoeba": 50, "nl_en_libreoffice_help": 45,
    "med": 15, "wice": 20, "climate_fever": 35, "fever_symmetric": 8, "begin": 4, "begin_topicalchat": 1, "q2": 6,
    MINIMAL_PAIRS: 110,
}  # fmt: skip

CHUNK_EXAMPLES = 1000


class Mixture:
    """A stream of batches; batch `n` of chunk `m` is the same whenever the seed and the examples are."""

    def __init__(
        self,
        examples: Sequence[Example],
        tokenizer: PairTokenizer,
        *,
        seed: int,
        batch_tokens: int,
        shares: Mapping[str, int] = SHARES,
        lessons_of: Callable[..., list] = lessons,
    ) -> None:
        self._lessons_of = lessons_of
        self._by_source: dict[str, list[Example]] = defaultdict(list)
        for example in examples:
            if shares.get(example.source, 0) > 0:
                self._by_source[example.source].append(example)
        if not self._by_source:
            raise TrainingDataError("There is no example to train on: the data folder holds none of the known sets.")
        self._tokenizer = tokenizer
        self._orders: dict[tuple[str, int], list[int]] = {}
        self._seed = seed
        self._batch_tokens = batch_tokens
        total = sum(shares[source] for source in self._by_source)
        self._counts = {source: CHUNK_EXAMPLES * shares[source] / total for source in self._by_source}

    def batches(self, chunk: int) -> list[list[Lesson]]:
        """Return the batches of one chunk, in random order."""
        random = Random(f"{self._seed} {chunk}")
        found = [
            lesson
            for example in self.chunk_examples(chunk)
            for lesson in self._lessons_of(example, self._tokenizer, random=random)
        ]
        pairs = [lesson.pair for lesson in found]
        batches = [[found[row] for row in rows] for rows in rows_by_length(pairs, tokens=self._batch_tokens)]
        random.shuffle(batches)
        return batches

    def chunk_examples(self, chunk: int) -> list[Example]:
        """Return the examples of one chunk; a source is gone through in a new order each time it is used up."""
        found = []
        for source, count in sorted(self._counts.items()):
            first, last = round(chunk * count), round((chunk + 1) * count)
            found += [self._item(source, place) for place in range(first, last)]
        return found

    def _item(self, source: str, place: int) -> Example:
        examples = self._by_source[source]
        epoch, position = divmod(place, len(examples))
        key = (source, epoch)
        if key not in self._orders:
            order = list(range(len(examples)))
            Random(f"{self._seed} {source} {epoch}").shuffle(order)
            self._orders[key] = order
        return examples[self._orders[key][position]]
