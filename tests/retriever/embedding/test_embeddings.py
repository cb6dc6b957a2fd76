import logging
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_info

from ingest.errors import ModelError
from retriever.courtesy import COURTESY
from retriever.embedding.encoding import Encoded, Tokens, without_tails
from retriever.embedding.hub_model import HubModel
from retriever.embedding.kept_states import Projection, pack_states
from retriever.embedding.model_loading import load_embedder
from retriever.embedding.sentence_embedder import Prompts, SentenceEmbedder, batches
from retriever.embedding.work_thread import WorkThread
from tests.fakes import WordCountEmbedder

PADDING, END = "", "."


class WordTokenizer:
    """A tokenizer with a token for each word and a mark behind the last; it pads at the end."""

    is_fast = True

    def __init__(self):
        self.deprecation_warnings = {}
        self.words = [PADDING, END]

    def __call__(self, texts, *, truncation, max_length=None, **options):
        assert options["return_offsets_mapping"]
        offsets = [[*(word.span() for word in re.finditer(r"\S+", text)), (0, 0)] for text in texts]
        if truncation:
            offsets = [[*places[: max_length - 1], (0, 0)] for places in offsets]
        rows = [
            [self.number(text[start:end] or END) for start, end in places]
            for text, places in zip(texts, offsets, strict=True)
        ]
        return SimpleNamespace(data={"input_ids": rows, "offset_mapping": offsets})

    def number(self, word):
        self.words += [word] * (word not in self.words)
        return self.words.index(word)

    def pad(self, inputs, *, padding, max_length, return_tensors):
        assert (padding, return_tensors) == ("max_length", "pt")
        rows = [row + [0] * (max_length - len(row)) for row in inputs["input_ids"]]
        mask = [[1] * len(row) + [0] * (max_length - len(row)) for row in inputs["input_ids"]]
        return {"input_ids": torch.tensor(rows), "attention_mask": torch.tensor(mask)}


class CountingModel:
    """A model that sees the number of a's and b's in a text, reads ten tokens, and keeps what it was asked."""

    max_seq_length = 10

    def __init__(self):
        self.asked = []
        self.widths = []
        self.threads = set()
        self.tokenizer = WordTokenizer()

    def get_embedding_dimension(self):
        return 2

    def __call__(self, features):
        words = [[self.tokenizer.words[number] for number in row] for row in features["input_ids"].tolist()]
        self.asked.append([" ".join(word for word in row if word not in (PADDING, END)) for row in words])
        self.widths.append(features["input_ids"].shape[1])
        self.threads.add(threading.current_thread().name)
        states = torch.tensor([[[word.count("a"), word.count("b")] for word in row] for row in words])
        return {"token_embeddings": states.to(torch.bfloat16), "sentence_embedding": states.float().sum(dim=1)}


@pytest.fixture
def model():
    return CountingModel()


@pytest.fixture
def embedder(model):
    return SentenceEmbedder(HubModel(model), fingerprint="counting@1", prompts=Prompts(query="Q ", passage="P "))


def test_vectors_come_in_the_order_of_the_texts(embedder):
    texts = ["a", "b b b b b b", "a b", "aaa bbb aa"]
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


def test_a_text_too_long_is_cut_to_what_the_model_reads(embedder, model):
    assert embedder.embed_passages(["a " * 8 + "b b b"]).tolist() == [[1, 0]]
    assert model.asked == [["P " + " ".join("a" * 8)]]


def test_batches_come_in_few_widths(embedder, model):
    model.max_seq_length = None
    embedder = SentenceEmbedder(HubModel(model), fingerprint="counting@1", prompts=Prompts())
    embedder.embed_passages(["a " * length for length in (*range(1, 400, 7), *range(2, 400, 5))])
    assert all(width % 16 == 0 for width in model.widths)


def test_a_batch_is_not_padded_beyond_what_the_model_reads(embedder, model):
    embedder.embed_passages(["a a a", "a"])
    assert model.widths == [5]


def test_token_states_are_those_of_the_text_alone(embedder):
    first, second = embedder.passage_states(["ab  b", "a"])
    assert first.matrix.tolist() == [[1, 1], [0, 1]]
    assert first.offsets.tolist() == [[0, 2], [4, 5]]
    assert np.allclose(first.vector, embedder.embed_passages(["ab  b"])[0])
    assert (second.matrix.tolist(), second.offsets.tolist()) == ([[1, 0]], [[0, 1]])


def test_token_states_of_a_question_have_its_vector(embedder, model):
    (states,) = embedder.query_states(["b a"])
    assert model.asked == [["Q b a"]]
    assert states.offsets.tolist() == [[0, 1], [2, 3]]
    assert np.allclose(states.vector, embedder.embed_queries(["b a"])[0])


