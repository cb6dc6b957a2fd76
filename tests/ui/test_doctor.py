"""The examination of an installation finds what is wrong with it."""

import io
import sqlite3
from functools import partial

import pytest
from rich.console import Console

from ingest.catalogue import Catalogue
from ingest.errors import LanguageModelError, ModelError, QuothError
from retriever.assistant import Assistant
from retriever.evidence_model import weights_file
from retriever.evidence_model.evidence_models import EvidenceModels
from retriever.evidence_model.types import Judgement
from retriever.index.dense_index import DenseIndex
from retriever.settings import Settings
from tests.fakes import NumberVerifier, ScriptedLanguageModel, WordCountEmbedder
from ui.doctor import examine, make_whole

TEXT = (
    "# Brood en melk\n\nIn juni 1956 kostte een brood in Poznań drie zlo\nty. Melk kostte een zloty.\n\n"
    "In oktober werd Gomułka leider van Polen.\n"
)
PARTS = ["packages", "embedding model", "reader", "verifier", "catalogue", "texts", "index"]
MODELS = {"reader": "well (signs-2)", "verifier": "well (none)"}
TROUBLE = "The reader's weights in [folder] are damaged: their sha256 is 0. Install Quoth again with pip."


class BlindEmbedder(WordCountEmbedder):
    """Sees no words at all."""

    def embed(self, text):
        return super().embed("")


class BrokenIndex(DenseIndex):
    """Could not be built."""

    state = "degraded"
    detail = "no room on the disk; next attempt in 2 s; exact search answers"


@pytest.fixture(autouse=True)
def cheap_parts(monkeypatch):
    monkeypatch.setattr("retriever.assistant.load_embedder", lambda *_, **__: WordCountEmbedder())
    monkeypatch.setattr("retriever.assistant.DenseIndex", partial(DenseIndex, exact_only=True))


@pytest.fixture
def home(own_storage):
    """Return the folder of a catalogue with a document."""
    with Assistant.from_settings(Settings.from_environment()) as assistant:
        assistant.add_bytes("brood.md", TEXT.encode())
        assistant.add_bytes("klein.txt", b"Een ander document.")
    return own_storage


def examined():
    """Return whether all is well, and the line of each part."""
    file = io.StringIO()
    well = examine(Settings.from_environment(), Console(file=file, width=1000))
    return well, dict(line.split(": ", 1) for line in file.getvalue().splitlines())


def damage(home, statement):
    connection = sqlite3.connect(home / "catalogue.sqlite3")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_good_installation_is_well(home):
    well, lines = examined()
    assert well
    assert lines == {"data folder": str(home)} | dict.fromkeys(PARTS, "well") | MODELS


def test_a_new_installation_is_well(own_storage):
    assert examined()[0]


def test_missing_and_old_packages_are_named(home, monkeypatch):
    wanted = ["nosuchpackage>=3", "numpy<1", "rich>=1", "pytest<1; extra == 'dev'"]
    monkeypatch.setattr("ui.doctor.requires", lambda _: wanted)
    well, lines = examined()
    assert not well
    assert "nosuchpackage is missing; numpy is " in lines["packages"]
    assert "wanted <1. Install Quoth again" in lines["packages"]
    assert "rich" not in lines["packages"]
    assert "pytest" not in lines["packages"]
    assert lines["texts"] == "well"


def test_a_model_that_does_not_understand_is_told(home, monkeypatch):
    monkeypatch.setattr("retriever.assistant.load_embedder", lambda *_, **__: BlindEmbedder())
    well, lines = examined()
    assert not well
    assert "QUOTH_EMBEDDING_MODEL" in lines["embedding model"]


def test_a_missing_model_is_told(home, monkeypatch):
    def missing(*_, **__):
        raise ModelError("There is no embedding model [/nowhere] on this machine.")

    monkeypatch.setattr("retriever.assistant.load_embedder", missing)
    well, lines = examined()
    assert not well
    assert lines["catalogue and model"] == "There is no embedding model [/nowhere] on this machine."


def test_a_model_other_than_that_of_the_vectors_is_told(home, monkeypatch):
    monkeypatch.setattr("retriever.assistant.load_embedder", lambda *_, **__: WordCountEmbedder(name="another"))
    well, lines = examined()
    assert not well
    assert "word-count@64" in lines["catalogue and model"]
    assert "another@64" in lines["catalogue and model"]


def test_a_damaged_catalogue_is_told(own_storage):
    own_storage.mkdir()
    (own_storage / "catalogue.sqlite3").write_bytes(b"garbage")
    well, lines = examined()
    assert not well
    assert "is damaged" in lines["catalogue and model"]


def test_what_the_texts_tell_is_made_again_and_what_was_lost_is_told(home, monkeypatch):
    monkeypatch.setattr("ui.doctor.load_embedder", lambda *_, **__: WordCountEmbedder())
    damage(home, "UPDATE passage_vectors SET vector = zeroblob(length(vector))")
    assert "vectors" in told_or_raised()[1]
    file = io.StringIO()
    assert make_whole(Settings.from_environment(), Console(file=file, width=1000))
    assert "The passages and vectors of “Brood en melk” were made again." in file.getvalue().splitlines()
    assert examined()[1]["catalogue"] == "well"
    damage(home, "UPDATE documents SET text = CAST(replace(text, 'drie', 'vier') AS BLOB)")
    assert not make_whole(Settings.from_environment(), Console(file=file, width=1000))
    assert examined()[1]["catalogue"] == "well"


def test_a_catalogue_in_use_is_told(home):
    with Catalogue.open(home):
        well, lines = examined()
    assert not well
    assert "in use by process" in lines["catalogue and model"]


