"""The dense index: what it finds with a real Chroma, and when it builds, switches and cleans up."""

import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from ingest.catalogue import Catalogue
from ingest.errors import ModelError
from ingest.pipeline import ingest_bytes
from retriever.index import chroma_search, dense_index, generation_process, upkeep
from retriever.index.chroma_client import open_client
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
    assert index.generation.folder.name in index.detail


def test_chromas_neighbours_are_the_answer_and_no_search_reads_all_vectors(built, monkeypatch):
    catalogue, index, _folder = built
    monkeypatch.setattr(dense_index, "FEW_PASSAGES", 0)
    read = VectorCatalogue.passage_vectors
    counts = []

    def count(*arguments, **options):
        vectors = read(*arguments, **options)
        counts.append(len(vectors.passage_ids))
        return vectors

    monkeypatch.setattr(VectorCatalogue, "passage_vectors", count)
    for query in random_vectors(40, seed=99):
        counts.clear()
        found = [hit.passage_id for hit in index.search(query, limit=5, language="nl", document_ids=DOCUMENTS[:3])]
        assert max(counts) <= 22  # of 60: the neighbours alone
        monkeypatch.undo()
        assert found == expected(catalogue, query, limit=5, language="nl", document_ids=DOCUMENTS[:3])
        monkeypatch.setattr(dense_index, "FEW_PASSAGES", 0)
        monkeypatch.setattr(VectorCatalogue, "passage_vectors", count)


@pytest.mark.parametrize("few", [0, 2000], ids=["asking on", "reading the documents"])
@pytest.mark.parametrize("most", [20, 2000], ids=["too few among the most", "enough"])
def test_documents_that_chroma_finds_too_little_of_are_searched_exactly(tmp_path, chroma, monkeypatch, few, most):
    monkeypatch.setattr(dense_index, "FEW_PASSAGES", few)
    monkeypatch.setattr(chroma_search, "MAX_NEIGHBOURS", most)
    catalogue = VectorCatalogue(400)
    index = open_index(catalogue, tmp_path / "index")
    index.refresh(wait=True)
    for query in random_vectors(30, seed=4):
        found = [hit.passage_id for hit in index.search(query, limit=5, document_ids=DOCUMENTS[:1])]
        assert found == expected(catalogue, query, limit=5, document_ids=DOCUMENTS[:1])
    assert index.state == "ready"
    index.close()


@pytest.mark.parametrize("exact_only", [False, True])
def test_equal_passages_come_in_the_order_of_their_ids_whoever_finds_them(tmp_path, chroma, exact_only):
    catalogue = VectorCatalogue(200)
    for _ in range(3):  # so many alike that not all of them are asked for at first
        catalogue.add(np.repeat(random_vectors(1, seed=3), 100, axis=0), language="nl")
    index = open_index(catalogue, tmp_path / "index", exact_only=exact_only)
    index.refresh(wait=True)
    query = random_vectors(1, seed=3)[0] + 0.1 * random_vectors(1, seed=4)[0]
    for limit in (1, 7, 30, 299, 310):
        found = [hit.passage_id for hit in index.search(query, limit=limit)]
        assert found == expected(catalogue, query.astype(np.float64), limit=limit)
    index.close()


def test_languages_are_searched_by_themselves_or_together(built):
    catalogue, index, _folder = built
    query = random_vectors(1, seed=6)[0]
    groups = [["nl"], ["en"], ["nl", "en"], None, ["hu"]]
    rankings = index.rank(query, groups, limit=7)
    every = expected(catalogue, query, limit=7)
    dutch, english = (expected(catalogue, query, limit=7, language=language) for language in ("nl", "en"))
    assert [[hit.passage_id for hit in ranking] for ranking in rankings] == [dutch, english, every, every, []]


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


def test_the_collections_hold_texts_and_metadata_for_those_who_open_them_with_langchain(built):
    catalogue, index, _folder = built
    client = open_client(index.generation.path)
    stored = {}
    for one in index.generation.collections:
        rows = client.get_collection(one.name, embedding_function=None).get()
        assert {metadata["language"] for metadata in rows["metadatas"]} == {one.language}
        stored |= dict(zip(rows["ids"], zip(rows["documents"], rows["metadatas"], strict=True), strict=True))
    client.close()
    passages = catalogue.passages(catalogue.passage_vectors().passage_ids)
    assert len(stored) == len(passages)
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
    assert index.generation.folder.name == built[1].generation.folder.name  # opened, not built again
    doomed = [passage for passage in catalogue.state.passages.values() if passage.document_id == DOCUMENTS[1]]
    catalogue.remove_document(DOCUMENTS[1])
    assert_searches_are_exact(index, catalogue, queries=4)
    index.refresh(wait=True)
    assert index.state == "ready", index.detail
    assert_searches_are_exact(index, catalogue)
    files = [path.read_bytes() for path in (tmp_path / "index").rglob("*") if path.is_file()]
    kept = next(iter(catalogue.state.passages.values()))
    assert any(kept.text.encode() in content for content in files)
    assert not any(passage.text[:20].encode() in content for passage in doomed for content in files)


