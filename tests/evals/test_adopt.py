import hashlib
import json

import pytest

from evals.adopt import DRAFTS, adopt_flagged
from ingest.catalogue import Catalogue
from ingest.errors import QuothError
from ingest.flags import Flag, FlaggedAnswer
from retriever.assistant import Assistant
from retriever.index.dense_index import DenseIndex
from retriever.types import Answer, Citation, Claim, Receipt, to_json
from tests.fakes import WordCountEmbedder

BAKERS = "De bakkers van Tiel kregen twaalf zakken méél.\r\n\r\nDaarna sprak Jansen de zaal toe over het weer."
SACKS = "Hoeveel zakken méél kregen de bakkers van Tiel?"
NOWHERE = "Hoe heet het paard van Sinterklaas?"
FIELDS = (
    "id", "kind", "lang", "question", "history", "answers", "evidence", "evidence_need", "note", "answer_id", "receipt",
)  # fmt: skip


@pytest.fixture
def assistant(tmp_path):
    catalogue = Catalogue.open(tmp_path / "home")
    embedder = WordCountEmbedder()
    catalogue.bind_model(embedder.fingerprint)
    index = DenseIndex(catalogue, tmp_path / "home" / "index", exact_only=True)
    with Assistant(catalogue, embedder, index, max_file_bytes=10_000) as assistant:
        yield assistant


@pytest.fixture
def bakers(tmp_path, assistant):
    """Return the file of the one document."""
    path = tmp_path / "texts" / "bakkers.txt"
    path.parent.mkdir()
    path.write_bytes(BAKERS.encode("windows-1252"))
    assistant.add_files([path])
    return path


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cases"


def drafts(folder):
    return [json.loads(line) for line in (folder / DRAFTS).read_text(encoding="utf-8").splitlines()]


def flagged(answer_id, *quotes, verdict="good", note="", names=("a.txt",), namesakes=(), document_ids=("d0",)):
    """Make a flagged answer that cites the given (document, start, end) in one claim each."""
    claims = tuple(
        Claim("", "quotation", (Citation(id, "A", "p", start, end, "", "en", None, "", f"sha {id}"),), 1.0, "supported")
        for id, start, end in quotes
    )
    receipt = Receipt("0", "Who?", "Who?", (), None, None, "", "m", "r", 0.6, 0.2)
    answer = Answer(answer_id, "Who?", "answered", 1.0, claims, "", "en", receipt=receipt)
    return FlaggedAnswer(
        Flag(answer_id, verdict, note, "2025-06-28T09:30:00Z"),
        json.dumps(to_json(answer)),
        dict(zip(document_ids, names, strict=True)),
        frozenset(namesakes),
    )


