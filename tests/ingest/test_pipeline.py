import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import ingest
from ingest.embedding import embed_splits
from ingest.errors import CatalogueError, ReadError, UnsupportedFileError
from ingest.pipeline import ingest_bytes, ingest_file, ingest_files
from ingest.readers import read_document_bytes
from ingest.splitting.split import split_into_passages
from tests.fakes import WordCountEmbedder
from tests.ingest.hand_made import assert_whole

SOURCES = Path(__file__).resolve().parents[3] / "shared" / "sources"
POLAND = "Gomułka returned to power in Warsaw. The Soviet troops stayed in Poland."
HUNGARY = "Imre Nagy formed a new government in Budapest. The tanks came back on 4 November."

embedder = WordCountEmbedder()
embed = embedder.read_passages


def ingest_all(paths, catalogue, **options):
    return list(ingest_files(paths, catalogue, embed, **options))


def assert_stored_whole(catalogue, ingested):
    assert_whole(catalogue, ingested.document.id, vectors_of=lambda split: embed_splits([split], embed)[0])


def test_a_file_becomes_a_document_that_is_found(catalogue, texts):
    ingested = ingest_file(texts / "b.txt", catalogue, embed)
    assert (ingested.status, ingested.notice, ingested.error) == ("added", None, None)
    assert ingested.path == str(texts / "b.txt")
    assert ingested.document == catalogue.summary(ingested.document.id)
    assert catalogue.document(ingested.document.id).text == POLAND
    assert catalogue.search_keywords("Gomulka", limit=1)
    assert_stored_whole(catalogue, ingested)


def test_a_file_ingested_again_is_neither_embedded_nor_written(catalogue, texts):
    ingest_file(texts / "b.txt", catalogue, embed)
    sequence = catalogue.sequence
    again = ingest_file(texts / "b.txt", catalogue, lambda texts, **_: pytest.fail("embedded again"))
    assert (again.status, catalogue.sequence) == ("unchanged", sequence)
    assert again.document == catalogue.documents()[0]


def test_a_changed_file_replaces_its_document_however_its_path_is_written(catalogue, texts, monkeypatch):
    ingest_file(texts / "b.txt", catalogue, embed)
    (texts / "b.txt").write_text(HUNGARY)
    monkeypatch.chdir(texts / "deeper")
    changed = ingest_file(Path("../b.txt"), catalogue, embed)
    assert changed.status == "replaced"
    assert catalogue.documents() == [changed.document]
    assert_stored_whole(catalogue, changed)


def test_a_copy_of_a_known_text_is_told(catalogue, texts):
    ingest_file(texts / "b.txt", catalogue, embed)
    (texts / "copy.txt").write_text(POLAND)
    copy = ingest_file(texts / "copy.txt", catalogue, embed)
    assert (copy.status, copy.notice) == ("unchanged", "The same text is in the catalogue already, as B.")


def test_the_encoding_is_told(catalogue, tmp_path):
    (tmp_path / "old.txt").write_bytes("De geëvacueerde coördinatoren bleven in Reykjavík.".encode("cp1252"))
    ingested = ingest_file(tmp_path / "old.txt", catalogue, embed)
    assert ingested.status == "added"
    assert "Windows-1252" in ingested.notice


def test_passages_that_the_model_would_cut_are_told(catalogue, texts):
    ingested = ingest_file(texts / "b.txt", catalogue, WordCountEmbedder(max_tokens=3).read_passages)
    assert ingested.notice.startswith("1 of 1 passages")
    uncut = ingest_file(texts / "A.MD", catalogue, WordCountEmbedder(max_tokens=300).read_passages)
    assert uncut.notice is None


def test_uploads_with_one_name_stand_beside_each_other(catalogue, texts):
    from_path = ingest_file(texts / "b.txt", catalogue, embed)
    first = ingest_bytes("b.txt", HUNGARY.encode(), catalogue, embed)
    second = ingest_bytes("b.txt", b"Something else again.", catalogue, embed)
    again = ingest_bytes("b.txt", HUNGARY.encode(), catalogue, embed)
    assert [ingested.status for ingested in (from_path, first, second, again)] == ["added"] * 3 + ["unchanged"]
    assert [summary.path for summary in catalogue.documents()].count("b.txt") == 2
    assert first.path == "b.txt"
    assert_stored_whole(catalogue, second)


