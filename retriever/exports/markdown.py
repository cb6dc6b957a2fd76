"""An answer as Markdown, with real footnotes."""

import re

from retriever.exports.sources import CitedAnswer

_MARKER = re.compile(r"\[(\d+)\]")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#!|~$])")


def to_markdown(cited: CitedAnswer) -> str:
    """Write question, answer and a footnote for each citation; nothing of a text is read as Markdown."""
    lines = [f"# {_plain(cited.answer.question)}", ""]
    for line in cited.answer.text.splitlines():
        pieces = _MARKER.split(line)
        lines += ["".join(f"[^{piece}]" if at % 2 else _plain(piece) for at, piece in enumerate(pieces)), ""]
    lines += [f"[^{number}]: {_plain(cited.note(one))}" for number, one in enumerate(cited.citations, start=1)]
    return "\n".join(lines).rstrip() + "\n"


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split(" ")).replace("\n", " "))
