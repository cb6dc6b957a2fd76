"""A question set of four questions over two texts."""

import hashlib
import json

from evals.saved import SavedControl

CONTROLS = [SavedControl("number changed", "quotation", 30, 30, {"quotes": 30})]

BREAD = "In June 1956 bread cost 3 zloty in Warsaw. Nobody could find butter, and the shops were empty.\n"
POZNAN = (
    "Workers in Poznań went on strike in June 1956.\r\n"
    "The strike of the workers in Poznań was put down with 400 tanks.\r\n"
    "In October Gomułka became leader of Poland.\r\n"
)
PRICE = "How many zloty did bread cost in Warsaw in June 1956?"
TANKS = "How many tanks put down the strike of the workers in Poznań?"
FOLLOW_UP = "Was that strike of the workers in Poznań put down with tanks?"
NOBODY = "Who won the football World Cup?"


def evidence(file, text, quote):
    start = text.index(quote)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return {"file": file, "start": start, "end": start + len(quote), "quote": quote, "text_sha256": sha256}


def case(name, question, **fields):
    return {"id": name, "kind": "fact", "lang": "en", "question": question, "history": []} | fields


CASES = (
    case("t-1", PRICE, answers=["5 zloty"], evidence=[evidence("bread.txt", BREAD, "bread cost 3 zloty")]),
    case("t-2", TANKS, answers=["400"], evidence=[evidence("poznan.txt", POZNAN, "400 tanks")]),
    case("t-3", NOBODY, kind="unanswerable", answers=[], evidence=[], refusal="topic-absent"),
    case(
        "t-4",
        FOLLOW_UP,
        kind="follow-up",
        history=[PRICE, TANKS],
        answers=[],
        evidence=[evidence("poznan.txt", POZNAN, "put down with 400 tanks")],
        rewritten="Was the strike of the workers in Poznań put down with tanks?",
    ),
)


def write_tiny_set(folder):
    """Write the cases and the texts; returns the file and the folder."""
    texts = folder / "texts"
    texts.mkdir()
    (texts / "bread.txt").write_bytes(BREAD.encode())
    (texts / "poznan.txt").write_bytes(POZNAN.encode())
    cases = folder / "tiny.jsonl"
    cases.write_text("".join(f"{json.dumps(fields)}\n" for fields in CASES), encoding="utf-8")
    return cases, texts
