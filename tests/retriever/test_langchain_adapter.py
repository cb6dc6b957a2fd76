import pytest
from langchain_tests.integration_tests import EmbeddingsIntegrationTests, RetrieversIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests

from ingest.catalogue import Catalogue
from ingest.errors import QuothError
from retriever.assistant import Assistant
from retriever.index.dense_index import DenseIndex
from retriever.langchain_adapter import (
    QuothEmbeddings,
    QuothRetriever,
    as_langchain_embeddings,
    as_langchain_retriever,
    as_langchain_vector_store,
)
from tests.fakes import WordCountEmbedder

TEXTS = {
    "posen.txt": (
        "De opstand van Poznań.\n\nIn juni 1956 legden de arbeiders van Poznań het werk neer. Zij eisten brood "
        "en vrijheid van de regering in Warschau, en trokken met duizenden door de straten van de oude stad."
    ),
    "budapest.txt": (
        "Budapest in October.\n\nOn 23 October 1956 students marched to the Bem statue in Budapest. By the evening the "
        "crowd had pulled down the statue of Stalin and stood before the radio building in Sándor Street."
    ),
    "moskou.txt": (
        "Het twintigste congres.\n\nIn februari 1956 las Chroesjtsjov achter gesloten deuren een rede voor. Daarin "
        "noemde hij de misdaden van Stalin bij naam, en de gedelegeerden gingen zwijgend naar huis."
    ),
}


def assistant_over(folder, embedder, texts=TEXTS):
    catalogue = Catalogue.open(folder)
    catalogue.bind_model(embedder.fingerprint)
    assistant = Assistant(catalogue, embedder, DenseIndex(catalogue, folder / "index"), max_file_bytes=1_000_000)
    for name, text in texts.items():
        assistant.add_bytes(name, text.encode("utf-8"))
    return assistant


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    with assistant_over(tmp_path_factory.mktemp("home"), WordCountEmbedder()) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def real_assistant(tmp_path_factory, real_embedder):
    with assistant_over(tmp_path_factory.mktemp("home"), real_embedder) as assistant:
        yield assistant


class RetrieverContract(RetrieversIntegrationTests):
    """What LangChain asks of every retriever."""

    @pytest.fixture(autouse=True)
    def _take_assistant(self, chosen_assistant):
        self.assistant = chosen_assistant

    @property
    def retriever_constructor(self):
        return QuothRetriever

    @property
    def retriever_constructor_params(self):
        return {"assistant": self.assistant}

    @property
    def retriever_query_example(self):
        return "Wat gebeurde er in 1956?"


class TestRetriever(RetrieverContract):
    @pytest.fixture
    def chosen_assistant(self, assistant):
        return assistant


@pytest.mark.real
class TestRetrieverWithTheRealModel(RetrieverContract):
    @pytest.fixture
    def chosen_assistant(self, real_assistant):
        return real_assistant


class EmbeddingsUnderTest:
    """Names the class to LangChain's own tests."""

    @pytest.fixture(autouse=True)
    def _take_embedder(self, chosen_embedder):
        self.embedder = chosen_embedder

    @pytest.fixture
    def chosen_embedder(self):
        return WordCountEmbedder()

    @property
    def embeddings_class(self):
        return QuothEmbeddings

    @property
    def embedding_model_params(self):
        return {"embedder": self.embedder}


class TestEmbeddings(EmbeddingsUnderTest, EmbeddingsUnitTests):
    pass


class TestEmbeddingsInUse(EmbeddingsUnderTest, EmbeddingsIntegrationTests):
    pass


@pytest.mark.real
class TestEmbeddingsWithTheRealModel(EmbeddingsUnderTest, EmbeddingsIntegrationTests):
    @pytest.fixture
    def chosen_embedder(self, real_embedder):
        return real_embedder