def test_a_flagged_answer_becomes_a_draft_whose_evidence_stands_in_the_file(assistant, bakers, folder):
    answer = assistant.answer(SACKS, history=["Wie bakten er in Tiel?"])
    assistant.flag_answer(answer.id, "wrong-citation", "één zin te ver")
    adopted = adopt_flagged(assistant.catalogue.flagged_answers(), folder)
    (draft,) = drafts(folder)
    assert tuple(draft) == FIELDS
    assert (draft["id"], draft["kind"], draft["lang"]) == (f"draft-{answer.id[:8]}", "draft", "nl")
    assert (draft["question"], draft["history"]) == (SACKS, ["Wie bakten er in Tiel?"])
    assert (draft["answers"], draft["note"]) == ([], "wrong-citation: één zin te ver")
    assert (draft["answer_id"], draft["receipt"]) == (answer.id, to_json(answer.receipt))
    text = bakers.read_bytes().decode("windows-1252")
    assert [text[place["start"] : place["end"]] for place in draft["evidence"]] == [
        citation.quote for claim in answer.claims for citation in claim.citations
    ]
    for place in draft["evidence"]:
        assert place["file"] == "bakkers.txt"
        assert place["text_sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert (adopted.path, adopted.added) == (folder / DRAFTS, (f"draft-{answer.id[:8]}",))
    assert (adopted.skipped, adopted.notices) == ((), ())


def test_a_refusal_becomes_a_draft_without_evidence(assistant, bakers, folder):
    answer = assistant.answer(NOWHERE)
    assistant.flag_answer(answer.id, "should-have-answered")
    adopt_flagged(assistant.catalogue.flagged_answers(), folder)
    (draft,) = drafts(folder)
    assert (draft["question"], draft["evidence"], draft["note"]) == (NOWHERE, [], "should-have-answered")


def test_a_draft_that_is_there_is_neither_touched_nor_made_again(folder):
    adopt_flagged([flagged("1" * 32)], folder)
    (draft,) = drafts(folder)
    edited = json.dumps(draft | {"kind": "fact", "answers": ["no one"], "note": "completed"}) + "\n"
    (folder / DRAFTS).write_text(edited, encoding="utf-8")
    adopted = adopt_flagged([flagged("1" * 32, verdict="wrong-answer"), flagged("2" * 32)], folder)
    assert (adopted.added, adopted.skipped) == (("draft-22222222",), ("1" * 32,))
    assert (folder / DRAFTS).read_text(encoding="utf-8").startswith(edited)
    assert [draft["answer_id"] for draft in drafts(folder)] == ["1" * 32, "2" * 32]


def test_a_completed_draft_in_another_file_of_the_folder_counts_too(folder):
    adopt_flagged([flagged("1" * 32)], folder)
    (folder / DRAFTS).rename(folder / "mine.jsonl")
    adopted = adopt_flagged([flagged("1" * 32)], folder)
    assert (adopted.added, adopted.skipped) == ((), ("1" * 32,))
    assert not (folder / DRAFTS).exists()


def test_a_last_line_without_an_end_stays_a_line_of_its_own(folder):
    folder.mkdir()
    (folder / DRAFTS).write_text('{"id": "mine"}', encoding="utf-8")
    adopt_flagged([flagged("1" * 32)], folder)
    assert [draft["id"] for draft in drafts(folder)] == ["mine", "draft-11111111"]


def test_nothing_flagged_writes_nothing(folder):
    assert adopt_flagged([], folder).added == ()
    assert not folder.exists()


def test_two_answers_whose_ids_begin_alike_get_two_names(folder):
    alike = "12345678" + "a" * 24, "12345678" + "b" * 24
    assert adopt_flagged([flagged(alike[0])], folder).added == ("draft-12345678",)
    assert adopt_flagged([flagged(alike[1])], folder).added == ("draft-12345678b",)


def test_a_place_that_is_cited_twice_is_evidence_once(folder):
    one = flagged(
        "1" * 32, ("d0", 5, 9), ("d1", 5, 9), ("d0", 5, 9), document_ids=("d0", "d1"), names=("a.txt", "b.md")
    )
    adopt_flagged([one], folder)
    assert drafts(folder)[0]["evidence"] == [
        {"file": "a.txt", "start": 5, "end": 9, "text_sha256": "sha d0"},
        {"file": "b.md", "start": 5, "end": 9, "text_sha256": "sha d1"},
    ]


def test_a_file_name_that_two_documents_have_is_told(folder):
    one = flagged(
        "1" * 32, ("d0", 5, 9), document_ids=("d0", "d1"), names=("a.txt", "b.txt"), namesakes=("d0", "d1"), note="No."
    )
    adopted = adopt_flagged([one], folder)
    told = "More than one document is named a.txt: go by its text_sha256."
    assert adopted.notices == (f"draft-11111111: {told}",)
    assert drafts(folder)[0]["note"] == f"good: No. ({told})"


def test_an_uploaded_document_stands_by_the_name_of_its_file(assistant, folder):
    assistant.add_bytes("Bakkers.txt", BAKERS.encode())
    answer = assistant.answer(SACKS)
    assistant.flag_answer(answer.id, "good")
    adopted = adopt_flagged(assistant.catalogue.flagged_answers(), folder)
    assert adopted.notices == ()
    assert drafts(folder)[0]["evidence"][0]["file"] == "Bakkers.txt"


@pytest.mark.parametrize("line", ["{", "[]", "5", "\udcff"])
def test_a_file_that_cannot_be_read_stops_everything(folder, line):
    folder.mkdir()
    content = f'{{"id": "mine"}}\n{line}\n'.encode("utf-8", "surrogateescape")
    (folder / DRAFTS).write_bytes(content)
    with pytest.raises(QuothError, match=r"drafts\.jsonl.*othing was adopted"):
        adopt_flagged([flagged("1" * 32)], folder)
    assert (folder / DRAFTS).read_bytes() == content


def test_half_a_character_stops_nothing(folder):
    adopt_flagged([flagged("1" * 32, note="from a terminal: \udcff")], folder)
    assert drafts(folder)[0]["note"] == "good: from a terminal: ?"
