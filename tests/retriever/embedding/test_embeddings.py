import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import ModelError
from retriever.embedding.model_loading import load_embedder
from retriever.embedding.sentence_embedder import Prompts, SentenceEmbedder, batches
from tests.fakes import WordCountEmbedder


class CountingModel:
    """A model that sees the number of a's and b's in a text, reads ten words, and keeps what it was asked."""

    max_seq_length = 10

    def __init__(self):
        self.asked = []
        self.threads = set()

    def get_embedding_dimension(self):
        return 2

    def tokenizer(self, texts, **options):
        assert not options["truncation"]
        return {"input_ids": [text.split() for text in texts]}

    def encode(self, inputs, **options):
        assert options["prompt"] == ""
        self.asked.append(inputs)
        self.threads.add(threading.current_thread().name)
        return np.array([[text.count("a"), text.count("b")] for text in inputs], np.float64)


@pytest.fixture
def model():
    return CountingModel()


@pytest.fixture
def embedder(model):
    return SentenceEmbedder(model, fingerprint="counting@1", prompts=Prompts(query="Q ", passage="P "))


def test_vectors_come_in_the_order_of_the_texts(embedder):
    texts = ["a", "b b b b b b", "a b", "a a a b b b a a"]
    expected = np.array([[1, 0], [0, 1], [0.5**0.5, 0.5**0.5], [5 / 34**0.5, 3 / 34**0.5]])
    assert np.allclose(embedder.embed_passages(texts), expected)


def test_every_text_gets_its_prompt_once(embedder, model):
    embedder.embed_passages(["a"])
    embedder.embed_queries(["b"])
    assert model.asked == [["P a"], ["Q b"]]


@pytest.mark.parametrize("embed", ["embed_passages", "embed_queries"])
@pytest.mark.parametrize("make", [WordCountEmbedder, lambda: None], ids=["fake", "own"])
def test_vectors_are_unit_float32_and_none_come_of_none(make, embed, embedder):
    chosen = make() or embedder
    vectors = getattr(chosen, embed)(["a b", "b"])
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    empty = getattr(chosen, embed)([])
    assert (empty.shape, empty.dtype) == ((0, chosen.dimension), np.float32)


def test_progress_ends_with_all(embedder):
    calls = []
    embedder.embed_passages(["a"] * 70, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(32, 70), (64, 70), (70, 70)]


def test_a_text_that_would_be_cut_is_known_and_warned_of(embedder, caplog):
    texts = ["a " * 9, "a " * 10, "b"]
    assert embedder.too_long(texts) == [1]
    with caplog.at_level(logging.WARNING):
        embedder.embed_passages(texts)
    assert "1 of 3 passages are longer than 10 tokens and were cut" in caplog.text


def test_texts_that_fit_bring_no_warning(embedder, caplog):
    embedder.embed_passages(["a"])
    assert not caplog.records


def test_halves_of_characters_are_replaced(embedder, model):
    embedder.embed_passages(["a\ud800"])
    embedder.embed_queries(["\udfffb"])
    assert model.asked == [["P a\ufffd"], ["Q \ufffdb"]]


def test_one_thread_does_all_the_work(embedder, model):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: embedder.embed_queries([f"a {number}"]), range(40)))
    assert len(model.threads) == 1


def test_a_question_waits_for_one_batch_of_an_ingest_only(embedder, model):
    """The question is put while the first of many batches is under way, and is answered before the third."""
    begun, question = threading.Event(), []
    encode = model.encode

    def encode_and_ask(inputs, **options):
        if not begun.is_set():
            begun.set()
            question.append(threading.Thread(target=embedder.embed_queries, args=(["a"],)))
            question[0].start()
            while not embedder._thread._work_queue.qsize():
                pass
        return encode(inputs, **options)

    model.encode = encode_and_ask
    embedder.embed_passages(["a"] * 100)
    question[0].join()
    assert model.asked.index(["Q a"]) <= 2


def test_an_error_of_the_model_reaches_the_caller(embedder, model):
    def fail(inputs, **options):
        raise RuntimeError("out of memory")

    model.encode = fail
    with pytest.raises(RuntimeError, match="out of memory"):
        embedder.embed_queries(["a"])
    model.encode = lambda inputs, **options: np.ones((len(inputs), 2))
    assert len(embedder.embed_queries(["a"])) == 1


@given(st.lists(st.integers(0, 3000), max_size=200))
def test_batches_hold_every_text_once_and_texts_of_like_length(lengths):
    found = list(batches(lengths))
    assert sorted(number for batch in found for number in batch) == list(range(len(lengths)))
    ordered = [lengths[number] for batch in found for number in batch]
    assert ordered == sorted(lengths, reverse=True)
    assert all(len(batch) == 1 or len(batch) * lengths[batch[0]] <= 2048 for batch in found)


