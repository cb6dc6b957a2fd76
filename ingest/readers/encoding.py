"""In which encoding a text file was written; the text is exactly what its bytes say."""

import re
from dataclasses import dataclass

from ingest.cleaning.word_frequency import commonness_in
from ingest.errors import EmptyFileError, UndecodableFileError, UnsupportedFileError
from ingest.readers.east_asian import likeliest_east_asian
from ingest.types import Document
from ingest.words.language import detect_language

_ENCODING_NAMES = {
    "windows-1252": "Windows-1252 (Western European)",
    "windows-1250": "Windows-1250 (Central European)",
    "windows-1251": "Windows-1251 (Cyrillic)",
    "windows-1253": "Windows-1253 (Greek)",
    "windows-1254": "Windows-1254 (Turkish)",
    "iso-8859-2": "ISO 8859-2 (Central European)",
    "koi8-r": "KOI8-R (Cyrillic)",
    "mac-roman": "Mac Roman",
    "cp850": "code page 850 (DOS)",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
}
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# Python's name and ours; where two explain the bytes equally well, the first is taken
_EIGHT_BIT = {
    "cp1252": "windows-1252",
    "cp1250": "windows-1250",
    "iso8859_2": "iso-8859-2",
    "cp1251": "windows-1251",
    "cp1253": "windows-1253",
    "cp1254": "windows-1254",
    "koi8_r": "koi8-r",
    "mac_roman": "mac-roman",
    "cp850": "cp850",
}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_NOTHING_VISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff\x01-\x1f\x7f]*")
_TOKEN_WITH_HIGH = re.compile(r"[^\s\x00-\x2f]*[^\x00-\x7f][^\s\x00-\x2f]*")
_TYPOGRAPHY = "‘’‚“”„–—…•«»‹›·€£¢¥§©®™°†‡½¼¾²³¹ªºµ±×÷´¨¡¿\u00a0\u00ad"
_SIGNS = re.compile(rf"[{_TYPOGRAPHY}\x00-\x40\x5b-\x60\x7b-\x7f]+")
# no typesetter puts these between two letters
_SIGN_INSIDE = re.compile(r"[^\W\d_][‘‚“”„•«»‹›€£¢¥§©®†‡½¼¾ªº±×÷¨¡¿][^\W\d_]|(?<![^\W\d_])[‚„][^\W\d_]{0,2}$")
_SAMPLE_BYTES = 200_000
_SAMPLE_TOKENS = 300
# letters drawn at random come to 0.5, words of a language to 0.9 and more
_MIN_LIKELIHOOD = 0.6
# a few strange bytes in a text that is plain otherwise are no reason to refuse it
_MAX_UNEXPLAINED = 0.15


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text and the name of the encoding in which its bytes were read."""

    text: str
    charset: str


def decode(name: str, data: bytes) -> DecodedText:
    """Decode the bytes of a text file; `name` is for the error messages."""
    if not data:
        raise EmptyFileError(f"{name}: the file is empty. Add a file that holds text.")
    decoded = _decode_marked(name, data) or _decode_unicode(data) or _decode_eight_bit(name, data)
    if _NOTHING_VISIBLE.fullmatch(decoded.text):
        raise EmptyFileError(f"{name}: the file holds only white space. Add a file that holds text.")
    if _looks_binary(decoded.text):
        raise _binary(name)
    return decoded


def encoding_notice(document: Document) -> str | None:
    """Return a sentence for the user when the encoding was not UTF-8, None when it was."""
    charset = document.media_type.partition("charset=")[2]
    if charset in ("utf-8", ""):
        return None
    label = _ENCODING_NAMES.get(charset, charset)
    return (
        f"The file is not in UTF-8; it was read as {label}. "
        "If letters with accents look wrong, save the file as UTF-8 and add it again."
    )


def _decode_marked(name: str, data: bytes) -> DecodedText | None:
    for mark, charset in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return DecodedText(data[len(mark) :].decode(charset), charset)
            except UnicodeDecodeError as error:
                raise _undecodable(name, charset, error.start + len(mark)) from error
    return None


def _decode_unicode(data: bytes) -> DecodedText | None:
    """Decode UTF-8, or UTF-16 that begins without a byte order mark, known by the zero bytes of its plain letters."""
    zeros = data[0:_SAMPLE_BYTES:2].count(0), data[1:_SAMPLE_BYTES:2].count(0)
    pairs = min(len(data), _SAMPLE_BYTES) // 2
    if len(data) % 2 == 0 and max(zeros) > 0.4 * pairs and min(zeros) < 0.1 * pairs:
        charset = "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    else:
        charset = "utf-8"
    try:
        return DecodedText(data.decode(charset), charset)
    except UnicodeDecodeError:
        return None


def _decode_eight_bit(name: str, data: bytes) -> DecodedText:
    if b"\x00" in data:
        raise _binary(name)
    _refuse_damaged_utf8(name, data)
    encoding = _likeliest(data[:_SAMPLE_BYTES])
    if encoding is None:
        raise UndecodableFileError(
            f"{name}: in no encoding that Quoth knows do these bytes make words. "
            "If it is a text, open it in an editor, save it as UTF-8 and add it again."
        )
    try:
        return DecodedText(data.decode(encoding), _EIGHT_BIT.get(encoding, encoding.replace("_", "-")))
    except UnicodeDecodeError as error:
        raise _undecodable(name, _EIGHT_BIT.get(encoding, encoding), error.start) from error


def _likeliest(data: bytes) -> str | None:
    """Return the encoding in which the bytes make words; None when many of them make none in any."""
    likelihoods = {encoding: _likelihood(data, encoding) for encoding in _EIGHT_BIT}
    # far the commonest: another encoding must explain the bytes clearly better
    likeliest = max(likelihoods, key=lambda encoding: likelihoods[encoding] + 0.1 * (encoding == "cp1252"))
    if likelihoods[likeliest] < _MIN_LIKELIHOOD and len(_HIGH.findall(data)) > _MAX_UNEXPLAINED * len(data):
        return likeliest_east_asian(data)
    return likeliest


def _likelihood(data: bytes, encoding: str) -> float:
    """Return how much of what lies beyond ASCII makes words and punctuation in this encoding, from 0 to 1."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return -1.0
    tokens = _TOKEN_WITH_HIGH.findall(text)[:_SAMPLE_TOKENS]
    language = detect_language(text)
    return sum(_worth(token, language) for token in tokens) / max(1, len(tokens))


