"""Tell ordinary words in capitals, as in "State Treaty" and "Staatsverdrag", from names."""

import re
from collections.abc import Mapping
from functools import lru_cache
from math import log10
from statistics import median

from ingest.cleaning.word_frequency import commonness_in
from ingest.words.keywords import is_stop_word
from retriever.words.exonyms import filed_under
from retriever.words.number_words import word_value

# Names are about as common in every language, ordinary words are so in one. These are the bystanders.
_OTHER_LANGUAGES = ("de", "fr", "es")
_LANGUAGES = ("nl", "en")

_NATIVE_LEAD = 1.2
"""By so much (Zipf) is an ordinary word more common in its language than elsewhere."""
_INFLECTED_LEAD = 0.6
"""The same for a word that has its plural or another form beside it, at most `_INFLECTED_LAG` less common."""
_INFLECTED_LAG = 1.2
_KNOWN = {"nl": 3.0, "en": 3.8}
"""How common a word must be (Zipf) for its lead to count; English has names of its own up to 3.7."""
_KNOWN_INFLECTED = 2.8
_PART_KNOWN = 3.2
_FIRST_PART_KNOWN = 2.0
_MIN_PART = 4
_LISTED_ELSEWHERE = 3.8
# Names of places and people end so: Stalingrad and Wallenberg are no compounds.
_PLACE_ENDINGS = (
    *("stad", "burg", "grad", "land", "dorp", "dam", "berg", "veld", "haven", "kerk", "kerken", "poort", "fort"),
    *("heim", "hausen", "mond", "wijk", "rode", "bach", "mann"),
)

_ENDINGS = {"nl": ("en", "s", "e", "je", "tje"), "en": ("s", "ly", "ed", "ing", "al")}
# Words made with these are adverbs, verbs and abstract nouns, however rare.
_MADE_WITH = re.compile(
    r"\w{3,}(?:ly|ingly|ness|tion|tions|ment|ship|lijk|lijke|heid|heden|isch|ische|erwijs|erwijze)$"
)

# Known words with these endings are hardly ever names.
_OPENERS = re.compile(r"(?:ers|ing|ings|ity|esty|isation|ization|isatie|atie|ial|ual|ous|ism|isme|isten|ists)$")


def _words(listing: str) -> frozenset[str]:
    return frozenset(listing.split())


# Ordinary words as common elsewhere, and names as common as ordinary words in one language or with a double sense.
_ORDINARY = _words(
    """propaganda prime deputy vice first new union plan pact minister metal general radio pension commission
    republic president parlement presidium memorandum park hotel museum station opera congres conferentie protocol
    minister-president premier secretaris-generaal secretary kanselier chancellor marshal maarschalk kardinaal
    cardinal paus pope koning king koningin queen prins prince princess tribunal tribunaal bureau front kamer raad
    senaat senate partij party corps leger army bank fonds fund oost west noord zuid north south east eastern
    western northern southern oosten westen noorden zuiden grand nationale national international internationale
    sociale social federal federale centrale central gouvernement government regime revolutie revolution reform
    reforms hervorming crisis akkoord accord heer heren dames ladies gentlemen kameraad kameraden comrade comrades
    god bijbel bible mr mrs ms miss dr prof sir lord lady mevrouw meneer mijnheer dhr mw mevr drs ir ing jr sr st
    monday tuesday wednesday thursday friday saturday sunday maandag dinsdag woensdag donderdag vrijdag zaterdag
    zondag january february march april may june july august september october november december januari februari
    maart mei juni juli augustus oktober"""
)
_NAMES = _words(
    """poetin gorbatsjov jeltsin brezjnev jansen janssen bakker visser smit smith jones brown taylor wilson johnson
    davies evans thomas roberts walker wright robinson thompson white hughes edwards green hall wood harris lewis
    martin jackson clarke clark turner hill scott cooper morris ward moore allen baker young mitchell bell kelly
    murphy cook parker nixon kennedy eisenhower truman churchill attlee bevan eden macmillan bevin thatcher reagan bush
    ford carter marshall rutte drees luns colijn beel quay gerbrandy juliana wilhelmina beatrix bernhard wilders
    balkenende lubbers kok jan piet kees henk wim willem hendrik pieter johan klaas frits joop mark peter john jack
    james charles frank rose grace hope faith joy ivy dean earl duke bishop abbott mason miller fisher hunter
    gardner stone woods bond vries vos mulder dekker brouwer kuiper kuipers smits meijer berg dijk peeters willems
    maes jacobs mertens claes pravda izvestia solidarity solidarnosc peters williams richards adams daniels stephens
    phillips simons hendriks andrews rogers davids walters pauls abrahams isaacs samuels michaels martins martens
    franks marks owens dirks wouters maartens sanders alberts lamberts huberts matthews stevens brooks banks hopkins
    hawkins jenkins perkins watkins collins rollins nichols parsons myers powers rivers waters winters sommers hans
    frans"""
)


