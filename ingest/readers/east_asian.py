"""Chinese, Japanese and Korean in their older encodings, known by the signs in which their common words are written."""

from functools import cache

from charset_normalizer import from_bytes

_LANGUAGES = {"shift_jis": "ja", "euc_jp": "ja", "gb18030": "zh", "euc_kr": "ko"}
_COMMON_WORDS = 3000
_BIG5_COMMON = range(0xA4, 0xC7)
"""The first bytes of the 5,401 signs in daily use, which Big5 puts before the 7,652 others."""
_MIN_COMMON = 0.6
"""Texts have 0.8 and more of these signs, signs drawn at random less than half."""


def likeliest_east_asian(data: bytes) -> str | None:
    """Return the encoding in which the bytes are a text in one of these languages, None when they are in none."""
    best = from_bytes(data, cp_isolation=[*_LANGUAGES, "big5"]).best()
    if best is None:
        return None
    signs = [sign for sign in str(best) if sign.isalpha() and not sign.isascii()]
    known = sum(_is_common(sign, best.encoding) for sign in signs)
    return best.encoding if signs and known >= _MIN_COMMON * len(signs) else None


def _is_common(sign: str, encoding: str) -> bool:
    if encoding == "big5":  # the list of Chinese words is in simplified signs, which Big5 does not have
        return sign.encode("big5")[0] in _BIG5_COMMON
    return sign in _common_signs(_LANGUAGES[encoding])


@cache
def _common_signs(language: str) -> frozenset[str]:
    from wordfreq import top_n_list

    return frozenset("".join(top_n_list(language, _COMMON_WORDS)))
