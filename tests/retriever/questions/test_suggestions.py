from importlib.resources import files
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from retriever.assistant import Assistant
from retriever.index.dense_index import DenseIndex
from tests.fakes import WordCountEmbedder

SAMPLES = Path(str(files("ingest") / "samples"))
MILL = """De molen van Zaltbommel brandde in de winter van 1890 af, en molenaar Joris Pietersen bouwde hem weer op.
Toen het nieuwe wiekenkruis er stond, gaf Joris Pietersen het dorp een feest. Later verkocht de oude Joris Pietersen
de molen aan zijn buurman, die er een zaagmolen van maakte en het hout over de Waal naar Rotterdam verscheepte."""


def open_assistant(folder, embedder):
    catalogue = Catalogue.open(folder)
    catalogue.bind_model(embedder.fingerprint)
    index = DenseIndex(catalogue, folder / "index", exact_only=True)
    return Assistant(catalogue, embedder, index, max_file_bytes=1_000_000)


def test_no_documents_suggest_no_questions(tmp_path):
    with open_assistant(tmp_path, WordCountEmbedder()) as assistant:
        assert assistant.suggested_questions("nl") == []


@pytest.mark.slow
@pytest.mark.real
def test_the_sample_texts_suggest_questions_that_they_answer(tmp_path, real_embedder):
    with open_assistant(tmp_path, real_embedder) as assistant:
        assistant.add_files([SAMPLES])
        for language in ("nl", "en"):
            suggested = assistant.suggested_questions(language)
            assert len(suggested) == 6
            assert "refused" not in {assistant.answer(question).status for question in suggested}


@pytest.mark.real
def test_other_texts_suggest_questions_about_the_names_in_them(tmp_path, real_embedder):
    with open_assistant(tmp_path, real_embedder) as assistant:
        outcome = assistant.add_bytes("molen.txt", MILL.encode())
        assert "Wat staat er over Zaltbommel?" in assistant.suggested_questions("nl")
        assistant.remove(outcome.document.id)
        assert assistant.suggested_questions("nl") == []
