"""Check a claim against evidence that someone brings along."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ingest.cleaning.search_view import search_view
from ingest.errors import InvalidClaimError, NoVerifierError
from ingest.splitting.sentences import sentence_spans
from ingest.words.characters import HALF_CHARACTER
from ingest.words.language import detect_question_language, guess_language
from retriever.evidence_model.types import ClaimPair, Judgement, Label, Verifier

MAX_CLAIM_CHARACTERS = 2000
MAX_EVIDENCE_CHARACTERS = 20_000
CLAIM_CHARACTERS = 400
EVIDENCE_CHARACTERS = 800
"""At most so much of either is judged at once: about 300 tokens together, which a verifier reads whole."""


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """What evidence says of a claim; `support` is the probability that it carries it, `verifier` who says so."""

    support: float
    verdict: Label
    probabilities: Judgement
    verifier: str


def check_claim(claim: str, evidence: str, verifier: Verifier | None) -> ClaimCheck:
    """Say whether evidence supports a claim, refutes it or neither; the two may be in different languages.

    Of long evidence the stretch that says most decides. Of a long claim the part that fares worst does: it is refuted
    when a part is, and supported when all of it is.

    Args:
        claim: 1 to 2,000 characters.
        evidence: 1 to 20,000 characters.
        verifier: The verifier; None where there is none.

    Raises:
        InvalidClaimError: claim or evidence is empty or too long.
        NoVerifierError: there is no verifier.
    """
    claim = _checked(claim, "claim", MAX_CLAIM_CHARACTERS)
    evidence = _checked(evidence, "evidence", MAX_EVIDENCE_CHARACTERS)
    if verifier is None:
        raise NoVerifierError("There is no verifier, so no claim can be checked. `quoth doctor` says why.")
    languages = language_of(claim), language_of(evidence)
    parts = list(_stretches(claim, languages[0], CLAIM_CHARACTERS))
    stretches = list(_stretches(evidence, languages[1], EVIDENCE_CHARACTERS, overlapping=True))
    judged = verifier.verify([ClaimPair(part, stretch, *languages) for part in parts for stretch in stretches])
    rows = [judged[start : start + len(stretches)] for start in range(0, len(judged), len(stretches))]
    # of each part what says most, and of those the part that fares worst: a refuted one before any other
    telling = (min(row, key=lambda judged: judged.not_enough) for row in rows)
    worst = min(telling, key=lambda judged: (judged.verdict != "refuted", judged.supported))
    return ClaimCheck(worst.supported, worst.verdict, worst, verifier.name)


def _checked(text: str, name: str, max_characters: int) -> str:
    text = text.strip()
    if not text:
        raise InvalidClaimError(f"The {name} is empty. Give a claim, and the text that it is to be held against.")
    if HALF_CHARACTER.search(text):
        raise InvalidClaimError(f"The {name} holds half a character and cannot be read. Type it again.")
    if len(text) > max_characters:
        raise InvalidClaimError(
            f"The {name} has {len(text):,} characters; at most {max_characters:,} are read. Give less of it."
        )
    return text


def language_of(text: str) -> str:
    """Return the language (ISO 639-1); of a text too short for its letters to tell, the small words do."""
    guess = guess_language(text)
    return guess.language if guess.trusted else detect_question_language(text)


def _stretches(text: str, language: str, max_characters: int, *, overlapping: bool = False) -> Iterator[str]:
    """Cut a text at sentence ends into stretches of at most so many characters; a longer sentence stays whole."""
    view = search_view(text, language)
    sentences = [view.slice(span.start, span.end) for span in sentence_spans(view, language)] or [text]
    start = 0
    while start < len(sentences):
        count = _fitting(sentences[start:], max_characters)
        yield " ".join(sentences[start : start + count])
        if start + count >= len(sentences):
            return
        # A third is seen twice, so that what one sentence says of the one before is not lost.
        start += max(1, count - (count + 2) // 3) if overlapping else count


def _fitting(sentences: Sequence[str], max_characters: int) -> int:
    """Return how many sentences from the first fit together, at least one."""
    lengths = accumulate(len(sentence) + 1 for sentence in sentences)
    return max(1, sum(length <= max_characters + 1 for length in lengths))
