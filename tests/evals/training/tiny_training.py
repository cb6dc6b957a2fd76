"""A data folder, a tokenizer and a network small enough to train in a test."""

import gzip
import hashlib
import json
from random import Random

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel

from evals.training.examples import ClaimExample, ReadingExample
from evals.training.learning import Learner, freeze
from evals.training.mixture import Mixture
from evals.training.records import AnswerSpan
from retriever.embedding import weights
from retriever.evidence_model.network import EvidenceNetwork
from retriever.evidence_model.pairs import PairTokenizer
from tests.tiny_model import tiny_model_file, write_tiny_package

CITIES = ["Utrecht", "Leiden", "Delft", "Breda", "Assen", "Zwolle", "Tilburg", "Almere"]
NAMES = ["Anna", "Bram", "Clara", "David", "Eva", "Frank", "Grace", "Henk"]


def write_data(folder):
    """Write reader, verifier, retrieval and plain files about people who live in cities; return the folder."""
    people = [(name, city, 1900 + number) for number, (name, city) in enumerate(zip(NAMES, CITIES, strict=True))]
    for kind in ("reader", "verifier", "retrieval", "plain"):
        (folder / kind).mkdir(parents=True)
    write_lines(folder / "reader" / "squad2.jsonl.gz", [line for person in people for line in _questions(*person)])
    write_lines(folder / "reader" / "policyqa_nl.jsonl.gz", [_dutch(*person) for person in people])
    write_lines(
        folder / "verifier" / "nl_en_tatoeba.jsonl.gz", [line for person in people for line in _claims(*person)]
    )
    write_lines(folder / "verifier" / "nl_en_gimp_help.jsonl.gz", [{"not": "to be read"}])
    write_lines(folder / "retrieval" / "squad2.jsonl.gz", [_query(*person, people) for person in people])
    write_lines(folder / "plain" / "libreoffice_help.jsonl.gz", [_page(*person) for person in people])
    return folder


def write_lines(path, lines):
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)


def context_of(name, city, year):
    return f"{name} came to the old city of {city} in {year}. Then {city} was small. {name} stayed for years."


def word_tokenizer(*, max_tokens=48):
    """Return a tokenizer whose tokens are words; their numbers go round after 500."""
    vocabulary = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}
    words = sorted({word for name, city in zip(NAMES, CITIES, strict=True) for word in (name, city)})
    common = ["came", "to", "the", "old", "city", "of", "in", "where", "did", "live", "was", "small", "stayed", "not"]
    for word in [*words, *common, ".", "?", *map(str, range(1900, 1950))]:
        vocabulary.setdefault(word, len(vocabulary))
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return PairTokenizer(tokenizer, max_tokens=max_tokens)


def install_tiny_encoder(folder, monkeypatch, *, positions=16):
    """Let a tiny model with random weights stand in for multilingual-e5-small."""
    data = tiny_model_file(positions=positions)
    monkeypatch.syspath_prepend(folder / "site-packages")
    monkeypatch.setattr(weights, "_SOURCE_SHA256", hashlib.sha256(data).hexdigest())
    write_tiny_package(folder / "site-packages", data=data)


def tiny_network(*, layers=2, seed=1):
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=200,
        hidden_size=32,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
        type_vocab_size=4,
        pad_token_id=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return EvidenceNetwork(BertModel(config, add_pooling_layer=False))


def tiny_learner(*, frozen_layers=0, seed=1, rate=3e-3):
    network = tiny_network(seed=seed)
    freeze(network, layers=frozen_layers)
    return Learner(network, rate=rate, device=torch.device("cpu"), dtype=torch.float32)


def tiny_examples():
    """Return a question and two claims about each person."""
    found = []
    for number, (name, city) in enumerate(zip(NAMES, CITIES, strict=True)):
        passage = context_of(name, city, 1900 + number)
        answer = AnswerSpan(city, passage.index(city))
        question = f"where did {name} live ?"
        found.append(ReadingExample(f"r{number}", "squad2", question, passage, (answer,), True, True, "en>en"))
        found.append(ClaimExample(f"c{number}", "wice", passage, f"{name} was in {city}", "supported", "en>en"))
        found.append(ClaimExample(f"d{number}", "wice", passage, f"{name} was not in {city}", "refuted", "en>en"))
    return found


def tiny_mixture(*, seed=1):
    return Mixture(tiny_examples(), word_tokenizer(), seed=seed, batch_tokens=1024)


def some_random():
    return Random(1)


def _questions(name, city, year):
    context = context_of(name, city, year)
    shared = {
        "lang_question": "en",
        "lang_context": "en",
        "title": f"Life of {name}",
        "context": context,
        "history": [],
    }
    answer = {"text": city, "start": context.index(city)}
    yield {"id": f"q-{name}-where", "question": f"where did {name} live ?", "answers": [answer], **shared}
    yield {"id": f"q-{name}-who", "question": f"who was small in {year + 30} ?", "answers": [], **shared}


def _dutch(name, city, year):
    context = f"In {year} kwam {name} naar {city} om er jaren te wonen."
    answer = {"text": city, "start": context.index(city)}
    shared = {"lang_question": "nl", "lang_context": "nl", "title": "", "history": []}
    return {"id": f"nl-{name}", "question": f"Waar woont {name}?", "context": context, "answers": [answer], **shared}


def _claims(name, city, year):
    dutch, english = f"Sinds {year} is {name} in {city} thuis.", f"Since {year} {name} is at home in {city}."
    for label, claim in (("supported", english), ("refuted", english.replace(" is ", " is not "))):
        yield {
            "id": f"v-{name}-{label}",
            "premise": dutch,
            "hypothesis": claim,
            "label": label,
            "lang_premise": "nl",
            "lang_hypothesis": "en",
            "licence": "CC-BY-2.0-FR",
        }


def _query(name, city, year, people):
    negatives = [context_of(*other) for other in people if other[0] != name][:3]
    return {
        "query": f"where did {name} live ?",
        "lang_query": "en",
        "positive": context_of(name, city, year),
        "lang_positive": "en",
        "negatives": negatives,
    }


def _page(name, city, year):
    paragraphs = [
        [f"Het leven van {name}", f"The life of {name}"],
        [
            f"In {year} is {name} naar de stad {city} gegaan om te werken.",
            f"In {year} {name} is gone to {city} to work.",
        ],
        ["De stad was toen nog klein en stil, met 40 huizen.", "The town was still small and quiet, with 40 houses."],
    ]
    return {"id": f"page-{name}", "paragraphs": paragraphs}
