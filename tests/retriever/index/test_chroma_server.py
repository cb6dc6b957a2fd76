"""The dense index in a Chroma server: the same answers, and exact ones while it is killed, emptied or silent."""

import pytest

from retriever.index import generation_process, upkeep
from retriever.index.chroma_client import close_client, open_client
from tests.retriever.index.chroma_server import ChromaServer, Proxy
from tests.retriever.index.vector_catalogue import (
    DOCUMENTS,
    VectorCatalogue,
    assert_searches_are_exact,
    generations,
    open_index,
    random_vectors,
    wait_until,
)

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = ChromaServer(tmp_path_factory.mktemp("server")).start()
    yield server
    server.kill()


@pytest.fixture
def catalogue():
    return VectorCatalogue()


@pytest.fixture
def opened(catalogue, tmp_path):
    """Open an index whose passages a server holds, and close all that were opened."""
    indexes = []

    def open_at(url, **options):
        indexes.append(open_index(catalogue, tmp_path / "index", url=url, **options))
        return indexes[-1]

    yield open_at
    for index in indexes:
        index.close()


@pytest.fixture
def ready(opened, server):
    index = opened(server.url)
    index.refresh(wait=True)
    assert index.state == "ready", index.detail
    return index


def collections_at(server):
    client = open_client(None, url=server.url)
    names = sorted(collection.name for collection in client.list_collections())
    close_client(client)
    return names


def own_collections(index):
    return sorted(collection.name for collection in index.generation.collections)


def test_a_server_holds_the_passages_and_finds_what_the_exact_search_finds(ready, catalogue, server, tmp_path):
    assert_searches_are_exact(ready, catalogue)
    assert ready.state == "ready", ready.detail
    assert set(own_collections(ready)) <= set(collections_at(server))
    assert not (ready.generation.folder / "chroma").exists()


def test_the_next_start_opens_what_the_server_holds(ready, opened, catalogue, server):
    name = ready.generation.folder.name
    ready.close()
    again = opened(server.url)
    again.refresh(wait=True)
    assert (again.state, again.generation.folder.name) == ("ready", name)
    assert_searches_are_exact(again, catalogue)


def test_a_new_generation_takes_the_old_one_from_the_server_and_leaves_what_is_not_ours(ready, catalogue, server):
    client = open_client(None, url=server.url)
    client.get_or_create_collection("someone-elses", embedding_function=None)
    close_client(client)
    before = own_collections(ready)
    catalogue.add(random_vectors(30, seed=1))
    ready.refresh(wait=True)
    assert ready.generation.count == 90, ready.detail
    left = collections_at(server)
    assert "someone-elses" in left
    assert set(own_collections(ready)) <= set(left)
    assert not set(before) & set(left)
    for document_id in DOCUMENTS:
        catalogue.remove_document(document_id)
    ready.refresh(wait=True)
    assert ready.state == "empty"
    assert not [name for name in collections_at(server) if name.startswith(before[0].partition("-00000001-")[0])]


def test_a_server_that_is_killed_is_waited_for_and_its_passages_are_taken_up_again(opened, catalogue, tmp_path):
    server = ChromaServer(tmp_path / "server").start()
    index = opened(server.url)
    index.refresh(wait=True)
    name = index.generation.folder.name
    server.kill()
    assert_searches_are_exact(index, catalogue)
    assert index.state == "degraded", index.detail
    server.start()
    wait_until(lambda: index.state == "ready")
    assert index.generation.folder.name == name
    assert_searches_are_exact(index, catalogue)
    assert index.state == "ready", index.detail
    server.kill()


def test_a_server_that_is_not_there_costs_no_answer(opened, catalogue, tmp_path):
    server = ChromaServer(tmp_path / "server")
    index = opened(server.url)
    index.refresh(wait=True)
    assert index.state == "degraded"
    assert "connect" in index.detail.lower()
    assert_searches_are_exact(index, catalogue)
    assert generations(tmp_path / "index") == []
    server.start()
    wait_until(lambda: index.state == "ready")
    assert_searches_are_exact(index, catalogue)
    server.kill()