@pytest.mark.parametrize("states_of", ["passage_states", "query_states"])
@pytest.mark.parametrize("make", [WordCountEmbedder, lambda: None], ids=["fake", "own"])
def test_a_text_without_words_has_no_tokens(make, states_of, embedder):
    chosen = make() or embedder
    (states,) = getattr(chosen, states_of)([" "])
    assert (states.matrix.shape, states.offsets.shape) == ((0, chosen.dimension), (0, 2))
    assert getattr(chosen, states_of)([]) == []


def test_a_model_without_a_tokenizer_that_tells_places_is_refused(model):
    model.tokenizer.is_fast = False
    with pytest.raises(ModelError, match="tokenizer"):
        SentenceEmbedder(HubModel(model), fingerprint="counting@1", prompts=Prompts())


def test_progress_ends_with_all(embedder):
    calls = []
    embedder.embed_passages(["a"] * 70, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(32, 70), (64, 70), (70, 70)]


def test_a_text_that_would_be_cut_is_known_and_warned_of(embedder, caplog):
    texts = ["a " * 8, "a " * 9, "b"]
    with caplog.at_level(logging.WARNING):
        assert embedder.read_passages(texts).cut == {1}
    assert "1 of 3 passages are longer than 10 tokens and were cut" in caplog.text


def test_texts_that_fit_bring_no_warning(embedder, caplog):
    embedder.embed_passages(["a"])
    assert not caplog.records


def test_halves_of_characters_are_replaced(embedder, model):
    embedder.embed_passages(["a\ud800"])
    embedder.embed_queries(["\udfffb"])
    assert model.asked == [["P a\ufffd"], ["Q \ufffdb"]]


def test_one_thread_does_all_the_work_of_a_model_that_may_have_no_more(embedder, model):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: embedder.embed_queries([f"a {number}"]), range(40)))
        list(pool.map(lambda number: embedder.embed_passages([f"a {number}"]), range(40)))
    assert len(model.threads) == 1


def test_a_question_goes_before_the_next_batch_of_every_ingest(embedder, model, monkeypatch):
    """Eight ingests are under way when the question is put, while the first batch is read."""
    texts, ingests, question = ["a"] * 100, [], []
    read = type(model).__call__

    def start(work, argument):
        thread = threading.Thread(target=work, args=(argument,))
        thread.start()
        return thread

    def read_and_ask(model, features):
        if not question:
            ingests.extend(start(embedder.embed_passages, texts) for _ in range(7))
            while embedder._passages._work_queue.qsize() < 7:
                time.sleep(0.001)
            question.append(start(embedder.embed_queries, ["a"]))
            while not embedder._questions._waiting.qsize():
                time.sleep(0.001)
        return read(model, features)

    monkeypatch.setattr(CountingModel, "__call__", read_and_ask)
    embedder.embed_passages(texts)
    for thread in [*question, *ingests]:
        thread.join()
    assert model.asked.index(["Q a"]) <= 2


class ParallelModel:
    """An `EncodingModel` for two threads, whose passages are read once two batches and a question are there."""

    dimension, max_tokens, threads = 2, None, 2

    def __init__(self):
        self.begun = []
        self.together = threading.Barrier(3, timeout=20)

    def tokenize(self, texts):
        return [Tokens({"a": [1, 2]}, [(0, 1), (1, 2)], 2) for _ in texts]

    def encode(self, batch):
        if len(batch) in (1, 32):
            self.together.wait()
        return Encoded(np.tile([0.6, 0.8], (len(batch), 1)), [np.ones((2, 2))] * len(batch))

    def begin_thread(self):
        self.begun.append(threading.current_thread().name)


def test_a_model_for_more_threads_reads_batches_side_by_side_and_a_question_beside_them():
    model = ParallelModel()
    embedder = SentenceEmbedder(model, fingerprint="parallel@1", prompts=Prompts())
    with ThreadPoolExecutor(1) as asking:
        question = asking.submit(embedder.embed_queries, ["a"])
        read = embedder.read_passages(["ab"] * 70)
        assert question.result().shape == (1, 2)
    assert read.vectors.shape == (70, 2)
    assert len(set(model.begun)) == 2


def test_passages_let_questions_pass_and_questions_wait_for_nothing(embedder, monkeypatch):
    gave_way = []
    monkeypatch.setattr(COURTESY, "give_way", lambda: gave_way.append(threading.current_thread().name))
    embedder.query_states(["een vraag"])
    assert not gave_way
    embedder.read_passages(["een passage"] * 100)
    assert len(gave_way) > 2
    assert all(name.startswith("passages") for name in gave_way)


def test_what_is_read_once_is_what_the_parts_are(embedder):
    texts = ["ab  b", "a a a a a a a a a a a a", "?"]
    read = embedder.read_passages(texts)
    assert np.array_equal(read.vectors, embedder.embed_passages(texts))
    assert read.cut == {1}
    projection = Projection.for_model(embedder.fingerprint, embedder.dimension)
    states = embedder.passage_states(texts)
    assert read.states == tuple(pack_states(one, text, projection) for one, text in zip(states, texts, strict=True))


