"""What makes a statement less than sure or less than so: apparently, he said that, tried to, would, despite."""

import re
from collections.abc import Iterator, Sequence

from ingest.keywords import fold, is_stop_word, stem

_SAID = (
    "hoped|believed|thought|claim(?:ed|ing)|argu(?:ed|ing)|alleg(?:ed|ing)|assert(?:ed|ing)|contend(?:ed|ing)"
    "|suggest(?:ed|ing)|said|saying|fear(?:ed|ing)|warn(?:ed|ing)"
    "|hoopten?|geloofden?|dachten?|dacht|meenden?|beweerden?|stelden?|zei|zeiden|vonden?|vond|vreesden?"
)
_SAID_THAT = re.compile(rf"\b(?:{_SAID})\s(?:that|dat)\b|\b(?:according to|volgens)\b", re.IGNORECASE)
_SAYS_WHO = re.compile(rf"\b(?:{_SAID}|according to|volgens)\b", re.IGNORECASE)
_HEDGES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:apparently|possibly|probably|perhaps|reportedly|allegedly|presumably|supposedly|seemingly"
        r"|blijkbaar|kennelijk|vermoedelijk|waarschijnlijk|misschien|mogelijk|wellicht|naar verluidt|schijnbaar)\b",
        rf",\s(?:zo\s)?(?:(?:s?he|it|they|so)\s(?:{_SAID})|(?:{_SAID})\s(?:hij|zij|ze|men)),",
        r"\b(?:steps|efforts?|attempts?|plans?|tried|sought|attempted|planned|intended|hoped|aimed"
        r"|agreed|promised|threatened|refused|offered)\sto\b"
        r"|\b(?:wanted|wished|desired|demand(?:s|ed)|called for|asked for"
        r"|wilden?|wensten?|verlangden?|eis(?:t|te|ten|en)|vroeg(?:en)? om)\b"
        r"|\b(?:probeer|tracht|poog|poging|beloof|dreig|weiger|bereid)\w*\b[^.;:]*?\bte\b",
        r"\b(?:would|could|might|should|must|(?-i:may)|zou(?:den)?|kon(?:den)?|mocht(?:en)?|moest(?:en)?)\b",
        r"\b(?:despite|in spite of|without|except|instead of|rather than|ondanks|zonder|behalve|in plaats van)\b",
    )
]
"""What is uncertain, said in passing, attempted, asked or agreed to, what could or should be, what was of no avail.

The last is a hedge on what follows it: "the protest of Wolf ended it" does not follow from "it ended despite the
protest of Wolf".
"""
_END = re.compile(r"[.;]\s")
_WORD = re.compile(r"[^\W\d_]+")


def keeps_hedges(sentence: str, texts: Sequence[str], language: str) -> bool:
    """Tell whether a sentence is no surer than its evidence, in whose language it is.

    "Believed" does not follow from "apparently believed", "improved" from "took steps to improve", nor "stopped" from
    "would stop". A hedge is taken to be about the next telling word; a sentence that has that word, however inflected,
    must have a hedge of that sort too. What follows a "said that" is what somebody said, so a sentence that has half of
    its words from there must say that too.
    """
    said = set(_telling_stems(sentence, language))
    lost = [hedge for hedge in _HEDGES if not hedge.search(sentence)]
    behind = (text[found.end() :] for hedge in lost for text in texts for found in hedge.finditer(text))
    if any(next(_telling_stems(rest, language), None) in said for rest in behind):
        return False
    if _SAYS_WHO.search(sentence):
        return True
    reported = (_END.split(text[found.end() :])[0] for text in texts for found in _SAID_THAT.finditer(text))
    return not any(2 * len(said.intersection(_telling_stems(rest, language))) >= len(said) for rest in reported)


def _telling_stems(text: str, language: str) -> Iterator[str]:
    return (stem(fold(word), language) for word in _WORD.findall(text) if not is_stop_word(word))
