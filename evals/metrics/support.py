"""Does what is cited carry a claim?"""

from collections.abc import Callable, Sequence

from evals.metrics.quotes import is_verbatim, source_words
from evals.types import GivenClaim
from ingest.words.language import detect_language
from retriever.evidence_model.types import Verifier
from retriever.types import Citation, Claim
from retriever.verification import SUPPORT_LINE, on_one_line, paraphrase_support

Support = Callable[[str, Sequence[str]], float]
"""A claim's text and the words it cites, to support (0..1)."""

SUPPORTED = SUPPORT_LINE


def quoth_support(claim_text: str, quotes: Sequence[str], *, model: Verifier | None = None) -> float:
    """Judge as Quoth's verifier does what is no quotation: nothing is carried when a number, date or name is missing.

    Without a model everything else is carried: then nothing is known of what the words between them say.
    """
    citations = tuple(_citation(quote) for quote in quotes if quote.strip())
    if not citations or not claim_text.strip():
        return 0.0
    claim = Claim(claim_text, "paraphrase", citations, 0.0, "unchecked")
    return paraphrase_support(claim, model, [on_one_line(citation.quote) for citation in citations])


def is_supported(claim: GivenClaim, quotes: Sequence[str], *, support: Support = quoth_support) -> bool:
    """Tell whether quotes carry a claim: a quotation when one of them reads so, any other as `support` says."""
    if claim.kind == "quotation":
        return any(is_verbatim(words, quote) for words in source_words(claim) for quote in quotes)
    return support(claim.text, quotes) >= SUPPORTED


def _citation(quote: str) -> Citation:
    return Citation(
        document_id="",
        document_title="",
        passage_id="",
        start=0,
        end=len(quote),
        quote=quote,
        language=detect_language(quote),
        page=None,
        permalink="",
        text_sha256="",
    )
