"""Draw what is measured: so many questions and claims of a group, none with a sentence that was learned from."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from evals.training.claim_sentences import split_sentences
from evals.training.cloze import cloze_examples
from evals.training.examples import ClaimExample, ReadingExample, claim_examples, reading_examples
from evals.training.minimal_pairs import minimal_pairs
from evals.training.mixture import SHARES
from evals.training.parts import normalise, texts_of
from evals.training.reading_figures import question_group
from evals.training.records import Records, RetrievalRecord
from evals.training.verifying_figures import claim_group

_MIN_WORDS = 4  # of a sentence that tells texts apart

Drawn = TypeVar("Drawn")


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is measured at most: `groups` says it for single groups, `of_a_group` for every other one."""

    of_a_group: int
    groups: Mapping[str, int] = field(default_factory=dict)
    queries: int = 0
    candidates: int = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """What is measured of one part.

    `left_out` counts what shares a sentence with training: a sentence may stand in documents of two parts.
    """

    questions: list[ReadingExample]
    claims: list[ClaimExample]
    retrieval: Sequence[RetrievalRecord]
    left_out: int


def learned_sentences(records: Records) -> frozenset[str]:
    """Return every sentence of the training part."""
    texts = set(texts_of(records)) | {record.hypothesis for record in records.verifier}
    texts |= {text for page in records.pages for pair in page.paragraphs for text in pair}
    return frozenset(sentence for text in texts for sentence in _sentences(text))


def draw_sample(records: Records, *, learned: frozenset[str], amounts: Amounts, seed: int) -> Sample:
    """Draw questions with spans to read, of the sources that are learned from, and claims."""
    random = Random(seed)
    questions = [*reading_examples(records, random=random), *cloze_examples(records, random=random)]
    questions = [example for example in questions if example.has_spans and example.source in SHARES]
    claims = [*claim_examples(records), *minimal_pairs(records, random=random)]
    new_questions = [example for example in questions if learned.isdisjoint(_sentences(example.passage))]
    new_claims = [example for example in claims if learned.isdisjoint(_sentences(example.evidence))]
    return Sample(
        questions=draw(new_questions, question_group, amounts=amounts, seed=seed),
        claims=draw(new_claims, claim_group, amounts=amounts, seed=seed),
        retrieval=records.retrieval,
        left_out=len(questions) - len(new_questions) + len(claims) - len(new_claims),
    )


def draw(examples: Sequence[Drawn], group_of: Callable[[Drawn], str], *, amounts: Amounts, seed: int) -> list[Drawn]:
    """Draw from every group; the same seed draws the same examples."""
    groups: dict[str, list[Drawn]] = defaultdict(list)
    for example in examples:
        groups[group_of(example)].append(example)
    random = Random(seed)
    drawn: list[Drawn] = []
    for name, found in sorted(groups.items()):
        max_drawn = amounts.groups.get(name, amounts.of_a_group)
        drawn += found if len(found) <= max_drawn else random.sample(found, max_drawn)
    return drawn


def _sentences(text: str) -> list[str]:
    """Return the sentences of a text and the whole of it, as they are compared."""
    found = map(normalise, (text, *split_sentences(text)))
    return [sentence for sentence in found if sentence.count(" ") >= _MIN_WORDS - 1]