def test_a_bad_upload_is_told(catalogue):
    ingested = ingest_bytes("a.pdf", b"%PDF", catalogue, embed)
    assert (ingested.status, ingested.path, ingested.document) == ("failed", "a.pdf", None)
    assert isinstance(ingested.error, UnsupportedFileError)


def test_a_catalogue_that_cannot_take_a_file_leaves_the_old_one(catalogue, texts, monkeypatch):
    ingest_file(texts / "b.txt", catalogue, embed)
    before = catalogue.documents()
    (texts / "b.txt").write_text(HUNGARY)

    def fail(*_, **__):
        raise CatalogueError("The disk is full.")

    monkeypatch.setattr("ingest.catalogue.writing.insert_document", fail)
    outcome = ingest_file(texts / "b.txt", catalogue, embed)
    assert (outcome.status, str(outcome.error)) == ("failed", "The disk is full.")
    assert catalogue.documents() == before


def test_texts_are_embedded_in_batches(monkeypatch):
    split = split_into_passages(
        read_document_bytes("long.txt", " ".join(f"Zin nummer {n} is kort." for n in range(700)).encode())
    )
    monkeypatch.setattr("ingest.embedding.EMBEDDED_AT_ONCE", 5)
    sizes, told = [], []

    def embed_and_count(texts, **options):
        sizes.append(len(texts))
        return WordCountEmbedder(max_tokens=500).read_passages(texts, **options)

    vectors = embed_splits([split], embed_and_count, lambda *progress: told.append(progress))[0]
    count = len(split.passages)
    assert max(sizes) <= 5 < sum(sizes) == count
    assert told == [(done, count) for done in range(1, count + 1)]
    assert vectors.passages.shape == (count, 64)
    assert vectors.passages.dtype == np.float32
    assert (len(vectors.states), vectors.cut) == (count, 0)


def test_every_word_is_read_once():
    text = "# Kop\n\n" + " ".join(f"Zin nummer {n} is kort." for n in range(300))
    split = split_into_passages(read_document_bytes("long.md", text.encode()))
    read = []

    def embed_and_note(texts, **options):
        read.extend(texts)
        return embed(texts, **options)

    embed_splits([split], embed_and_note)
    assert read == [passage.search_text for passage in split.passages]
    words = [word for text in read for word in text.split()]
    assert len(words) == sum(len(sentence.search_text.split()) for sentence in split.sentences)


@pytest.mark.parametrize("text", ["…", "---\n***\n", "1", "\u2060x", "a" * 10_000, "a\n" * 3000, "\ufffd", "۞"])
def test_odd_texts_go_in_or_are_refused(catalogue, text):
    ingested = ingest_bytes("odd.txt", text.encode(), catalogue, embed)
    if ingested.status == "added":
        assert catalogue.document(ingested.document.id).text == text
    else:
        assert isinstance(ingested.error, ReadError)


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the two real texts are not on this machine")
def test_the_real_texts_go_in_and_are_found(catalogue):
    outcomes = ingest_all([SOURCES], catalogue)
    assert [(outcome.status, outcome.document.language) for outcome in outcomes] == [("added", "nl"), ("added", "en")]
    for outcome in outcomes:
        assert_stored_whole(catalogue, outcome)
    (best, *_) = catalogue.search_keywords("Hoeveel politieke gevangenen liet Ochab vrij?", limit=5)
    assert "Ochab" in catalogue.passages([best.passage_id])[0].text


def test_the_names_of_the_package_can_be_had_and_cost_nothing_before():
    assert all(getattr(ingest, name).__name__ == name for name in ingest.__all__)
    with pytest.raises(AttributeError):
        _ = ingest.nothing
    script = "import sys, ingest.types, ingest.errors; print('numpy' in sys.modules, 'sqlite3' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "False False\n"
