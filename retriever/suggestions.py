"""Suggest questions that the documents are known to answer."""

import json
from importlib.resources import files
from pathlib import Path

from ingest.catalogue import Catalogue


def suggest_questions(catalogue: Catalogue, language: str) -> list[str]:
    """Return the questions prepared for those sample texts that are in the catalogue."""
    present = {Path(document.path).name for document in catalogue.documents()}
    prepared = json.loads((files("ingest") / "samples" / "questions.json").read_text(encoding="utf-8"))
    return [item["question"] for item in prepared.get(language, []) if item["file"] in present]
