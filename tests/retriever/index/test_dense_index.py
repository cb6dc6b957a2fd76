"""The dense index: what it finds with a real Chroma, and when it builds, switches and cleans up."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from ingest.catalogue import Catalogue
from ingest.errors import ModelError
from ingest.pipeline import ingest_bytes
from retriever.index import dense_index, generation_process
from retriever.index.chroma_store import open_client
from retriever.index.dense_index import DenseIndex
from tests.fakes import WordCountEmbedder
from tests.retriever.index.stand_in_store import StandInChroma
from tests.retriever.index.vector_catalogue import (
    DIMENSION,
    DOCUMENTS,
    VectorCatalogue,
    assert_searches_are_exact,
    expected,
    generations,
    open_index,
    random_vectors,
    wait_until,
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return a catalogue and an index of it with a real Chroma in service; tests that use it only read."""
    catalogue = VectorCatalogue()
    folder = tmp_path_factory.mktemp("built") / "index"
    index = open_index(catalogue, folder)
    index.refresh(wait=True)
    yield catalogue, index, folder
    index.close()


@pytest.fixture
def catalogue():
    return VectorCatalogue()


@pytest.fixture
def index(catalogue, tmp_path):
    index = open_index(catalogue, tmp_path / "index")
    yield index
    index.close()


@pytest.fixture
def chroma(monkeypatch):
    """Put a stand-in in Chroma's place."""
    stand_in = StandInChroma()
    monkeypatch.setattr(generation_process, "run_child", stand_in.run_child)
    monkeypatch.setattr(generation_process, "OpenStore", stand_in)
    return stand_in


def test_chroma_serves_and_finds_what_the_exact_search_finds(built):
    catalogue, index, _folder = built
    assert index.state == "ready", index.detail
    assert_searches_are_exact(index, catalogue, queries=40)
    assert index.state == "ready", index.detail
    assert index.active().folder.name in index.detail


def test_what_chroma_finds_is_the_answer_where_no_referee_looks(built, monkeypatch):
    catalogue, index, _folder = built
    monkeypatch.setattr(dense_index, "REFEREE_LIMIT", 0)
    monkeypatch.setattr(dense_index, "REFEREE_EVERY", 10**9)
    exact = []
    search = dense_index.PassageRows.search
    monkeypatch.setattr(dense_index.PassageRows, "search", lambda *a, **k: exact.append(k) or search(*a, **k))
    assert_searches_are_exact(index, catalogue, queries=40)
    assert len(exact) < 5  # a filter may let through fewer than were asked for in advance


def test_a_filter_that_leaves_too_few_of_what_chroma_found_is_answered_exactly(tmp_path, chroma, monkeypatch):
    monkeypatch.setattr(dense_index, "REFEREE_LIMIT", 0)
    monkeypatch.setattr(dense_index, "REFEREE_EVERY", 10**9)
    catalogue = VectorCatalogue(400)
    index = open_index(catalogue, tmp_path / "index")
    index.refresh(wait=True)
    for query in random_vectors(60, seed=4):
        found = [hit.passage_id for hit in index.search(query, limit=5, document_ids=DOCUMENTS[:1])]
        assert found == expected(catalogue, query, limit=5, document_ids=DOCUMENTS[:1])
    index.close()


def test_scores_are_cosines_of_the_catalogues_vectors(built):
    catalogue, index, _folder = built
    vectors = catalogue.passage_vectors()
    hit = index.search(vectors.matrix[3] * 7, limit=1)[0]
    assert (hit.passage_id, round(hit.score, 5)) == (vectors.passage_ids[3], 1.0)


@pytest.mark.parametrize(
    "options",
    [{"limit": 0}, {"limit": -1}, {"limit": 5, "document_ids": []}, {"limit": 5, "language": "hu"}],
    ids=["no hits wanted", "fewer than none", "no documents", "unknown language"],
)
def test_nothing_is_found_where_nothing_can_be(built, options):
    assert built[1].search(np.ones(DIMENSION), **options) == []


