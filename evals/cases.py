"""Load question sets and check every offset against the text it points into."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from evals.types import Case, Place, RefusalSort
from ingest.errors import QuothError
from ingest.types import Span

_MAY_REFUSE = ("unanswerable", "false-premise")


class CaseError(QuothError):
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
            cases.append(read_case(json.loads(line), texts))
        except (CaseError, KeyError, TypeError, ValueError) as error:
            raise CaseError(f"{path.name}, line {number}: {error}") from error
    check_together(cases, path.name)
    return cases


def check_together(cases: Sequence[Case], name: str) -> None:
    """Check what no case shows alone: ids differ, and twins name each other."""
    by_id = {case.id: case for case in cases}
    if len(by_id) != len(cases):
        raise CaseError(f"{name}: two cases have the same id")
    for case in cases:
        twin = by_id.get(case.twin) if case.twin else None
        if case.twin and (twin is None or twin.twin != case.id or twin.language == case.language):
            raise CaseError(f"{name}: {case.id} has {case.twin} as its twin, which is no twin of it")


def read_case(fields: Mapping[str, Any], texts: Mapping[str, str]) -> Case:
    """Read one case; raises CaseError, KeyError, TypeError or ValueError when it is not as the format says."""
    if fields["kind"] == "draft":
        raise CaseError(
            f"{fields['id']} is a draft. Give it its kind, right answers and evidence, and move it to a set."
        )
    evidence = tuple(_read_evidence(item, texts) for item in fields["evidence"])
    wrong = fields["kind"] == "unanswerable" if evidence else fields["kind"] not in _MAY_REFUSE
    if wrong:
        raise CaseError(f"{fields['id']} of kind {fields['kind']} has {len(evidence)} pieces of evidence")
    refusal = fields.get("refusal")
    if refusal is not None and (evidence or refusal not in get_args(RefusalSort)):
        raise CaseError(f"{fields['id']} cannot have the refusal {refusal!r}")
    return Case(
        id=fields["id"],
        kind=fields["kind"],
        language=fields["lang"],
        question=fields["question"],
        history=tuple(fields["history"]),
        answers=tuple(fields["answers"]),
        evidence=evidence,
        needs_all_evidence=fields.get("evidence_need", "all" if fields["kind"] == "both" else "any") == "all",
        refusal=refusal,
        rewritten=fields.get("rewritten"),
        twin=fields.get("twin"),
        claim=fields.get("claim"),
        wrong=fields.get("wrong", {}),
    )


def _read_evidence(item: Mapping[str, Any], texts: Mapping[str, str]) -> Place:
    text = texts.get(item["file"])
    if text is None:
        raise CaseError(f"the text {item['file']} is not there")
    span = Span(item["start"], item["end"])
    if not 0 <= span.start < span.end <= len(text):
        raise CaseError(f"{span} is outside {item['file']}")
    if "quote" not in item and "text_sha256" not in item:
        raise CaseError(f"{item['file']} at {span}: neither the quote nor the text's sha256 is given")
    if "quote" in item and text[span.start : span.end] != item["quote"]:
        raise CaseError(f"{item['file']} does not read as the quote at {span}")
    if "text_sha256" in item and hashlib.sha256(text.encode()).hexdigest() != item["text_sha256"]:
        raise CaseError(f"{item['file']} is not the text that the offsets were made for")
    return Place(item["file"], span)
