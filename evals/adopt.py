"""From use to evals: flagged answers become draft cases, for a person to complete."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import QuothError
from ingest.flags import FlaggedAnswer

DRAFTS = "drafts.jsonl"
DRAFT_KIND = "draft"
MIN_ID_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of flagged answers: the ids of the drafts that were added, and the answer ids that had one before.

    `notices` are sentences for a person to read.
    """

    path: Path
    added: tuple[str, ...]
    skipped: tuple[str, ...]
    notices: tuple[str, ...]


def adopt_flagged(flagged: Sequence[FlaggedAnswer], folder: Path) -> Adopted:
    """Write a draft case for each flagged answer that no case of the folder was made of yet; the folder is made.

    Raises:
        QuothError: a file of cases in the folder cannot be read; nothing was written.
    """
    present = [case for path in sorted(folder.glob("*.jsonl")) for case in _read_cases(path)]
    adopted = {case.get("answer_id") for case in present}
    new = [one for one in flagged if one.flag.answer_id not in adopted]
    taken = {case.get("id") for case in present}
    drafts: list[dict[str, Any]] = []
    for one in new:
        drafts.append(_draft(one, _free_id(one.flag.answer_id, taken)))
        taken.add(drafts[-1]["id"])
    path = folder / DRAFTS
    if drafts:
        folder.mkdir(parents=True, exist_ok=True)
        _append(path, drafts)
    return Adopted(
        path,
        added=tuple(draft["id"] for draft in drafts),
        skipped=tuple(one.flag.answer_id for one in flagged if one.flag.answer_id in adopted),
        notices=tuple(
            f"{draft['id']}: {notice}" for one, draft in zip(new, drafts, strict=True) for notice in _notices(one)
        ),
    )


def _read_cases(path: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise QuothError(f"{path} cannot be read: {error}. Nothing was adopted.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = json.loads(line)
        except ValueError as error:
            raise QuothError(f"{path}, line {number} is not JSON: {error}. Mend it; nothing was adopted.") from error
        if not isinstance(case, dict):
            raise QuothError(f"{path}, line {number} is not a case. Mend it; nothing was adopted.")
        yield case


def _append(path: Path, drafts: Sequence[dict[str, Any]]) -> None:
    before = path.read_bytes() if path.exists() else b""
    gap = b"" if before.endswith(b"\n") or not before else b"\n"
    lines = "".join(json.dumps(draft, ensure_ascii=False) + "\n" for draft in drafts)
    with path.open("ab") as file:
        file.write(gap + lines.encode("utf-8", "replace"))  # a question typed into a terminal may hold half a character


def _free_id(answer_id: str, taken: set[Any]) -> str:
    """Name a draft by the first characters of its answer's id, as many as it takes to be the only one."""
    names = (f"draft-{answer_id[:length]}" for length in range(MIN_ID_LENGTH, len(answer_id) + 1))
    return next((name for name in names if name not in taken), f"draft-{answer_id}")


def _draft(one: FlaggedAnswer, draft_id: str) -> dict[str, Any]:
    """Make a draft of the format in evals/cases/README.md, with what a person needs to complete it."""
    answer = json.loads(one.answer_json)
    receipt = answer["receipt"] or {}
    remark = f"{one.flag.verdict}: {one.flag.note}" if one.flag.note else one.flag.verdict
    return {
        "id": draft_id,
        "kind": DRAFT_KIND,
        "lang": answer["language"],
        "question": answer["question"],
        "history": receipt.get("history", []),
        "answers": [],
        "evidence": _evidence(one),
        "evidence_need": "any",
        "note": " ".join([remark, *(f"({notice})" for notice in _notices(one))]),
        "answer_id": one.flag.answer_id,
        "receipt": receipt,
    }


def _evidence(one: FlaggedAnswer) -> list[dict[str, Any]]:
    """Return the places that the answer cites, each once, in the order of its citations."""
    places = [
        {
            "file": one.file_names.get(citation["document_id"], citation["document_title"]),
            "start": citation["start"],
            "end": citation["end"],
            "text_sha256": citation["text_sha256"],
        }
        for citation in _citations(one)
    ]
    return [place for number, place in enumerate(places) if place not in places[:number]]


def _notices(one: FlaggedAnswer) -> list[str]:
    """Say where the file names of the evidence leave a doubt."""
    cited = {citation["document_id"]: citation["document_title"] for citation in _citations(one)}
    shared = sorted({one.file_names[document_id] for document_id in one.namesakes & cited.keys()})
    uploaded = sorted({title for document_id, title in cited.items() if document_id not in one.file_names})
    return [
        *(f"More than one document is named {name}: go by its text_sha256." for name in shared),
        *(f"“{title}” was uploaded: put the name of its file in the place of its title." for title in uploaded),
    ]


def _citations(one: FlaggedAnswer) -> list[dict[str, Any]]:
    return [citation for claim in json.loads(one.answer_json)["claims"] for citation in claim["citations"]]
