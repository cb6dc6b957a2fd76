"""Make minimal pairs by rule from supported pairs: one changed thing decides between supported and not."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from random import Random

from evals.training.changes import (
    ClaimChange,
    change_date,
    change_name,
    change_negation,
    change_number,
    change_quantifier,
    find_names,
    swap_roles,
)
from evals.training.claim_sentences import claim_sentences
from evals.training.examples import ClaimExample
from evals.training.records import Records

MINIMAL_PAIRS = "minimal_pairs"
KINDS = ("number", "date", "name", "negation", "quantifier", "roles")

_MAX_OF_A_KIND = 2000


def minimal_pairs(records: Records, *, random: Random) -> list[ClaimExample]:
    """Make pairs of one part: beside each changed claim stands the one that its evidence carries."""
    sentences = claim_sentences(records, random=random)
    names = find_names([sentence.claim for sentence in sentences])
    found: dict[str, list[ClaimExample]] = defaultdict(list)
    for number, sentence in enumerate(sentences):
        language = sentence.languages.split(">")[0]
        for change in _changes(sentence.claim, language, names, random):
            if change.text == sentence.claim or len(found[change.kind]) >= 2 * _MAX_OF_A_KIND:
                continue
            found[change.kind] += [
                ClaimExample(
                    id=f"{MINIMAL_PAIRS}-{change.kind}-{number}-{name}",
                    source=MINIMAL_PAIRS,
                    evidence=sentence.evidence,
                    claim=text,
                    label=label,
                    languages=sentence.languages,
                    kind=change.kind,
                )
                for name, text, label in (
                    ("kept", sentence.claim, "supported"),
                    ("changed", change.text, change.label),
                )
            ]
    return [example for kind in KINDS for example in found[kind]]


def _changes(claim: str, language: str, names: Sequence[str], random: Random) -> Iterator[ClaimChange]:
    rules = (change_number, change_date, change_negation, change_quantifier, swap_roles)
    changes = [rule(claim, language, random) for rule in rules] + [change_name(claim, names, random)]
    yield from filter(None, changes)
