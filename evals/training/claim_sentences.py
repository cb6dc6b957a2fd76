"""Find sentences that their evidence surely carries: claims from which minimal pairs are made."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from evals.training.records import ParallelPage, Records, VerifierRecord

_ANNOTATED = ("nl_en_tatoeba", "nl_en_libreoffice_help", "fever_dev", "fever_symmetric", "climate_fever", "wice", "q2")
_PROSE = ("squad2", "qed", "nq_open", "fairytaleqa")
_SECTIONS = ("laws_nl", "iot_for_beginners", "security_101")
_MAX_OF_AN_ORIGIN = 4000

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-z]|\d|[\"“„'])")
_CODE = re.compile(r"[=<>{}_|\[\]\\]|\w\(|::|://")


@dataclass(frozen=True, slots=True)
class ClaimSentence:
    """A claim, the evidence that carries it, and their languages, the claim's first."""

    evidence: str
    claim: str
    languages: str


def claim_sentences(records: Records, *, random: Random) -> list[ClaimSentence]:
    """Return the sentences of one part, of each origin at most so many, in random order."""
    origins = (
        [found for record in records.verifier for found in _annotated(record)],
        list(_prose(records)),
        list(_parallel_articles(records)),
        list(_sections(records)),
        [found for page in records.pages for found in _manual(page)],
    )
    chosen = []
    for origin in origins:
        natural = [found for found in origin if is_natural(found.claim)]
        chosen += random.sample(natural, min(len(natural), _MAX_OF_AN_ORIGIN))
    random.shuffle(chosen)
    return chosen


def is_natural(text: str) -> bool:
    """Tell whether a text reads as a whole sentence, rather than as a heading, a list item or code."""
    words = text.split()
    return (
        20 <= len(text) <= 240
        and len(words) >= 4
        and text[0].isupper()
        and text[-1] in ".!?"
        and not _CODE.search(text)
    )


def split_sentences(text: str) -> list[str]:
    """Split prose where a stop is followed by a capital."""
    return [sentence for sentence in _SENTENCE_END.split(" ".join(text.split())) if sentence]


def _annotated(record: VerifierRecord) -> Iterator[ClaimSentence]:
    """Take a supported pair as it is, and each half of a translation as a claim over itself."""
    if record.label != "supported" or record.source not in _ANNOTATED:
        return
    claim, evidence = record.language_hypothesis, record.language_premise
    yield ClaimSentence(record.premise, record.hypothesis, f"{claim}>{evidence}")
    if claim != evidence:
        yield ClaimSentence(record.premise, record.premise, f"{evidence}>{evidence}")
        yield ClaimSentence(record.hypothesis, record.hypothesis, f"{claim}>{claim}")


def _prose(records: Records) -> Iterator[ClaimSentence]:
    contexts = {record.context for record in records.reader if record.source in _PROSE}
    for context in sorted(contexts):
        yield from _aligned(split_sentences(context), split_sentences(context), "en>en")


def _parallel_articles(records: Records) -> Iterator[ClaimSentence]:
    """Take English sentences as claims over the same paragraph in another language."""
    contexts: dict[str, dict[str, str]] = defaultdict(dict)
    for record in records.reader:
        if record.source == "xquad":
            question = record.id.split("-")[1]
            contexts[question][record.language_context] = record.context
    seen = set()
    for texts in contexts.values():
        english = split_sentences(texts.get("en", ""))
        for language, text in sorted(texts.items()):
            if language != "en" and text not in seen:
                seen.add(text)
                yield from _aligned(english, split_sentences(text), f"en>{language}")


def _sections(records: Records) -> Iterator[ClaimSentence]:
    """Take the sentences of Dutch sections, and of those that stand in Dutch and English under one heading."""
    sections: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for record in records.retrieval:
        if record.source in _SECTIONS:
            sections[record.source, record.query][record.language_positive] = record.positive
    seen = set()
    for texts in sections.values():
        for claimed, claims in sorted(texts.items()):
            for read, evidence in sorted(texts.items()):
                if (claims, evidence) not in seen:
                    seen.add((claims, evidence))
                    yield from _aligned(split_sentences(claims), split_sentences(evidence), f"{claimed}>{read}")


def _manual(page: ParallelPage) -> Iterator[ClaimSentence]:
    paragraphs = [pair for pair in page.paragraphs if all(is_natural(text) for text in pair)]
    for place, language in enumerate(("nl", "en")):
        for other_place, other in enumerate(("nl", "en")):
            claims, evidence = ([pair[number] for pair in paragraphs] for number in (place, other_place))
            yield from _aligned(claims, evidence, f"{language}>{other}")


def _aligned(claims: Sequence[str], evidence: Sequence[str], languages: str) -> Iterator[ClaimSentence]:
    """Pair each claim with the sentence in its place and the two around it; texts of other lengths do not align."""
    if len(claims) != len(evidence):
        return
    for number, claim in enumerate(claims):
        yield ClaimSentence(" ".join(evidence[max(number - 1, 0) : number + 2]), claim, languages)
