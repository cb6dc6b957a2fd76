"""Whoever asks, the same question over the same texts gives the same citations."""

import io
import json
from contextlib import redirect_stdout

import httpx
import openai
import pytest
from mcp import Client as McpClient

from api.client import Client
from retriever.assistant import Assistant
from retriever.events import answer_of
from retriever.langchain_adapter import as_langchain_retriever
from retriever.settings import Settings
from retriever.types import to_json
from tests.api.conftest import AUSTRIA, POZNAN
from tests.attacks.mounted import word_counting_assistant
from tests.ui.visiting import made, served
from ui.cli import app as command_line
from ui.conversation import ask
from ui.loading import make_server_app

QUESTIONS = (
    "In welk jaar werd het staatsverdrag van Oostenrijk getekend?",
    "When did the workers in Poznan go on strike?",
    "Wie won de voetbalwedstrijd in Lima?",
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    with word_counting_assistant(tmp_path_factory.mktemp("home")) as assistant:
        assistant.add_bytes("Oostenrijk 1955.txt", AUSTRIA.encode())
        assistant.add_bytes("Poznan 1956.txt", POZNAN.encode())
        yield assistant


@pytest.fixture(scope="module")
def origin(assistant):
    with served(made(lambda: make_server_app(assistant, Settings()))) as origin:
        yield origin


def places(citations):
    """Return what a citation says of where: the same fields for an object and for JSON."""
    names = ("document_id", "passage_id", "start", "end", "quote", "permalink", "text_sha256")
    return [tuple(one[name] for name in names) for one in map(to_json, citations)]


def cited(answer):
    return places(one for claim in to_json(answer)["claims"] for one in claim["citations"])


def over_the_page(assistant, origin, question):
    *_, turn = ask(assistant, question, document_ids=[document.id for document in assistant.documents()])
    return cited(turn.answer)


def over_http(assistant, origin, question):
    return cited(httpx.post(f"{origin}/v1/answers", json={"question": question}).json())


def as_a_stream(assistant, origin, question):
    with Client(origin) as client:
        return cited(answer_of(client.stream_answer(question)))


def on_the_command_line(assistant, origin, question):
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
        patch.setattr(Assistant, "from_settings", lambda *_, **__: Kept(assistant))
        command_line(["ask", question, "--json"], standalone_mode=False)
    return cited(json.loads(printed.getvalue()))


class Kept:
    """An assistant that stays open when the command that used it ends."""

    def __init__(self, assistant):
        self._assistant = assistant

    def __getattr__(self, name):
        return getattr(self._assistant, name)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass


def with_openai(assistant, origin, question):
    with openai.OpenAI(base_url=f"{origin}/v1", api_key="none") as client:
        chat = client.chat.completions.create(model="quoth", messages=[{"role": "user", "content": question}])
        response = client.responses.create(model="quoth", input=question)
    assert chat.quoth["citations"] == response.quoth["citations"]
    return places(chat.quoth["citations"])


WAYS = (over_the_page, over_http, as_a_stream, on_the_command_line, with_openai)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_asking_gives_the_same_citations(assistant, origin, way, question):
    assert way(assistant, origin, question) == cited(assistant.answer(question))


@pytest.mark.parametrize("question", QUESTIONS)
async def test_the_model_context_protocol_gives_the_same_citations(assistant, origin, question):
    async with McpClient(f"{origin}/mcp") as client:
        result = await client.call_tool("answer", {"question": question})
    assert places(result.structured_content["citations"]) == cited(assistant.answer(question))


@pytest.mark.parametrize("question", QUESTIONS)
def test_langchain_retrieves_the_passages_that_are_cited(assistant, question):
    found = as_langchain_retriever(assistant).invoke(question)
    texts = {one.metadata["passage_id"]: (one.metadata["start"], one.page_content) for one in found}
    for claim in assistant.answer(question).claims:
        for citation in claim.citations:
            start, text = texts[citation.passage_id]
            assert text[citation.start - start : citation.end - start] == citation.quote


def test_the_questions_are_answered_and_refused(assistant):
    assert [bool(cited(assistant.answer(question))) for question in QUESTIONS] == [True, True, False]
