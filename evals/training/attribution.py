"""Take from the data folder the lines that must be published with what is trained on it."""

import re
from collections.abc import Collection
from pathlib import Path

_SET = re.compile(r"^- \*\*.+?\*\* \((.+?)\)")
_FILE = re.compile(r"`([^`]+)`")
_REPOSITORY = re.compile(r"Repository: ([\w.-]+/[\w.-]*\w)")
_LINKS = re.compile(r"(?<=`licences/`\. ).+")


def attribution_section(path: Path, *, sets: Collection[str]) -> str:
    """Return the lines of the sets that were used, with links; without a page, the data are our own.

    Args:
        path: A page with a line for each set, that names its files.
        sets: The files that were used, such as "reader/squad2".
    """
    if not path.exists():
        return "The examples were written for Quoth, under its licence.\n"
    text = path.read_text(encoding="utf-8")
    lines = [_with_link(line) for line in text.splitlines() if _is_used(line, sets)]
    links = _LINKS.search(text)
    changed = "The data were changed: joined, cut, aligned, sampled, and examples were made from them by rule. "
    return changed + (links.group() if links else "") + "\n\n" + "\n".join(lines) + "\n"


def _is_used(line: str, sets: Collection[str]) -> bool:
    found = _SET.match(line)
    return bool(found) and any(name in sets for name in _FILE.findall(found[1]))


def _with_link(line: str) -> str:
    return _REPOSITORY.sub(r"Repository: [\1](https://github.com/\1)", line)