def test_a_limit_above_the_number_of_passages_gives_them_all(built):
    assert len(built[1].search(np.ones(DIMENSION), limit=10_000)) == 60
    assert len(built[1].search(np.ones(DIMENSION), limit=10_000, document_ids=DOCUMENTS[:1])) == 15


@pytest.mark.parametrize(
    "vector",
    [np.zeros(DIMENSION), np.full(DIMENSION, np.nan), np.ones(DIMENSION + 1)],
    ids=["zero", "not a number", "another model's"],
)
def test_a_vector_that_cannot_be_searched_is_an_error_and_leaves_the_index_in_service(built, vector):
    with pytest.raises(ModelError):
        built[1].search(vector, limit=5)
    assert built[1].state == "ready"


def test_the_collection_holds_texts_and_metadata_for_those_who_open_it_with_langchain(built):
    catalogue, index, _folder = built
    generation = index.active()
    client = open_client(generation.path)
    collection = client.get_collection(generation.collection, embedding_function=None)
    passages = catalogue.passages(catalogue.passage_vectors().passage_ids)
    rows = collection.get()
    client.close()
    stored = dict(zip(rows["ids"], zip(rows["documents"], rows["metadatas"], strict=True), strict=True))
    for passage in passages:
        told = {"document_id": passage.document_id, "title": f"Title {passage.document_id[:4]}"}
        told |= {"language": passage.language, "start": passage.start, "end": passage.end}
        told |= {} if passage.page is None else {"page": passage.page}
        assert stored[passage.id] == (passage.text, told)
    assert_searches_are_exact(index, catalogue, queries=4)
    assert index.state == "ready"  # a second reader is no damage


def test_removed_text_is_in_no_file_after_the_next_generation(built, index, catalogue, tmp_path):
    shutil.copytree(built[2], tmp_path / "index")
    index.refresh(wait=True)
    assert index.active().folder.name == built[1].active().folder.name  # opened, not built again
    doomed = [passage for passage in catalogue._passages.values() if passage.document_id == DOCUMENTS[1]]
    catalogue.remove_document(DOCUMENTS[1])
    assert_searches_are_exact(index, catalogue, queries=4)
    index.refresh(wait=True)
    assert index.state == "ready", index.detail
    assert_searches_are_exact(index, catalogue)
    files = [path.read_bytes() for path in (tmp_path / "index").rglob("*") if path.is_file()]
    kept = next(iter(catalogue._passages.values()))
    assert any(kept.text.encode() in content for content in files)
    assert not any(passage.text[:20].encode() in content for passage in doomed for content in files)


def test_one_passage_and_a_relative_folder_are_enough_for_an_index(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    index = open_index(VectorCatalogue(1), Path("index"))
    index.refresh(wait=True)
    assert index.state == "ready", index.detail
    assert len(index.search(np.ones(DIMENSION), limit=5)) == 1
    index.close()


def test_closing_ends_a_running_child_quickly(tmp_path, monkeypatch):
    children = []
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: children.append(popen(*a, **k)) or children[-1])
    index = open_index(VectorCatalogue(4000), tmp_path / "index")
    index.refresh()
    wait_until(lambda: children)
    closer = threading.Thread(target=index.close)
    closer.start()
    closer.join(5)
    assert not closer.is_alive()
    assert children[0].poll() is not None
    assert generations(tmp_path / "index") == []


def test_importing_the_index_does_not_import_chroma():
    command = "import sys, retriever.index.dense_index; sys.exit('chromadb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", command], check=False).returncode == 0


def test_exact_only_never_starts_a_child(catalogue, tmp_path, chroma):
    index = open_index(catalogue, tmp_path / "index", exact_only=True)
    index.refresh(wait=True)
    assert_searches_are_exact(index, catalogue)
    assert (index.state, chroma.commands, generations(tmp_path / "index")) == ("ready", [], [])
    index.close()