def empty(client, index):
    for name in own_collections(index):
        client.delete_collection(name)


def take_a_few(client, index):
    collection = client.get_collection(own_collections(index)[0], embedding_function=None)
    collection.delete(ids=collection.get(limit=3)["ids"])


def exchange_vectors(client, index):
    for name in own_collections(index):
        collection = client.get_collection(name, embedding_function=None)
        ids = collection.get()["ids"]
        collection.update(ids=ids, embeddings=random_vectors(len(ids), seed=77))


def damaged(damage, index, server):
    """Damage what a server holds of an index; return the name of the generation that it was."""
    client = open_client(None, url=server.url)
    damage(client, index)
    close_client(client)
    return index.generation.folder.name


@pytest.mark.parametrize("damage", [empty, exchange_vectors])
def test_passages_that_a_server_lost_while_it_serves_cost_no_answer(ready, catalogue, server, damage):
    name = damaged(damage, ready, server)
    assert_searches_are_exact(ready, catalogue)
    wait_until(lambda: ready.state == "ready" and ready.generation.folder.name != name)
    assert_searches_are_exact(ready, catalogue)


def test_a_few_passages_that_a_server_lost_while_it_serves_are_noticed_though_nobody_asks(
    opened, catalogue, server, monkeypatch
):
    monkeypatch.setattr(upkeep, "WATCH_SECONDS", 0.5)
    index = opened(server.url)
    index.refresh(wait=True)
    name = damaged(take_a_few, index, server)
    wait_until(lambda: index.state == "ready" and index.generation.folder.name != name)
    assert_searches_are_exact(index, catalogue)


@pytest.mark.parametrize("damage", [empty, take_a_few, exchange_vectors])
def test_passages_that_a_server_lost_between_two_starts_are_given_to_it_anew(ready, opened, catalogue, server, damage):
    name = damaged(damage, ready, server)
    ready.close()
    index = opened(server.url)
    assert_searches_are_exact(index, catalogue, queries=4)
    index.refresh(wait=True)
    assert (index.state, index.generation.folder.name != name) == ("ready", True), index.detail
    assert_searches_are_exact(index, catalogue)


def test_a_server_that_falls_silent_is_left_alone_after_its_time(opened, catalogue, server, monkeypatch):
    proxy = Proxy(server.port)
    index = opened(proxy.url, call_seconds=0.5)
    index.refresh(wait=True)
    assert index.state == "ready", index.detail
    name = index.generation.folder.name
    monkeypatch.setattr(generation_process, "START_SECONDS", 4.0)
    monkeypatch.setattr(generation_process, "BUILD_SECONDS_PER_PASSAGE", 0.0)
    proxy.silent = True
    assert_searches_are_exact(index, catalogue)
    assert (index.state, "did not answer" in index.detail or "no end" in index.detail) == ("degraded", True)
    monkeypatch.undo()
    proxy.silent = False
    wait_until(lambda: index.state == "ready")
    assert index.generation.folder.name == name
    assert_searches_are_exact(index, catalogue)
    proxy.close()


def test_the_key_goes_to_the_server_and_nowhere_else(opened, catalogue, server, tmp_path):
    proxy = Proxy(server.port)
    index = opened(proxy.url, key="geheim-7")
    index.refresh(wait=True)
    assert_searches_are_exact(index, catalogue, queries=2)
    requests = bytes(proxy.heard).count(b" HTTP/1.1\r\n")
    heard = bytes(proxy.heard).lower()
    assert heard.count(b"x-chroma-token: geheim-7") == heard.count(b"bearer geheim-7") == requests > 5
    assert "geheim-7" not in index.detail
    assert not [path for path in (tmp_path / "index").rglob("*") if path.is_file() and b"geheim" in path.read_bytes()]
    proxy.close()