def test_an_index_that_cannot_be_built_is_told(home, monkeypatch):
    monkeypatch.setattr("retriever.assistant.DenseIndex", partial(BrokenIndex, exact_only=True))
    well, lines = examined()
    assert not well
    assert "no room on the disk" in lines["index"]
    assert "Answers come from the exact search meanwhile" in lines["index"]


class TiredVerifier(NumberVerifier):
    """Judges everything alike."""

    def __init__(self, judgement):
        super().__init__()
        self.judgement = judgement

    def verify(self, pairs):
        return [self.judgement] * len(pairs)


def let_models_be(monkeypatch, **models):
    monkeypatch.setattr("retriever.assistant.load_evidence_models", lambda _: EvidenceModels(**models))


def test_a_verifier_that_follows_a_claim_into_another_language_is_well(home, monkeypatch):
    let_models_be(monkeypatch, verifier=NumberVerifier())
    well, lines = examined()
    assert well
    assert lines["verifier"] == "well (numbers)"


@pytest.mark.parametrize(
    ("judgement", "told"),
    [(Judgement(1.0, 0.0, 0.0), "it takes a wrong year for right"), (Judgement(0.0, 0.0, 1.0), "its translation")],
    ids=["believes all", "believes nothing"],
)
def test_a_verifier_that_cannot_tell_is_told(home, monkeypatch, judgement, told):
    let_models_be(monkeypatch, verifier=TiredVerifier(judgement))
    well, lines = examined()
    assert not well
    assert told in lines["verifier"]
    assert "QUOTH_VERIFIER_MODEL" in lines["verifier"]


def test_models_of_quoths_own_that_cannot_be_used_are_told_with_what_to_do(home, monkeypatch):
    let_models_be(monkeypatch, trouble=TROUBLE)
    well, lines = examined()
    assert not well
    assert lines["reader"] == f"{TROUBLE} Meanwhile signs-2 reads, and errs more often."
    assert lines["verifier"] == f"{TROUBLE} Meanwhile no claim is judged."
    assert lines["texts"] == "well"


@pytest.mark.parametrize(("setting", "part"), [("QUOTH_READER_MODEL", "reader"), ("QUOTH_VERIFIER_MODEL", "verifier")])
def test_what_the_settings_do_without_is_not_missed(home, monkeypatch, setting, part):
    let_models_be(monkeypatch, trouble=TROUBLE)
    monkeypatch.setenv(setting, "none")
    _, lines = examined()
    assert lines[part] == MODELS[part]
    (other,) = MODELS.keys() - {part}
    assert lines[other].startswith(TROUBLE)


@pytest.mark.real
def test_the_real_reader_and_verifier_are_well(monkeypatch, model_cache, tmp_path):
    if not (weights_file.SHIPPED / weights_file.WEIGHTS).exists():
        pytest.skip("the trained weights are not there yet")
    (tmp_path / "quoth-home").mkdir()
    (tmp_path / "quoth-home" / "models").symlink_to(model_cache / "models")
    _, lines = examined()
    assert lines["verifier"].startswith("well (reader-verifier@")
    assert lines["reader"].startswith("well (selector@")


class AbsentLanguageModel(ScriptedLanguageModel):
    """Cannot be reached."""

    def check(self):
        raise LanguageModelError("No server answers at [address]. Start it.")


def test_a_language_model_that_can_be_reached_is_well_and_writes_nothing(home, monkeypatch):
    model = ScriptedLanguageModel(["Ja [1]."])
    let_models_be(monkeypatch, language_model=model)
    well, lines = examined()
    assert well
    assert lines["language model"] == "well (scripted)"
    assert model.asked == []


def test_a_language_model_that_cannot_be_reached_is_told_with_its_name(home, monkeypatch):
    let_models_be(monkeypatch, language_model=AbsentLanguageModel([]))
    well, lines = examined()
    assert not well
    told = "scripted: No server answers at [address]. Start it. Meanwhile answers are quotations."
    assert lines["language model"] == told
    assert lines["texts"] == "well"


def told_or_raised():
    """Return what the examination says of the texts, be it in their lines or as the error that ends it."""
    try:
        well, lines = examined()
    except QuothError as error:
        return False, str(error)
    return well, " ".join(lines.get(part, "") for part in ("catalogue and model", "catalogue", "texts"))


def test_a_changed_text_is_told(home):
    damage(home, "UPDATE documents SET text = CAST(replace(text, 'drie', 'vier') AS BLOB)")
    well, trouble = told_or_raised()
    assert not well
    assert "is not what was stored" in trouble


def test_after_a_changed_text_the_other_parts_are_examined_too(home):
    damage(home, "UPDATE documents SET text = CAST(replace(text, 'drie', 'vier') AS BLOB)")
    _, lines = examined()
    assert set(PARTS) <= lines.keys()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE passages SET start = start + 3, end = end - 4",
        "UPDATE passages SET end = end + 1000",
        "UPDATE passages SET search_text = replace(search_text, 'drie', 'vier')",
        "UPDATE sentences SET start = start + 1",
        "UPDATE documents SET edits = '[]'",
        "DELETE FROM passages WHERE row = 1",
        "DELETE FROM passage_vectors",
    ],
    ids=["moved", "outside", "other words", "sentence moved", "edits lost", "passage lost", "vectors lost"],
)
def test_a_passage_that_no_longer_reads_as_its_document_is_told(home, statement):
    damage(home, statement)
    well, trouble = told_or_raised()
    assert not well
    assert "Brood en melk" in trouble or "not what was written" in trouble