def test_the_fake_counts_words():
    embedder = WordCountEmbedder()
    first, same, other = embedder.embed_passages(["Stalin died.", "died Stalin", "Budapest rose"])
    assert first @ same == pytest.approx(1)
    assert first @ other == pytest.approx(0)
    assert embedder.too_long(["one two three"]) == []
    assert WordCountEmbedder(max_tokens=2).too_long(["one two three", "one"]) == [0]


def test_a_model_that_is_not_there_is_an_error_with_what_to_do(tmp_path):
    with pytest.raises(ModelError, match="QUOTH_EMBEDDING_MODEL"):
        load_embedder("somebody/no-such-model", cache=tmp_path)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pkl", None])
def test_only_safetensors_are_loaded(tmp_path, name):
    folder = tmp_path / "my-model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    if name:
        (folder / name).write_bytes(b"")
    with pytest.raises(ModelError, match=name or "no weights"):
        load_embedder(str(folder), cache=tmp_path)


@pytest.mark.real
def test_a_folder_that_is_no_model_is_an_error_with_what_to_do(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"not tensors")
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_embedder(str(tmp_path), cache=tmp_path)


PAIRS = {
    "Dutch questions": [
        ("Wie volgde Stalin op?", "After Stalin died, the leadership passed to Malenkov and soon to Khrushchev."),
        ("Waar brak in juni 1956 een staking uit?", "In June 1956 workers at a plant in Poznań went on strike."),
        ("Wat kost een brood in de winkel?", "The price of a loaf of bread in the shop rose to three forints."),
        ("Hoeveel vluchtelingen kwamen over de grens?", "Some 180,000 people fled across the border to Austria."),
    ],
    "English questions": [
        ("When did Hungary leave the Warsaw Pact?", "Op 1 november 1956 zegde Nagy het Warschaupact op."),
        ("How many tanks entered Budapest?", "Meer dan duizend tanks trokken de Hongaarse hoofdstad binnen."),
        ("Who read the secret speech?", "Chroesjtsjov las achter gesloten deuren een rede voor het congres."),
        ("What did the farmers grow?", "Op de akkers stonden vooral aardappelen, rogge en suikerbieten."),
    ],
}


@pytest.mark.real
@pytest.mark.parametrize("pairs", PAIRS.values(), ids=PAIRS)
def test_a_question_finds_its_passage_in_the_other_language(real_embedder, pairs):
    questions = real_embedder.embed_queries([question for question, _ in pairs])
    passages = real_embedder.embed_passages([passage for _, passage in pairs])
    assert (questions @ passages.T).argmax(axis=1).tolist() == list(range(len(pairs)))


@pytest.mark.real
def test_the_real_model_reads_its_prompts_and_512_tokens(real_embedder):
    assert real_embedder.prompts == Prompts(query="query: ", passage="passage: ")
    assert (real_embedder.dimension, real_embedder.max_tokens) == (384, 512)
    assert real_embedder.too_long(["kort", "woord " * 600]) == [1]
    query, passage = real_embedder.embed_queries(["brood"]), real_embedder.embed_passages(["brood"])
    assert 0.5 < float(query[0] @ passage[0]) < 0.999


@pytest.mark.real
def test_a_vector_hardly_depends_on_the_batch_it_was_in(real_embedder):
    texts = ["Rákosi Mátyás", "", "a\ud800b", *("word " * length for length in (3, 40, 200))]
    together = real_embedder.embed_passages(texts)
    alone = np.concatenate([real_embedder.embed_passages([text]) for text in texts])
    assert (together * alone).sum(axis=1).min() > 0.9995
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


@pytest.mark.real
def test_the_precision_is_no_part_of_the_fingerprint(model_cache, real_embedder):
    exact = load_embedder(None, cache=model_cache, precision="float32")
    fast = load_embedder(None, cache=model_cache, precision="bfloat16")
    assert exact.fingerprint == fast.fingerprint == real_embedder.fingerprint
    texts = [passage for pairs in PAIRS.values() for _, passage in pairs]
    assert (exact.embed_passages(texts) * fast.embed_passages(texts)).sum(axis=1).min() > 0.999


@pytest.mark.real
def test_a_folder_is_as_good_as_the_name(model_cache, real_embedder):
    folder = model_cache / "models" / "multilingual-e5-small"
    assert load_embedder(str(folder), cache=model_cache) is real_embedder
    assert load_embedder(None, cache=model_cache) is real_embedder


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "defined", "expected"),
    [
        ("multilingual-e5-base", {}, Prompts("query: ", "passage: ")),
        ("multilingual-e5-large-instruct", {}, Prompts()),
        ("all-MiniLM-L6-v2", {"query": "", "document": ""}, Prompts()),
        ("own-model", {"query": "ask: ", "document": "text: "}, Prompts("ask: ", "text: ")),
    ],
)
def test_prompts_are_the_models_own_or_those_of_its_family(name, defined, expected):
    from retriever.embedding.model_loading import _choose_prompts

    assert _choose_prompts(name, SimpleNamespace(prompts=defined)) == expected
