"""What a language is called in another one."""

from functools import lru_cache


@lru_cache(maxsize=1000)
def language_name(code: str, language: str = "en") -> str:
    """Name a language (ISO 639-1) in another, "Polish" or "Pools"; a code that nobody knows stands for itself."""
    from babel import Locale, UnknownLocaleError  # reads its tables, which showing an answer need not wait for

    try:
        return Locale.parse(code).get_language_name(language) or code
    except (UnknownLocaleError, ValueError):
        return code
