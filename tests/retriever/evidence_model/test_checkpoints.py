"""Checkpoints of others stand in for the reader and the verifier."""

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from transformers import AutoModelForQuestionAnswering, AutoModelForSequenceClassification, AutoTokenizer

from ingest.errors import ModelError
from ingest.types import Span
from retriever.assistant import Assistant
from retriever.evidence_model import checkpoints, evidence_models
from retriever.evidence_model.checkpoint_models import EntailmentCheckpoint
from retriever.evidence_model.checkpoints import load_span_reader, load_verifier, places_of
from retriever.evidence_model.evidence_models import load_evidence_models
from retriever.evidence_model.pair_scoring import TextPair, Window, WindowScores
from retriever.evidence_model.spans import LOWEST_MARGIN
from retriever.evidence_model.types import ClaimPair, PassageText
from retriever.index.dense_index import DenseIndex
from retriever.settings import Settings
from tests.fakes import NumberVerifier, WordCountEmbedder
from tests.tiny_checkpoints import write_checkpoint

FAMILIES = ["bert", "roberta"]
NLI = ("entailment", "neutral", "contradiction")
QUESTION = "How many sacks did the bakers get?"
SENTENCES = ("The bakers received twelve sacks of flour.", "Then Wilson spoke to them about the weather.")
LONG = tuple(f"The sailors of Hull received forty barrels of herring, not flour ({number})." for number in range(30))


def passage(*sentences):
    places, length = [], 0
    for sentence in sentences:
        places.append(Span(length, length + len(sentence)))
        length += len(sentence) + 1
    return PassageText(" ".join(sentences), tuple(places))


def pair(claim, evidence):
    return ClaimPair(claim, evidence, "en", "en")


@pytest.fixture(autouse=True)
def exact(monkeypatch):
    """Compute in float32 wherever the tests run, so that they may compare numbers."""
    monkeypatch.setattr(checkpoints, "choose_dtype", lambda _: torch.float32)


@pytest.fixture(params=FAMILIES)
def family(request):
    return request.param


@pytest.fixture
def reader_folder(tmp_path, family):
    return write_checkpoint(tmp_path / "reads", "reading", family=family)


@pytest.fixture
def cross_encoder_folder(tmp_path, family):
    return write_checkpoint(tmp_path / "ranks", "classifying", family=family)


@pytest.fixture(params=["reading", "classifying"])
def reranker_folder(request, tmp_path, family):
    return write_checkpoint(tmp_path / "finds", request.param, family=family)


@pytest.fixture
def verifier_folder(tmp_path, family):
    return write_checkpoint(tmp_path / "judges", "classifying", family=family, labels=NLI)


