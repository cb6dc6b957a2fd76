"""E-mail: the lines of the head that say who, to whom, when and of what, and the text of the message."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from ingest.readers.html import add_html
from ingest.readers.types import ReadText, TextBuilder, one_line

_HEAD = ("From", "To", "Cc", "Date", "Subject")


def read(name: str, data: bytes) -> ReadText:
    """Read one message; what is attached to it are files of their own, see `ingest.readers.archives`."""
    message = parsed(data)
    builder = TextBuilder()
    head = [f"{key}: {said}" for key in _HEAD if (said := stated(message, key))]
    builder.add("\n".join(head))
    part = message.get_body(preferencelist=("plain", "html"))
    if isinstance(part, EmailMessage):
        if part.get_content_type() == "text/html":
            add_html(name, body_bytes(part), builder)
        else:
            builder.add(body_text(part))
    return builder.read(
        "message/rfc822", title=stated(message, "Subject"), author=stated(message, "From"), date=_day(message)
    )


def parsed(data: bytes) -> EmailMessage:
    """Parse a message; what is wrong in it is passed over."""
    return BytesParser(policy=policy.default.clone(refold_source="none")).parsebytes(data)


def stated(message: EmailMessage, key: str) -> str:
    """Return what the head says under a name; empty when it cannot be read."""
    try:
        return one_line(str(message.get(key, "")))
    except (ValueError, IndexError, AttributeError, TypeError):  # the parser of heads is strict with what is broken
        return ""


def body_bytes(part: EmailMessage) -> bytes:
    """Return the bytes of a part."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def body_text(part: EmailMessage) -> str:
    """Return the text of a part, its line ends as they are in texts."""
    charset = part.get_content_charset() or "utf-8"
    try:
        text = body_bytes(part).decode(charset, "replace")
    except LookupError:
        text = body_bytes(part).decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _day(message: EmailMessage) -> str:
    try:
        return parsedate_to_datetime(stated(message, "Date")).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
