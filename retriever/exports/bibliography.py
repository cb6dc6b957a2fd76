"""The documents that an answer cites, as entries for BibTeX, RIS and CSL-JSON."""

import json
import re
from typing import Any

from ingest.types import Document
from ingest.words.keywords import fold
from retriever.exports.sources import CitedAnswer

_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {
    sign: "\\" + sign for sign in "&%$#_{}"
}
_TEX_SIGN = re.compile("[" + re.escape("".join(_TEX)) + "]")


def to_bibtex(cited: CitedAnswer) -> str:
    """Write an entry for each document; signs that mean something to TeX are escaped."""
    return "\n".join(_bibtex(document, cited) for document in cited.documents.values())


def to_ris(cited: CitedAnswer) -> str:
    """Write a record for each document."""
    records = []
    for document in cited.documents.values():
        fields = [("TY", "GEN"), ("ID", _key(document)), ("TI", document.title), ("AU", document.author)]
        fields += [("PY", document.date.replace("-", "/")), ("LA", document.language), ("UR", _url(document, cited))]
        records.append("".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in fields if value))
    return "\r\n".join(f"{record}ER  - \r\n" for record in records)


def to_csl_json(cited: CitedAnswer) -> str:
    """Write an item for each document."""
    return json.dumps([_csl(document, cited) for document in cited.documents.values()], ensure_ascii=False, indent=1)


def _bibtex(document: Document, cited: CitedAnswer) -> str:
    fields = {"title": document.title, "author": document.author, "date": document.date}
    written = {name: f"{{{_tex(value)}}}" for name, value in fields.items() if value}
    written |= {"langid": f"{{{document.language}}}", "url": f"{{{_url(document, cited)}}}"}
    lines = ",\n".join(f"  {name} = {value}" for name, value in written.items())
    return f"@misc{{{_key(document)},\n{lines}\n}}\n"


def _csl(document: Document, cited: CitedAnswer) -> dict[str, Any]:
    item: dict[str, Any] = {"id": _key(document), "type": "document", "title": document.title}
    if document.author:
        item["author"] = [{"literal": document.author}]
    if document.date:
        item["issued"] = {"date-parts": [[int(part) for part in document.date.split("-")]]}
    return item | {"language": document.language, "URL": _url(document, cited)}


def _key(document: Document) -> str:
    words = re.findall(r"[a-z0-9]+", fold(document.title))[:4]
    return "-".join((*words, document.id[:8]))


def _url(document: Document, cited: CitedAnswer) -> str:
    return cited.url(f"/documents/{document.id}")


def _tex(text: str) -> str:
    return _TEX_SIGN.sub(lambda match: _TEX[match[0]], " ".join(text.split()))