def test_a_langchain_document_points_at_its_exact_words(assistant):
    found = as_langchain_retriever(assistant, k=1).invoke("Poznań arbeiders brood vrijheid")
    metadata = found[0].metadata
    document = assistant.document(metadata["document_id"])
    start, end = metadata["start"], metadata["end"]
    assert document.title == metadata["title"]
    assert document.text[start:end] == found[0].page_content
    assert metadata["permalink"] == f"/documents/{document.id}#char={start},{end}"
    assert metadata["text_sha256"] == document.text_sha256
    assert metadata["passage_id"] == found[0].id
    assert set(metadata) == {
        *("document_id", "title", "passage_id", "start", "end", "language", "page", "score", "text_sha256", "permalink")
    }


@pytest.mark.parametrize("when", ["made", "invoked"])
def test_the_retriever_asks_the_documents_and_language_it_is_told(assistant, when):
    wanted = next(summary for summary in assistant.documents() if summary.language == "nl")
    for options in ({"document_ids": (wanted.id,)}, {"language": "en"}):
        made, invoked = (options, {}) if when == "made" else ({}, options)
        found = as_langchain_retriever(assistant, **made).invoke("1956 Stalin", **invoked)
        assert found
        if "document_ids" in options:
            assert {passage.metadata["document_id"] for passage in found} == {wanted.id}
        else:
            assert {passage.metadata["language"] for passage in found} == {"en"}


def test_embeddings_use_both_kinds_of_text():
    embedder = WordCountEmbedder()
    embeddings = as_langchain_embeddings(embedder)
    assert embeddings.embed_query("brood") == embeddings.embed_documents(["brood"])[0]
    assert (embedder.queries_embedded, embedder.passages_embedded) == (1, 1)
    assert embeddings.embed_documents([]) == []


@pytest.mark.real
def test_the_vector_store_shows_the_passages_of_the_catalogue(assistant):
    store = as_langchain_vector_store(assistant.dense_index, assistant.embedder)
    found, score = store.similarity_search_with_relevance_scores("students marched to the Bem statue", k=1)[0]
    start, end = found.metadata["start"], found.metadata["end"]
    assert assistant.text(found.metadata["document_id"], start, end) == found.page_content
    assert 0 < score <= 1
    english = store.similarity_search("1956", k=5, filter={"language": "en"})
    assert {passage.metadata["language"] for passage in english} == {"en"}
    retriever = store.as_retriever(search_type="mmr", search_kwargs={"k": 2})
    assert len(retriever.invoke("Stalin")) == 2


@pytest.mark.real
def test_reading_the_vector_store_leaves_the_index_in_service(assistant):
    store = as_langchain_vector_store(assistant.dense_index, assistant.embedder)
    store.similarity_search("Stalin")
    assert assistant.search("Stalin")
    assert assistant.dense_index.state == "ready"


@pytest.mark.real
@pytest.mark.parametrize(
    "change",
    [
        lambda store: store.add_texts(["planted"]),
        lambda store: store.delete(["x"]),
        lambda store: store.delete_collection(),
        lambda store: store.reset_collection(),
    ],
    ids=["add", "delete", "drop", "reset"],
)
def test_the_vector_store_cannot_be_changed(assistant, change):
    store = as_langchain_vector_store(assistant.dense_index, assistant.embedder)
    with pytest.raises(QuothError, match="read only"):
        change(store)


@pytest.mark.real
def test_an_empty_catalogue_has_no_vector_store(tmp_path):
    with (
        assistant_over(tmp_path, WordCountEmbedder(), texts={}) as assistant,
        pytest.raises(QuothError, match="no passages"),
    ):
        as_langchain_vector_store(assistant.dense_index, assistant.embedder)


@pytest.mark.real
def test_the_vector_store_reads_all_languages_as_one_collection(assistant):
    store = as_langchain_vector_store(assistant.dense_index, assistant.embedder)
    every = store.get()
    assert {metadata["language"] for metadata in every["metadatas"]} == {"nl", "en"}
    assert len(every["ids"]) == store._collection.count() == 3
    assert store.get(limit=1, offset=1)["ids"] == every["ids"][1:2]
    assert store.get(ids=every["ids"][2:])["documents"] == every["documents"][2:]
    scores = [score for _, score in store.similarity_search_with_score("Stalin 1956", k=3)]
    assert scores == sorted(scores)
    assert len(scores) == 3
