"""Prose of a real small model over the sample texts: behind a llama.cpp server, and in this process.

They want a model: `QUOTH_TEST_GGUF=model.gguf make test-llm`.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.errors import LanguageModelError
from retriever.assistant import Assistant
from retriever.claim_check import language_of
from retriever.evidence_model.evidence_models import EvidenceModels, load_shipped
from retriever.index.dense_index import DenseIndex
from retriever.language_model.loading import load_language_model
from retriever.language_model.types import Writing
from retriever.settings import Settings

GGUF = os.environ.get("QUOTH_TEST_GGUF", "")  # read here: before each test the settings are forgotten
SAMPLES = Path(__file__).parents[3] / "ingest" / "samples"
# In Dutch, and answered by English texts.
CORPS = "In welke stad zat de staf van het Speciale Korps?"
BALLOONS = "Hoeveel ballonnen gingen er bij operatie Prospero de lucht in?"
# In English, over an English text: what a small model writes of it stands.
ENGLISH = "When did Radio Free Europe first go on the air?"

pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.llm,
    pytest.mark.timeout(900),  # on two cores; loading the models and embedding the texts is in the first test
    pytest.mark.skipif(not Path(GGUF).is_file(), reason="QUOTH_TEST_GGUF names no file with a language model"),
    pytest.mark.skipif(find_spec("xllamacpp") is None, reason="xllamacpp is not installed: pip install quoth[local]"),
    pytest.mark.skipif(find_spec("langchain_openai") is None, reason="langchain-openai is not installed"),
]

# It ends with this process: then there is nothing more to read.
SERVER = """
import sys, xllamacpp
parameters = xllamacpp.CommonParams()
parameters.model.path, parameters.port = sys.argv[1], int(sys.argv[2])
parameters.n_ctx, parameters.n_parallel, parameters.verbosity = 4096, 1, 0
server = xllamacpp.Server(parameters)
sys.stdin.read()
"""


@dataclass(frozen=True)
class Library:
    """The sample texts with Quoth's own reader and verifier, to be asked through any language model."""

    catalogue: Catalogue
    embedder: object
    dense_index: DenseIndex
    models: EvidenceModels

    def assistant(self, language_model=None):
        models = replace(self.models, language_model=language_model)
        return Assistant(self.catalogue, self.embedder, self.dense_index, max_file_bytes=1_000_000, models=models)


class Interrupted:
    """A language model that something happens to as soon as it has written its first piece."""

    def __init__(self, model, happening: Callable[[], None]):
        self.name = model.name
        self._model = model
        self._happening = happening

    def write(self, messages, *, max_tokens):
        writing = self._model.write(messages, max_tokens=max_tokens)
        return Writing(self._pieces(writing), writing.usage)

    def check(self):
        self._model.check()

    def close(self):
        self._model.close()

    def _pieces(self, writing):
        try:
            yield next(writing.pieces)
            self._happening()
            yield from writing.pieces
        finally:
            writing.close()


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@contextmanager
def llama_server():
    """Start a llama.cpp server in a process of its own; gives the process and a model that asks it."""
    port = free_port()
    command = [sys.executable, "-c", SERVER, GGUF, str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, stdin=subprocess.PIPE, **quiet) as process:
        model = load_language_model("openai:small", base_url=f"http://127.0.0.1:{port}/v1")
        try:
            while not is_there(model):
                assert process.poll() is None, "the server ended before it listened"
                time.sleep(0.5)
            yield process, model
        finally:
            process.kill()
            model.close()


def is_there(model):
    try:
        model.check()
    except LanguageModelError:
        return False
    return True


@pytest.fixture(scope="module")
def library(tmp_path_factory, model_cache, real_embedder):
    folder = tmp_path_factory.mktemp("library")
    evidence_model, trouble = load_shipped(Settings(home=model_cache))
    assert trouble is None
    with Catalogue.open(folder) as catalogue:
        catalogue.bind_model(real_embedder.fingerprint)
        index = DenseIndex(catalogue, folder / "index", exact_only=True)
        library = Library(catalogue, real_embedder, index, EvidenceModels(evidence_model, evidence_model))
        library.assistant().add_files([SAMPLES])
        yield library
        index.close()


@pytest.fixture(scope="module", params=["remote", "local"])
def assistant(request, library):
    """Return an assistant that writes through a server, or in this process."""
    if request.param == "remote":
        with llama_server() as (_, model):
            yield library.assistant(model)
    else:
        model = load_language_model(f"local:{GGUF}")
        yield library.assistant(model)
        model.close()


@pytest.fixture(scope="module")
def answers(assistant):
    """Return the answers to all questions, each written once for all tests."""
    return {question: assistant.answer(question) for question in (CORPS, BALLOONS, ENGLISH)}


def in_prose(answers):
    return {question: answer for question, answer in answers.items() if answer.prose and not answer.prose.fallback}


def test_every_answer_has_an_account_of_its_prose(answers):
    for answer in answers.values():
        account = answer.prose
        assert answer.status in ("answered", "partly")
        assert account.model == answer.receipt.language_model
        assert account.fallback in (None, "nothing_stood", "no_answer")
        assert account.tokens_in > 0 and account.tokens_out > 0
        assert account.fallback or account.written == account.shown + len(account.dropped)


def test_prose_is_shown_where_question_and_text_are_in_one_language(answers):
    assert ENGLISH in in_prose(answers)
    assert "4 July 1950" in answers[ENGLISH].claims[0].text


def test_prose_is_in_the_language_of_its_question(answers):
    for question, answer in in_prose(answers).items():
        own_words = [claim for claim in answer.claims if claim.kind != "quotation"]
        assert all(language_of(claim.text) == ("en" if question == ENGLISH else "nl") for claim in own_words)


def test_every_sentence_shown_is_supported_and_cites_words_that_stand_there(assistant, answers):
    claims = [claim for answer in answers.values() for claim in answer.claims]
    assert all(claim.citations and claim.verdict == "supported" for claim in claims)
    for citation in (citation for claim in claims for citation in claim.citations):
        assert assistant.text(citation.document_id, citation.start, citation.end) == citation.quote


def test_where_no_prose_stands_the_answer_is_the_quotations(assistant, answers):
    for question, answer in answers.items():
        if answer.prose.fallback:
            assert answer.claims == assistant.answer(question, prose=False).claims


def test_the_quotations_are_there_before_the_first_word_of_prose(assistant):
    names = [event.name for event in assistant.stream_answer(CORPS)]
    assert names[:2] == ["evidence", "claim"]
    assert names[-1] == "answer"


@pytest.mark.parametrize(
    ("sign", "fallback"), [(signal.SIGKILL, "failed"), (signal.SIGSTOP, "too_slow")], ids=["killed", "stalled"]
)
def test_a_server_that_goes_in_mid_answer_leaves_the_quotations_and_the_reason(library, sign, fallback):
    with llama_server() as (process, model):
        interrupted = library.assistant(Interrupted(model, lambda: process.send_signal(sign)))
        answer = interrupted.answer(CORPS)
    plain = library.assistant().answer(CORPS)
    assert (answer.claims, answer.text) == (plain.claims, plain.text)
    assert (answer.prose.fallback, answer.prose.shown) == (fallback, 0)
    assert answer.prose.detail
