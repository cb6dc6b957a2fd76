"""A handful of examples of our own, in the form of the data folder: enough to show that training runs end to end.

The files bear the names of the sets whose place they take, because those decide what is made of them.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from evals.training.handful_texts import ARTICLES, PAGES, Article
from retriever.evidence_model.types import LABELS

LICENCE = "MIT (written for Quoth)"


def write_handful(folder: Path) -> Path:
    """Write the files into a folder, and return it."""
    numbered = list(enumerate(ARTICLES))
    _write(folder / "reader" / "squad2.jsonl", (line for item in numbered for line in _english_questions(*item)))
    _write(folder / "reader" / "xquad.jsonl", (line for item in numbered for line in _crossed_questions(*item)))
    _write(folder / "reader" / "policyqa_nl.jsonl", (line for item in numbered for line in _dutch_questions(*item)))
    _write(folder / "verifier" / "fever_symmetric.jsonl", (line for item in numbered for line in _claims(*item)))
    _write(folder / "verifier" / "nl_en_tatoeba.jsonl", (line for item in numbered for line in _crossed_claims(*item)))
    _write(folder / "retrieval" / "squad2.jsonl", map(_query, ARTICLES))
    _write(folder / "retrieval" / "laws_nl.jsonl", map(_heading, ARTICLES))
    _write(folder / "plain" / "libreoffice_help.jsonl", (_page(*item) for item in enumerate(PAGES)))
    return folder


def _write(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps({**line, "licence": LICENCE}, ensure_ascii=False) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8")


def _english_questions(number: int, article: Article) -> Iterator[dict[str, Any]]:
    for place, (question, answer, _, _) in enumerate(article.questions):
        yield _asked(f"squad2-{number}-{place}", article, question, " ".join(article.english), answer, "en>en")
    yield _asked(f"squad2-{number}-none", article, article.unanswered[0], " ".join(article.english), "", "en>en")


def _dutch_questions(number: int, article: Article) -> Iterator[dict[str, Any]]:
    for place, (_, _, question, answer) in enumerate(article.questions):
        yield _asked(f"policyqa_nl-{number}-{place}", article, question, " ".join(article.dutch), answer, "nl>nl")
    yield _asked(f"policyqa_nl-{number}-none", article, article.unanswered[1], " ".join(article.dutch), "", "nl>nl")


def _crossed_questions(number: int, article: Article) -> Iterator[dict[str, Any]]:
    for place, (english, answer, dutch, answer_nl) in enumerate(article.questions):
        id = f"xquad-{number}{place}"
        yield _asked(f"{id}-en-nl", article, english, " ".join(article.dutch), answer_nl, "en>nl")
        yield _asked(f"{id}-nl-en", article, dutch, " ".join(article.english), answer, "nl>en")


def _asked(id: str, article: Article, question: str, context: str, answer: str, languages: str) -> dict[str, Any]:
    asked, read = languages.split(">")
    return {
        "id": id,
        "lang_question": asked,
        "lang_context": read,
        "title": article.title,
        "context": context,
        "question": question,
        "history": [],
        "answers": [{"text": answer, "start": context.index(answer)}] if answer else [],
    }


def _claims(number: int, article: Article) -> Iterator[dict[str, Any]]:
    for label, (claim, _) in zip(LABELS, article.claims, strict=True):
        yield _judged(f"fever_symmetric-{number}-{label}", " ".join(article.english), claim, label, "en>en")


def _crossed_claims(number: int, article: Article) -> Iterator[dict[str, Any]]:
    for label, (english, dutch) in zip(LABELS, article.claims, strict=True):
        yield _judged(f"nl_en_tatoeba-{number}-{label}-en", " ".join(article.dutch), english, label, "en>nl")
        yield _judged(f"nl_en_tatoeba-{number}-{label}-nl", " ".join(article.english), dutch, label, "nl>en")


def _judged(id: str, premise: str, hypothesis: str, label: str, languages: str) -> dict[str, Any]:
    claimed, read = languages.split(">")
    return {
        "id": id,
        "premise": premise,
        "hypothesis": hypothesis,
        "label": label,
        "lang_premise": read,
        "lang_hypothesis": claimed,
    }


def _query(article: Article) -> dict[str, Any]:
    return _searched(article.questions[0][0], article, [" ".join(other.english) for other in ARTICLES], "en")


def _heading(article: Article) -> dict[str, Any]:
    return _searched(article.title_nl, article, [" ".join(other.dutch) for other in ARTICLES], "nl")


def _searched(query: str, article: Article, passages: list[str], language: str) -> dict[str, Any]:
    positive = passages[ARTICLES.index(article)]
    return {
        "query": query,
        "lang_query": language,
        "positive": positive,
        "lang_positive": language,
        "negatives": [passage for passage in passages if passage != positive],
    }


def _page(number: int, paragraphs: Sequence[Sequence[str]]) -> dict[str, Any]:
    return {"id": f"page-{number}", "paragraphs": paragraphs}