def test_work_of_one_kind_is_done_in_the_order_in_which_it_came():
    thread, done, go_on = WorkThread("test"), [], threading.Event()
    with ThreadPoolExecutor(7) as pool:
        pool.submit(thread.run, go_on.wait)
        while thread._waiting.qsize() or not thread._pool._threads:
            time.sleep(0.001)
        for number, patient in enumerate([True, False, True, False, False, True]):
            pool.submit(thread.run, partial(done.append, number), patient=patient)
            while thread._waiting.qsize() <= number:
                time.sleep(0.001)
        go_on.set()
    assert done == [1, 3, 4, 0, 2, 5]


def test_an_error_of_the_model_reaches_the_caller(embedder, monkeypatch):
    def fail(model, features):
        raise RuntimeError("out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(CountingModel, "__call__", fail)
        with pytest.raises(RuntimeError, match="out of memory"):
            embedder.embed_queries(["a"])
    assert len(embedder.embed_queries(["a"])) == 1


@given(st.lists(st.integers(0, 3000), max_size=200))
def test_batches_hold_every_text_once_and_texts_of_like_length(lengths):
    found = list(batches(lengths))
    assert sorted(number for batch in found for number in batch) == list(range(len(lengths)))
    ordered = [lengths[number] for batch in found for number in batch]
    assert ordered == sorted(lengths, reverse=True)
    assert all(len(batch) == 1 or len(batch) * lengths[batch[0]] <= 2048 for batch in found)


def test_of_a_long_string_without_a_space_the_beginning_is_read():
    text = "see " + "Zm9v" * 100 + " or http://a.example/b"
    offsets = [(0, 0), *((place, place + 1) for place in range(len(text))), (0, 0)]
    read = without_tails(text, Tokens({"ids": list(range(len(offsets)))}, offsets, len(offsets) + 5))
    assert len(read) == len(offsets) - 300
    assert read.whole == len(read) + 5
    assert "".join(text[start:end] for start, end in read.offsets) == f"see {'Zm9v' * 25} or http://a.example/b"
    assert read.inputs["ids"][:105] == list(range(105))
    assert without_tails("een gewone zin", Tokens({}, [(0, 3)], 1)).offsets == [(0, 3)]


def test_the_fake_counts_words():
    embedder = WordCountEmbedder()
    first, same, other = embedder.embed_passages(["Stalin died.", "died Stalin", "Budapest rose"])
    assert first @ same == pytest.approx(1)
    assert first @ other == pytest.approx(0)
    assert embedder.read_passages(["one two three"]).cut == set()
    assert WordCountEmbedder(max_tokens=2).read_passages(["one two three", "one"]).cut == {0}


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
    assert real_embedder.read_passages(["kort", "woord " * 600]).cut == {1}
    query, passage = real_embedder.embed_queries(["brood"]), real_embedder.embed_passages(["brood"])
    assert 0.5 < float(query[0] @ passage[0]) < 0.999


@pytest.mark.real
def test_the_tokens_of_the_real_model_are_the_words_of_the_text(real_embedder):
    text = "Rákosi  Mátyás ging\nop 18 juli 1956 weg. 😀 " + "woord " * 600
    (states,) = real_embedder.passage_states([text])
    vectors = real_embedder.embed_passages([text])
    assert float(states.vector @ vectors[0]) > 0.999
    assert states.matrix.shape == (len(states.offsets), real_embedder.dimension)
    found = [text[start:end] for start, end in states.offsets]
    assert not any(part != part.strip() or not part for part in found)
    assert "".join(found[: found.index("woord")]) == "RákosiMátyásgingop18juli1956weg.😀"
    assert 450 < found.count("woord") < 512


@pytest.mark.real
def test_the_states_of_the_real_model_have_the_meaning_of_their_place(real_embedder):
    """What sets a sentence apart from the others of its passage sets it apart alone."""
    sentences = ["Bread cost three forints.", "The king fell ill.", "De trein naar Wenen reed niet."]
    alone = real_embedder.embed_passages(sentences)
    (states,) = real_embedder.passage_states([" ".join(sentences)])
    place, means = 0, []
    for sentence in sentences:
        inside = (states.offsets[:, 0] >= place) & (states.offsets[:, 1] <= place + len(sentence))
        means.append(states.matrix[inside].mean(axis=0))
        place += len(sentence) + 1
    apart = np.array(means) - np.mean(means, axis=0)
    assert (apart @ (alone - alone.mean(axis=0)).T).argmax(axis=1).tolist() == [0, 1, 2]


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


@pytest.mark.real
def test_numpy_works_in_one_thread_beside_the_model(real_embedder):
    assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {1}
