"""Does a sentence answer its question with what the evidence answers it with?"""

from collections.abc import Sequence

from ingest.types import Span
from retriever.evidence_model.types import PassageText, SpanFinder
from retriever.prose.telling_words import telling_stems
from retriever.quantities import find_quantities, says

LEAST_SHARED = 0.3
"""Of the telling words in the evidence's answer a sentence must have this share.

Set on 65 sentences for `real-more`: it takes out four of the six that say what the evidence does not, and five of the
others, two of which were in bad grammar.
"""


def answers_as_evidence_does(
    question: str, sentence: str, texts: Sequence[str], language: str, finder: SpanFinder
) -> bool:
    """Tell whether a sentence has the words with which a reader answers the question from the evidence.

    "Who curtailed the reforms?" "Malenkov did": every word of that is in the evidence, but a reader who is asked finds
    another name there. To compare the answers of sentence and source is the idea of QAGS (Wang et al. 2020,
    https://aclanthology.org/2020.acl-main.450) and Q² (Honovich et al. 2021); here the question is the user's.

    Args:
        question: The question, one that yes or no does not answer.
        sentence: What was written, in the language of the evidence.
        texts: The evidence.
        language: The language of both.
        finder: The reader.
    """
    evidence = " ".join(texts)
    (reading,) = finder.find_spans(question, [PassageText(evidence, (Span(0, len(evidence)),))])
    span = reading.spans[0].span
    answer = evidence[span.start : span.end]
    written = find_quantities(sentence)
    if any(says(one, asked) for asked in find_quantities(answer) for one in written):
        return True
    telling, known = telling_stems(answer, language), set(telling_stems(sentence, language))
    return not telling or sum(word in known for word in telling) >= LEAST_SHARED * len(telling)