def may_open_sentence(word: str) -> bool:
    """Tell whether a word has its capital perhaps only because it is the first: "Bricklayers", "Neutraliteit"."""
    word = word.lower()
    if any(is_ordinary(word, language) for language in _LANGUAGES):
        return True
    return word not in _NAMES and is_known(word) and bool(_OPENERS.search(word))


@lru_cache(maxsize=20_000)
def is_ordinary(word: str, language: str) -> bool:
    """Tell whether a word in capitals is an ordinary word, and so no name whose absence would mean anything.

    Args:
        word: One word, without hyphens.
        language: That of the sentence; in a language other than Dutch and English both are tried.
    """
    word = word.lower()
    if word in _NAMES:
        return False
    if word in _ORDINARY or is_stop_word(word) or word_value(word) is not None or _MADE_WITH.match(word):
        return True
    languages = (language,) if language in _LANGUAGES else _LANGUAGES
    return any(_is_native(word, one) or _is_inflection(word, one) or _is_compound(word, one) for one in languages)


def is_name_in_s(word: str) -> bool:
    """Tell whether the -s of a word is part of a name: Peters is another name than Peter."""
    return word.lower() in _NAMES


def is_known(word: str) -> bool:
    """Tell whether a Dutch or English word list has a word, name or not."""
    return any(commonness_in(language, word.lower()) > 0 for language in _LANGUAGES)


def is_common_noun(word: str) -> bool:
    """Tell whether a word can be the second part of a Dutch compound: "kring" in "Petőfikring", not "grad"."""
    return (
        len(word) >= _MIN_PART
        and not word.lower().endswith(_PLACE_ENDINGS)
        and commonness_in("nl", word.lower()) >= _PART_KNOWN
        and _lead(word.lower(), "nl") > 0
    )


def _is_native(word: str, language: str) -> bool:
    """Tell whether a word is at home in one language, or has the forms of an ordinary word there."""
    common = commonness_in(language, word)
    if common >= _KNOWN[language] and _lead(word, language) >= _NATIVE_LEAD:
        return True
    if common < _KNOWN_INFLECTED or _lead_over_most(word, language) < _INFLECTED_LEAD:
        return False
    forms = [word + ending for ending in _ENDINGS[language]] + [re.sub("y$", "ies", word)] * word.endswith("y")
    return any(commonness_in(language, form) >= common - _INFLECTED_LAG for form in forms)


def _is_inflection(word: str, language: str) -> bool:
    """Tell whether a word is an ordinary word with an ending: "Herdenkingen"."""
    stems = [word.removesuffix(ending) for ending in _ENDINGS[language] if word.endswith(ending)]
    return any(
        len(stem) >= _MIN_PART and stem not in _NAMES and (stem in _ORDINARY or _is_native(stem, language))
        for stem in stems
    )


def _is_compound(word: str, language: str) -> bool:
    """Tell whether a Dutch word is put together from two ordinary ones: "Staatsverdrag", not "Sovjetleger"."""
    if language != "nl":
        return False
    for cut in range(_MIN_PART, len(word) - _MIN_PART + 1):
        first, second = word[:cut], word[cut:]
        if is_common_noun(second) and any(_is_first_part(part) for part in {first, first.removesuffix("s")}):
            return filed_under(first) is None
    return False


def _is_first_part(word: str) -> bool:
    return (
        len(word) >= _MIN_PART
        and commonness_in("nl", word) >= _FIRST_PART_KNOWN
        and _lead(word, "nl") > _INFLECTED_LEAD
    )


def _lead(word: str, language: str) -> float:
    """Return by how much a word is more common (Zipf) in one language than it is in any list that tells."""
    # The bystanders' lists end at 3, so for a rare word only the long list of the other language tells.
    common = commonness_in(language, word)
    mostly = _lead_over_most(word, language)
    return min(mostly, common - _in_the_other(word, language)) if common < _LISTED_ELSEWHERE else mostly


def _lead_over_most(word: str, language: str) -> float:
    bystanders = (_elsewhere(one).get(word, 0.0) for one in _OTHER_LANGUAGES)
    return commonness_in(language, word) - median([_in_the_other(word, language), *bystanders])


def _in_the_other(word: str, language: str) -> float:
    return max(commonness_in(one, word) for one in _LANGUAGES if one != language)


@lru_cache(maxsize=len(_OTHER_LANGUAGES))
def _elsewhere(language: str) -> Mapping[str, float]:
    # The small lists hold the words above Zipf 3; they read ten times as fast as the large, and take little memory.
    from wordfreq import get_frequency_dict

    frequencies = get_frequency_dict(language, wordlist="small")
    return {word: log10(frequency) + 9 for word, frequency in frequencies.items()}