def _worth(token: str, language: str) -> float:
    """Judge one token: a known word is worth most, an unknown one in ordinary letters less, a jumble nothing."""
    if _SIGN_INSIDE.search(token):
        return 0.0
    words = [word for word in _SIGNS.split(token) if word]
    if not words:
        return 0.9
    if not all(word.isalpha() and (word.islower() or word.istitle() or word.isupper()) for word in words):
        return 0.0
    high = [word for word in words if not word.isascii()]
    if not high:
        return 0.9
    known = [commonness_in(language, word.lower()) > 0 for word in high]
    return 0.4 + sum(
        0.6 if len(word) > 1 else 0.2 for word, is_known in zip(high, known, strict=True) if is_known
    ) / len(high)


def _refuse_damaged_utf8(name: str, data: bytes) -> None:
    """Refuse a file that is UTF-8 but for a few bytes; read as anything else, all its accents would be wrong."""
    high = len(_HIGH.findall(data))
    in_sequences = sum(len(sequence) for sequence in _UTF8_SEQUENCE.findall(data))
    if in_sequences >= 6 and in_sequences >= 0.8 * high:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _undecodable(name, "utf-8", error.start) from error


def _looks_binary(text: str) -> bool:
    sample = text[:_SAMPLE_BYTES]
    return "\x00" in sample or len(_CONTROL.findall(sample)) > 0.02 * len(sample) + 2


def _binary(name: str) -> UnsupportedFileError:
    return UnsupportedFileError(f"{name}: this is no text file, whatever its name says. Save its text as .txt first.")


def _undecodable(name: str, charset: str, position: int) -> UndecodableFileError:
    return UndecodableFileError(
        f"{name}: the file looks like {charset.upper()}, but byte {position} does not fit. "
        "Open it in an editor, save it as UTF-8 and add it again."
    )