def test_opening_a_store_again_and_again_is_no_damage(built, index, tmp_path):
    shutil.copytree(built[2], tmp_path / "index")
    generation = next((tmp_path / "index").glob("*/manifest.json")).parent
    for _ in range(3):
        client = open_client(generation / "chroma")
        client.list_collections()
        client.close()
    index.refresh(wait=True)
    assert (index.state, index.generation.folder) == ("ready", generation)


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
            ingest_bytes(name, text.encode(), catalogue, embedder.read_passages)
        index.refresh(wait=True)
        query = embedder.embed("the workers of Poznań")
        best = index.search(query, limit=1)[0]
        assert (index.state, "Poznań" in catalogue.passages([best.passage_id])[0].text) == ("ready", True)
        doomed = catalogue.passages([best.passage_id])[0].document_id
        catalogue.remove(doomed)
        assert best.passage_id not in [hit.passage_id for hit in index.search(query, limit=10)]
        index.refresh(wait=True)
        assert (index.state, index.generation.count) == ("ready", 1)
        index.close()


def test_no_generation_is_built_of_vectors_that_changed_from_outside(tmp_path, chroma):
    embedder = WordCountEmbedder()
    with Catalogue.open(tmp_path) as catalogue:
        ingest_bytes("poznan.txt", b"In June 1956 the workers struck.", catalogue, embedder.read_passages)
        with catalogue._connections.writing() as connection:
            connection.execute("UPDATE passage_vectors SET vector = zeroblob(length(vector))")
        index = DenseIndex(catalogue, tmp_path / "index")
        index.refresh(wait=True)
        assert (index.state, "quoth doctor --repair" in index.detail) == ("degraded", True)
        assert chroma.commands == []
        index.close()


def test_an_empty_catalogue_is_no_fault(catalogue, index, tmp_path, chroma):
    index.refresh(wait=True)
    for document_id in DOCUMENTS:
        catalogue.remove_document(document_id)
    index.refresh(wait=True)
    assert index.search(np.ones(DIMENSION), limit=5) == []
    assert (index.state, index.detail, generations(tmp_path / "index")) == ("empty", "no passages yet", [])


def test_a_search_starts_the_building_after_a_while_and_is_answered_meanwhile(catalogue, index, chroma, monkeypatch):
    monkeypatch.setattr(upkeep, "NUDGE_SECONDS", 0.5)
    assert (index.state, index.generation) == ("building", None)
    assert_searches_are_exact(index, catalogue, queries=4)
    wait_until(lambda: index.state == "ready")
    assert index.generation.count == 60
    assert chroma.commands == ["build"]


def test_a_few_new_passages_are_searched_beside_the_generation(catalogue, index, chroma):
    index.refresh(wait=True)
    name = index.generation.folder.name
    added = random_vectors(3, seed=7)
    catalogue.add(added)
    for vector in added:
        assert index.search(vector, limit=1)[0].score == pytest.approx(1)
    assert_searches_are_exact(index, catalogue)
    index.refresh(wait=True)
    assert (index.state, index.generation.folder.name, chroma.commands) == ("ready", name, ["build"])
    assert "3 passages beside it" in index.detail


def test_passages_that_are_gone_are_found_no_more(catalogue, tmp_path, chroma, monkeypatch):
    monkeypatch.setattr(upkeep, "MAX_CHURN", 1)
    index = open_index(catalogue, tmp_path / "index")
    index.refresh(wait=True)
    catalogue.remove_document(DOCUMENTS[2])
    assert_searches_are_exact(index, catalogue)
    assert (index.state, index.generation.count, "15 gone from it" in index.detail) == ("ready", 60, True)
    for query in random_vectors(10, seed=5):  # most of what is near is gone
        assert len(index.search(query, limit=40)) == 40
    index.close()


def test_many_new_passages_are_a_new_generation_and_the_old_one_goes(catalogue, index, tmp_path, chroma):
    index.refresh(wait=True)
    first = generations(tmp_path / "index")
    catalogue.add(random_vectors(7, seed=7))
    assert index.state == "ready"
    assert_searches_are_exact(index, catalogue)
    index.refresh(wait=True)
    assert index.state == "ready", index.detail
    assert_searches_are_exact(index, catalogue)
    second = generations(tmp_path / "index")
    assert len(first) == len(second) == 1
    assert first != second
    assert index.generation.count == 67