def logits_of(folder, kind, first, second):
    """Ask the checkpoint as its makers would, and return its output and where the second text's tokens stand."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    encoded = tokenizer(first, second, return_tensors="pt", return_offsets_mapping=True)
    offsets = encoded.pop("offset_mapping")[0].tolist()
    with torch.inference_mode():
        return kind.from_pretrained(folder)(**encoded), offsets, encoded.sequence_ids(0)


def test_a_reader_marks_the_best_words_of_each_sentence(reader_folder):
    text = passage(*SENTENCES)
    (reading,) = load_span_reader(str(reader_folder)).find_spans(QUESTION, [text])
    output, offsets, halves = logits_of(reader_folder, AutoModelForQuestionAnswering, QUESTION, text.text)
    start, end = output.start_logits[0], output.end_logits[0]
    for sentence, found in zip(text.sentences, reading.spans, strict=True):
        inside = [
            place
            for place, (left, right) in enumerate(offsets)
            if halves[place] == 1 and sentence.start <= left and right <= sentence.end
        ]
        best, left, right = max(
            (float(start[first] + end[last]), first, last) for first in inside for last in inside if first <= last
        )
        assert found.span == Span(offsets[left][0], offsets[right][1])
        assert found.margin == pytest.approx(best - float(start[0] + end[0]), abs=1e-4)
    assert reading.relevance == 0.0


def test_a_long_passage_is_read_to_its_end(reader_folder):
    text = passage(*LONG)
    (reading,) = load_span_reader(str(reader_folder)).find_spans(QUESTION, [text])
    for sentence, found in zip(text.sentences, reading.spans, strict=True):
        assert found.margin > LOWEST_MARGIN
        assert sentence.start <= found.span.start < found.span.end <= sentence.end


def test_passages_read_together_are_read_as_if_alone(reranker_folder):
    reader = load_span_reader(str(reranker_folder))
    texts = [passage(*LONG), passage(SENTENCES[0]), passage(*SENTENCES), passage(LONG[0]), passage("")]
    together = reader.find_spans(QUESTION, texts)
    for text, reading in zip(texts, together, strict=True):
        (alone,) = reader.find_spans(QUESTION, [text])
        assert reading.relevance == pytest.approx(alone.relevance, abs=1e-4)
        assert [found.span for found in reading.spans] == [found.span for found in alone.spans]
        assert [found.margin for found in reading.spans] == pytest.approx(
            [found.margin for found in alone.spans], abs=1e-4
        )


def test_a_question_longer_than_the_model_reads_is_cut(reranker_folder):
    reader = load_span_reader(str(reranker_folder))
    (reading,) = reader.find_spans("how many sacks " * 600, [passage(*SENTENCES)])
    assert all(found.margin > LOWEST_MARGIN for found in reading.spans)


def test_nothing_to_read_is_nothing_found(reranker_folder):
    reader = load_span_reader(str(reranker_folder))
    assert reader.find_spans(QUESTION, []) == []
    (empty, unknown) = reader.find_spans(QUESTION, [PassageText("", ()), passage("", "\u2603")])
    assert empty.spans == ()
    assert len(unknown.spans) == 2


def test_many_threads_may_read_at_once(reader_folder):
    reader = load_span_reader(str(reader_folder))
    texts = [passage(sentence) for sentence in (*SENTENCES, *LONG)]
    expected = [reader.find_spans(QUESTION, [text]) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: reader.find_spans(QUESTION, [text]), texts)) == expected


def test_a_cross_encoder_scores_whole_sentences_and_the_passage(cross_encoder_folder):
    text = passage(*SENTENCES)
    (reading,) = load_span_reader(str(cross_encoder_folder)).find_spans(QUESTION, [text])
    assert [found.span for found in reading.spans] == list(text.sentences)

    def logit(second):
        return float(
            logits_of(cross_encoder_folder, AutoModelForSequenceClassification, QUESTION, second)[0].logits[0, 0]
        )

    assert [found.margin for found in reading.spans] == pytest.approx([logit(one) for one in SENTENCES], abs=1e-4)
    assert reading.relevance == pytest.approx(logit(text.text), abs=1e-4)


@pytest.mark.parametrize("claim", ["The bakers received 1956 sacks.", "Wilson spoke."])
def test_a_verifier_judges_with_the_evidence_first(verifier_folder, claim):
    (judgement,) = load_verifier(str(verifier_folder)).verify([pair(claim, SENTENCES[0])])
    output, *_ = logits_of(verifier_folder, AutoModelForSequenceClassification, SENTENCES[0], claim)
    supported, not_enough, refuted = output.logits[0].softmax(0).tolist()
    assert judgement.supported == pytest.approx(supported, abs=1e-4)
    assert judgement.refuted == pytest.approx(refuted, abs=1e-4)
    assert judgement.not_enough == pytest.approx(not_enough, abs=1e-4)


class TwoWindows:
    """Stands in for a scorer whose first pair has two windows: one that says nothing, one that refutes."""

    def score(self, pairs, *, long_half):
        assert long_half == 0
        rows = [(0, (0.0, 2.0, 0.0)), (0, (0.0, 0.0, 2.0)), (1, (2.0, 0.0, 0.0))]
        return [WindowScores(Window(owner, (), (), 0, ()), np.array(logits), None, None) for owner, logits in rows]


def test_of_windows_the_one_that_says_most_decides():
    verifier = EntailmentCheckpoint(TwoWindows(), {"supported": 0, "not_enough": 1, "refuted": 2}, name="stands in")
    judged = verifier.verify([pair("Wilson spoke.", "long"), pair("Wilson spoke.", "short")])
    assert [judgement.verdict for judgement in judged] == ["refuted", "supported"]


def test_long_evidence_is_judged_to_its_end(verifier_folder):
    verifier = load_verifier(str(verifier_folder))
    claim, filler = "The bakers received twelve sacks.", "the weather " * 60
    windows = verifier._scorer.score([TextPair(filler, claim)], long_half=0)
    assert len(windows) > 2
    assert {offset for scores in windows for offset in scores.window.offsets} == {
        span for start in range(0, len(filler), 12) for span in ((start, start + 3), (start + 4, start + 11))
    }


def test_a_claim_longer_than_the_model_reads_is_cut(verifier_folder):
    (judgement,) = load_verifier(str(verifier_folder)).verify(
        [pair("the bakers received sacks " * 200, " ".join(LONG))]
    )
    assert judgement.supported + judgement.refuted + judgement.not_enough == pytest.approx(1)


@pytest.mark.parametrize(
    ("labels", "places"),
    [
        (NLI, {"supported": 0, "not_enough": 1, "refuted": 2}),
        (("CONTRADICTION", "Neutral", "ENTAILMENT"), {"supported": 2, "not_enough": 1, "refuted": 0}),
        (("SUPPORTS", "REFUTES", "NOT ENOUGH INFO"), {"supported": 0, "refuted": 1, "not_enough": 2}),
        (("not_entailment", "entailment"), {"supported": 1, "not_enough": 0}),
        (("Entailment", "Not-Entailment"), {"supported": 0, "not_enough": 1}),
        (("LABEL_0", "LABEL_1", "LABEL_2"), None),
        (("entailment", "contradiction"), None),
        (("entailment", "neutral", "entails"), None),
        ((*NLI, "other"), None),
        (("entailment",), None),
        ((), None),
    ],
)
def test_the_names_of_the_labels_say_what_the_outputs_mean(labels, places):
    assert places_of(dict(enumerate(labels))) == places


def test_a_verifier_of_two_labels_refutes_nothing(tmp_path):
    labels = ("not_entailment", "entailment")
    folder = write_checkpoint(tmp_path / "two", "classifying", labels=labels)
    (judgement,) = load_verifier(str(folder)).verify([pair("Wilson spoke.", SENTENCES[0])])
    output, *_ = logits_of(folder, AutoModelForSequenceClassification, SENTENCES[0], "Wilson spoke.")
    unknown, supported = output.logits[0].softmax(0).tolist()
    assert judgement.refuted == 0.0
    assert (judgement.supported, judgement.not_enough) == pytest.approx((supported, unknown), abs=1e-4)


@pytest.mark.parametrize(
    ("load", "task", "labels", "wanted"),
    [
        (load_span_reader, "classifying", NLI, "A reader is"),
        (load_span_reader, "filling in", ("LABEL_0", "LABEL_1"), "A reader is"),
        (load_verifier, "classifying", ("score",), "A verifier is"),
        (load_verifier, "classifying", ("LABEL_0", "LABEL_1", "LABEL_2"), "A verifier is"),
        (load_verifier, "reading", NLI, "A verifier is"),
    ],
    ids=["judge reads", "filler reads", "cross-encoder judges", "nameless judges", "reader judges"],
)
def test_a_model_of_another_kind_is_told_what_would_fit(tmp_path, load, task, labels, wanted):
    folder = write_checkpoint(tmp_path / "other", task, labels=labels)
    with pytest.raises(ModelError, match=wanted):
        load(str(folder))


def change_config(folder, **changes):
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_model_without_a_trained_head_is_not_taken(tmp_path):
    folder = write_checkpoint(tmp_path / "bare", "filling in")
    change_config(folder, architectures=["BertForQuestionAnswering"])
    with pytest.raises(ModelError, match=r"not trained for this: it lacks qa_outputs\.bias"):
        load_span_reader(str(folder))


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("model.safetensors", lambda data: data[: len(data) // 2]),
        ("config.json", lambda data: data[: len(data) // 2]),
        ("tokenizer.json", lambda data: data[: len(data) // 2]),
    ],
)
def test_a_damaged_checkpoint_is_told(tmp_path, name, damage):
    folder = write_checkpoint(tmp_path / "damaged", "reading")
    (folder / name).write_bytes(damage((folder / name).read_bytes()))
    with pytest.raises(ModelError, match=r"The reader model in .* cannot be loaded") as told:
        load_span_reader(str(folder))
    assert "QUOTH_READER_MODEL" in str(told.value)


def test_pickles_are_never_loaded(tmp_path):
    folder = write_checkpoint(tmp_path / "pickled", "reading")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"pytorch_model\.bin; Quoth loads safetensors only"):
        load_span_reader(str(folder))


@pytest.mark.parametrize("model_type", ["bert", "own"])
def test_code_of_a_checkpoint_never_runs(tmp_path, model_type):
    folder = write_checkpoint(tmp_path / "code", "reading")
    trace = tmp_path / "it-ran"
    (folder / "modeling_own.py").write_text(f"from pathlib import Path\nPath({str(trace)!r}).touch()\n")
    own = {"AutoConfig": "modeling_own.Config", "AutoModelForQuestionAnswering": "modeling_own.Model"}
    change_config(folder, model_type=model_type, auto_map=own)
    if model_type == "bert":
        load_span_reader(str(folder)).find_spans(QUESTION, [passage(*SENTENCES)])
    else:
        with pytest.raises(ModelError):
            load_span_reader(str(folder))
    assert not trace.exists()


@pytest.mark.parametrize(
    ("load", "setting"), [(load_span_reader, "QUOTH_READER_MODEL"), (load_verifier, "QUOTH_VERIFIER_MODEL")]
)
def test_a_model_that_is_not_there_is_told_with_its_setting(load, setting):
    with pytest.raises(ModelError, match=setting):
        load("somebody/no-such-model")


def test_a_hub_name_is_looked_up_as_it_stands(tmp_path, monkeypatch):
    folder = write_checkpoint(tmp_path / "fetched", "reading")
    asked = []
    monkeypatch.setattr("huggingface_hub.snapshot_download", lambda name, **_: asked.append(name) or str(folder))
    names = [load_span_reader(name).name for name in ("somebody/reads", "reads")]
    assert asked == ["somebody/reads", "reads"]
    assert all(name.startswith("reads@") for name in names)


def test_two_checkpoints_of_one_name_are_told_apart(tmp_path):
    bert, roberta = (write_checkpoint(tmp_path / one / "reads", "reading", family=one) for one in FAMILIES)
    assert load_span_reader(str(bert)).name == load_span_reader(str(bert)).name != load_span_reader(str(roberta)).name


@pytest.mark.parametrize("load", [load_span_reader, load_verifier])
def test_threads_are_kept_to(tmp_path, monkeypatch, load):
    task, labels = ("reading", ("x", "y")) if load is load_span_reader else ("classifying", NLI)
    folder = write_checkpoint(tmp_path / "model", task, labels=labels)
    counts = []
    monkeypatch.setattr(torch, "set_num_threads", counts.append)
    load(str(folder))
    load(str(folder), threads=3)
    assert counts == [3]


@pytest.fixture
def no_shipped(monkeypatch):
    def load_shipped(_):
        raise AssertionError("both models are named, so Quoth's own is not wanted")

    monkeypatch.setattr(evidence_models, "load_shipped", load_shipped)


def test_the_settings_lead_to_the_named_models(no_shipped, reader_folder, verifier_folder, monkeypatch):
    monkeypatch.setenv("QUOTH_READER_MODEL", str(reader_folder))
    monkeypatch.setenv("QUOTH_VERIFIER_MODEL", str(verifier_folder))
    models = load_evidence_models(Settings.from_environment())
    assert models.reader.name.startswith("reads@")
    assert models.verifier.name.startswith("judges@")
    assert models.trouble is None


def test_none_stands_for_no_model(no_shipped):
    models = load_evidence_models(Settings(reader_model="none", verifier_model="none"))
    assert (models.reader, models.verifier, models.trouble) == (None, None, None)


@pytest.mark.slow
def test_the_other_model_stays_quoths_own(monkeypatch, reader_folder):
    own = NumberVerifier()
    monkeypatch.setattr(evidence_models, "load_shipped", lambda _: (own, None))
    assert load_evidence_models(Settings(verifier_model="none")).reader is own
    models = load_evidence_models(Settings(reader_model=str(reader_folder)))
    assert (models.reader.name.split("@")[0], models.verifier) == ("reads", own)


@pytest.mark.parametrize("which", ["reader_model", "verifier_model"])
def test_a_named_model_must_load(monkeypatch, which):
    monkeypatch.setattr(evidence_models, "load_shipped", lambda _: (NumberVerifier(), None))
    with pytest.raises(ModelError, match="/nowhere"):
        load_evidence_models(Settings(**{which: "/nowhere"}))


def test_an_answer_is_read_by_the_named_models(tmp_path, monkeypatch, reranker_folder, verifier_folder):
    monkeypatch.setattr("retriever.assistant.load_embedder", lambda *_, **__: WordCountEmbedder())
    monkeypatch.setattr("retriever.assistant.DenseIndex", lambda *parts, **_: DenseIndex(*parts, exact_only=True))
    text = " ".join((*SENTENCES, *LONG))
    settings = Settings(home=tmp_path / "home", reader_model=str(reranker_folder), verifier_model=str(verifier_folder))
    with Assistant.from_settings(settings) as assistant:
        assistant.add_bytes("bakers.txt", text.encode())
        answer = assistant.answer(QUESTION)
        health = assistant.health()
    assert answer.receipt.reader == health["reader"] == f"{assistant.models.reader.name}+signs-2"
    assert health["verifier"] == assistant.models.verifier.name
    for claim in answer.claims:
        assert all(text[citation.start : citation.end] == citation.quote for citation in claim.citations)