def test_the_index_follows_a_real_catalogue(tmp_path, chroma):
    embedder = WordCountEmbedder()
    texts = {"poznan.txt": "In June 1956 the workers of Poznań struck.", "pest.txt": "Boedapest, oktober 1956."}
    with Catalogue.open(tmp_path) as catalogue:
        index = DenseIndex(catalogue, tmp_path / "index")
        for name, text in texts.items():
            ingest_bytes(name, text.encode(), catalogue, embedder.embed_passages)
        index.refresh(wait=True)
        query = embedder.embed("the workers of Poznań")
        best = index.search(query, limit=1)[0]
        assert (index.state, "Poznań" in catalogue.passages([best.passage_id])[0].text) == ("ready", True)
        doomed = catalogue.passages([best.passage_id])[0].document_id
        catalogue.remove(doomed)
        assert best.passage_id not in [hit.passage_id for hit in index.search(query, limit=10)]
        index.refresh(wait=True)
        assert (index.state, index.active().count) == ("ready", 1)
        index.close()


def test_an_empty_catalogue_is_no_fault(catalogue, index, tmp_path, chroma):
    index.refresh(wait=True)
    for document_id in DOCUMENTS:
        catalogue.remove_document(document_id)
    index.refresh(wait=True)
    assert index.search(np.ones(DIMENSION), limit=5) == []
    assert (index.state, index.detail, generations(tmp_path / "index")) == ("empty", "no passages yet", [])


def test_a_search_starts_the_building_and_is_answered_meanwhile(catalogue, index, chroma):
    assert (index.state, index.active()) == ("building", None)
    assert_searches_are_exact(index, catalogue, queries=4)
    wait_until(lambda: index.state == "ready")
    assert index.active().count == 60
    assert chroma.commands == ["build"]


def test_new_passages_are_found_at_once_and_the_old_generation_goes(catalogue, index, tmp_path, chroma):
    index.refresh(wait=True)
    first = generations(tmp_path / "index")
    added = random_vectors(1, seed=7)
    catalogue.add(added)
    assert index.state == "building"
    assert index.search(added[0], limit=1)[0].score == pytest.approx(1)
    index.refresh(wait=True)
    assert index.state == "ready", index.detail
    assert_searches_are_exact(index, catalogue)
    second = generations(tmp_path / "index")
    assert len(first) == len(second) == 1
    assert first != second


def test_the_next_start_opens_what_is_there(catalogue, index, tmp_path, chroma):
    index.refresh(wait=True)
    name = index.active().folder.name
    index.close()
    again = open_index(catalogue, tmp_path / "index")
    again.refresh(wait=True)
    assert (again.state, again.active().folder.name) == ("ready", name)
    assert chroma.commands == ["build", "check"]
    again.close()


def test_a_burst_of_changes_is_one_building(catalogue, index, chroma):
    index.refresh(wait=True)
    for number in range(5):
        catalogue.add(random_vectors(1, seed=number))
        index.refresh()
    wait_until(lambda: index.state == "ready")
    assert chroma.commands == ["build", "build"]


def test_a_change_during_the_building_starts_another(catalogue, index, chroma):
    def change_once(generation):
        chroma.before = lambda generation: None
        catalogue.add(random_vectors(1, seed=8))

    chroma.before = change_once
    index.refresh(wait=True)
    assert (index.state, index.active().count) == ("ready", 61)


def test_a_change_that_alters_no_passage_needs_no_building(catalogue, index, chroma):
    index.refresh(wait=True)
    catalogue.sequence += 1
    index.refresh(wait=True)
    assert (index.state, chroma.commands) == ("ready", ["build"])


def test_searches_while_documents_come_in_each_see_one_state(catalogue, index, chroma):
    index.refresh(wait=True)
    query = random_vectors(1, seed=3)[0]
    allowed = [expected(catalogue, query, limit=5)]
    wrong, ended = [], threading.Event()

    def ask():
        while not ended.is_set():
            found = [passage.passage_id for passage in index.search(query, limit=5)]
            if found not in allowed:
                wrong.append(found)

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for number in range(6):
        vectors = query + 0.1 * random_vectors(2, seed=50 + number)
        allowed.append(expected(catalogue.with_more(vectors), query, limit=5))  # a search may see it at once
        catalogue.add(vectors)
        index.refresh(wait=number % 2 == 0)
    ended.set()
    for asker in askers:
        asker.join()
    assert not wrong
