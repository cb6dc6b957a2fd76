"""Suggest questions about the documents; whoever shows them keeps those that are answered."""

import json
import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

from ingest.catalogue import Catalogue
from ingest.words.keywords import is_stop_word
from retriever.words.patterns import CAPITALS

NAMES_ASKED_ABOUT = 6

_ABOUT = {"nl": "Wat staat er over {name}?", "en": "What do the texts say about {name}?"}
_NAME = re.compile(rf"(?<=[a-zà-ÿ,;] )[{CAPITALS}][\w'’-]{{3,}}(?: [{CAPITALS}][\w'’-]+)?")


def suggest_questions(catalogue: Catalogue, language: str) -> list[str]:
    """Return the questions prepared for the sample texts that are there, then questions about names in the others."""
    documents = catalogue.documents()
    prepared = json.loads((files("ingest") / "sample_questions.json").read_text(encoding="utf-8"))
    samples = {file.name for file in (files("ingest") / "samples").iterdir()}
    here = {Path(document.path).name for document in documents}
    others = {document.id for document in documents if Path(document.path).name not in samples}
    return [
        *(item["question"] for item in prepared[language] if item["file"] in here),
        *(_ABOUT[language].format(name=name) for name in _common_names(catalogue, others, language)),
    ]


def _common_names(catalogue: Catalogue, document_ids: set[str], language: str) -> list[str]:
    """Return the names that most passages of some documents have, from those in a language where there are any."""
    if not document_ids:
        return []
    passages = catalogue.passages(catalogue.passage_vectors().passage_ids)
    chosen = [passage for passage in passages if passage.document_id in document_ids]
    chosen = [passage for passage in chosen if passage.language == language] or chosen
    counts: Counter[str] = Counter()
    for passage in chosen:
        names = {match.group().removesuffix("'s") for match in _NAME.finditer(passage.search_text)}
        counts.update(name for name in names if not is_stop_word(name))
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    return ranked[:NAMES_ASKED_ABOUT]
