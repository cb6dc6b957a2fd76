"""Load question sets and check every offset against the text it points into."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evals.types import Case, GoldEvidence
from ingest.types import Span


class CaseError(Exception):
    """A case is not as the format says, or its evidence does not stand in the texts."""


def load_texts(folder: Path) -> dict[str, str]:
    """Read the texts that the cases point into, by file name; read without Quoth's own reader, as a check on it."""
    return {
        path.name: _decode(path.read_bytes()) for path in sorted(folder.glob("*")) if path.suffix in (".txt", ".md")
    }


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("windows-1252")


def load_cases(path: Path, texts: Mapping[str, str]) -> list[Case]:
    """Load the cases of a JSON Lines file; raises CaseError naming the line that is wrong."""
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").rstrip("\n").split("\n"), start=1):
        try:
            cases.append(_read_case(json.loads(line), texts))
        except (CaseError, KeyError, TypeError, ValueError) as error:
            raise CaseError(f"{path.name}, line {number}: {error}") from error
    if len({case.id for case in cases}) != len(cases):
        raise CaseError(f"{path.name}: two cases have the same id")
    return cases


def _read_case(fields: Mapping[str, Any], texts: Mapping[str, str]) -> Case:
    evidence = tuple(_read_evidence(item, texts) for item in fields["evidence"])
    if bool(evidence) != (fields["kind"] != "unanswerable") and fields["kind"] != "false-premise":
        raise CaseError(f"{fields['id']} of kind {fields['kind']} has {len(evidence)} pieces of evidence")
    return Case(
        id=fields["id"],
        kind=fields["kind"],
        language=fields["lang"],
        question=fields["question"],
        history=tuple(fields["history"]),
        answers=tuple(fields["answers"]),
        evidence=evidence,
        needs_all_evidence=fields.get("evidence_need", "all" if fields["kind"] == "both" else "any") == "all",
    )


def _read_evidence(item: Mapping[str, Any], texts: Mapping[str, str]) -> GoldEvidence:
    text = texts.get(item["file"])
    if text is None:
        raise CaseError(f"the text {item['file']} is not there")
    span = Span(item["start"], item["end"])
    if not 0 <= span.start < span.end <= len(text):
        raise CaseError(f"{span} is outside {item['file']}")
    if "quote" in item and text[span.start : span.end] != item["quote"]:
        raise CaseError(f"{item['file']} does not read as the quote at {span}")
    if "text_sha256" in item and hashlib.sha256(text.encode()).hexdigest() != item["text_sha256"]:
        raise CaseError(f"{item['file']} is not the text that the offsets were made for")
    return GoldEvidence(item["file"], span)