def test_while_changes_keep_coming_the_last_generation_serves(catalogue, index, chroma, monkeypatch):
    monkeypatch.setattr(upkeep, "REST", 10**9)
    monkeypatch.setattr(upkeep, "QUIET_SECONDS", 0.01)
    monkeypatch.setattr(upkeep, "BUSY_SECONDS", 0.6)
    monkeypatch.setattr("tests.retriever.index.stand_in_store.BUILD_SECONDS", 1.0)
    index.refresh(wait=True)
    for number in range(12):
        catalogue.add(random_vectors(5, seed=number))
        index.refresh()
        time.sleep(0.1)
        assert (index.state, chroma.commands) == ("ready", ["build"])
    assert_searches_are_exact(index, catalogue, queries=4)
    wait_until(lambda: index.generation.count == 120)
    assert chroma.commands == ["build", "build"]


def test_what_is_gone_is_erased_by_another_generation_after_a_while(catalogue, tmp_path, chroma, monkeypatch):
    monkeypatch.setattr(upkeep, "ERASING_SECONDS", 0.2)
    monkeypatch.setattr(upkeep, "MAX_CHURN", 1)
    index = open_index(catalogue, tmp_path / "index")
    index.refresh(wait=True)
    catalogue.remove_document(DOCUMENTS[2])
    index.refresh(wait=True)
    wait_until(lambda: index.generation.count == 45)
    index.close()


def test_a_generation_is_made_complete_on_request(catalogue, index, chroma):
    assert index.complete().count == 60
    catalogue.add(random_vectors(1, seed=7))
    assert index.complete().count == 61
    assert index.complete().count == 61
    assert chroma.commands == ["build", "build"]


def test_all_vectors_are_in_memory_only_while_no_generation_serves(catalogue, index, chroma):
    assert_searches_are_exact(index, catalogue, queries=1)
    assert len(index._current.last.held) == 60
    index.refresh(wait=True)
    assert_searches_are_exact(index, catalogue, queries=1)
    assert len(index._current.last.held) == 0


def test_exchanged_vectors_are_a_new_generation(catalogue, index, chroma):
    index.refresh(wait=True)
    catalogue.exchange_vectors(seed=12)
    assert_searches_are_exact(index, catalogue, queries=4)
    index.refresh(wait=True)
    assert (index.state, chroma.commands) == ("ready", ["build", "build"])
    assert_searches_are_exact(index, catalogue)


@pytest.mark.parametrize("other", ["of other texts", "older", "changed since"])
def test_the_generation_of_another_catalogue_is_not_opened(catalogue, index, tmp_path, chroma, other):
    catalogue.add(random_vectors(1, seed=7))
    index.refresh(wait=True)
    index.close()
    strange = VectorCatalogue(61 if other == "changed since" else 60)
    if other == "of other texts":
        strange.add(random_vectors(1, seed=8), document_id="f" * 64)
    elif other == "changed since":
        strange.add(random_vectors(50, seed=8))
        strange.add(random_vectors(50, seed=9))
    again = open_index(strange, tmp_path / "index")
    again.refresh(wait=True)
    assert (again.state, chroma.commands) == ("ready", ["build", "build"])
    assert_searches_are_exact(again, strange)
    again.close()


def test_the_next_start_opens_what_is_there(catalogue, index, tmp_path, chroma):
    index.refresh(wait=True)
    name = index.generation.folder.name
    index.close()
    again = open_index(catalogue, tmp_path / "index")
    again.refresh(wait=True)
    assert (again.state, again.generation.folder.name) == ("ready", name)
    assert chroma.commands == ["build", "check"]
    again.close()


def test_a_burst_of_changes_is_one_building(catalogue, index, chroma):
    for number in range(5):
        catalogue.add(random_vectors(10, seed=number))
        index.refresh()
    wait_until(lambda: index.state == "ready")
    assert (index.generation.count, chroma.commands) == (110, ["build"])


def test_a_change_during_the_building_is_searched_beside_it(catalogue, index, chroma):
    def change_once(generation):
        chroma.before = lambda generation: None
        catalogue.add(random_vectors(20, seed=8))

    chroma.before = change_once
    index.refresh(wait=True)
    assert (index.state, index.generation.count) == ("ready", 60)
    assert_searches_are_exact(index, catalogue)
    index.refresh(wait=True)
    assert (index.state, index.generation.count) == ("ready", 80)


def test_a_change_that_alters_no_passage_needs_no_building(catalogue, index, chroma):
    index.refresh(wait=True)
    catalogue.change_nothing()
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
