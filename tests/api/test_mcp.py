"""Asked with the official client of the Model Context Protocol, over HTTP and over standard input and output."""

import json
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import httpx2
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from api.app import create_app
from tests.api.conftest import AUSTRIA, POZNAN
from tests.ui.visiting import served

PROJECT = Path(__file__).resolve().parents[2]
QUESTION = "In welk jaar werd het staatsverdrag van Oostenrijk getekend?"
KEY = "een-lange-sleutel"


@pytest.fixture
def texts(assistant):
    assistant.add_bytes("Oostenrijk 1955.txt", AUSTRIA.encode())
    assistant.add_bytes("Poznan 1956.txt", POZNAN.encode())
    return assistant


@pytest.fixture
def origin(texts):
    with served(create_app(texts)) as origin:
        yield origin


@asynccontextmanager
async def over_http(origin):
    async with Client(f"{origin}/mcp") as client:
        yield client


@asynccontextmanager
async def over_stdio(origin):
    command = ["-m", "ui", "mcp", "--url", origin]
    environment = {"QUOTH_HOME": os.environ["QUOTH_HOME"], "PYTHONPATH": str(PROJECT)}
    async with Client(StdioServerParameters(command=sys.executable, args=command, env=environment)) as client:
        yield client


WAYS = pytest.mark.parametrize("connect", [over_http, over_stdio])


async def call(client, tool, **arguments):
    result = await client.call_tool(tool, arguments)
    (item,) = result.content
    assert not result.is_error, item.text
    assert json.loads(item.text) == result.structured_content
    return result.structured_content


@WAYS
async def test_the_tools_find_read_answer_and_check(connect, origin, texts):
    async with connect(origin) as client:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == ["search", "fetch", "answer", "check_quotation"]

        hit = (await call(client, "search", query="staatsverdrag"))["results"][0]
        read = await call(client, "fetch", id=hit["id"])
        assert (read["text"], read["url"]) == (hit["text"], hit["url"])
        whole = await call(client, "fetch", id=read["metadata"]["document_id"])
        assert whole["text"][read["metadata"]["start"] : read["metadata"]["end"]] == read["text"]
        assert whole["text"] == AUSTRIA

        answer = await call(client, "answer", question=QUESTION)
        assert (answer["answer_id"], answer["text"]) == (texts.answer(QUESTION).id, texts.answer(QUESTION).text)
        for cited in answer["citations"]:
            assert texts.text(cited["document_id"], cited["start"], cited["end"]) == cited["quote"]
            assert cited["url"] == origin + cited["permalink"]

        checked = await call(client, "check_quotation", quotation="Op 15 mei 1956 werd in Wenen het staatsverdrag")
        assert (checked["verdict"], checked["parts"][0]["changes"][0]["flags"]) == ("altered", ["number"])


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("search", {}, "query: Field required"),
        ("search", {"query": "x", "limit": 3}, "limit: Extra inputs"),
        ("fetch", {"id": "0"}, "No document has the id"),
        ("answer", {"question": "…"}, "The question is empty"),
        ("check_quotation", {"quotation": "x" * 5000}, "at most 4,000"),
    ],
)
async def test_what_cannot_be_done_is_told_to_the_model(origin, tool, arguments, told):
    async with over_http(origin) as client:
        result = await client.call_tool(tool, arguments)
    assert result.is_error
    assert told in result.content[0].text


async def test_what_nobody_foresaw_is_told_without_words_of_it(origin, texts, monkeypatch):
    def fail(*_, **__):
        raise OSError("/secret is gone")

    monkeypatch.setattr(texts, "answer", fail)
    async with over_http(origin) as client:
        result = await client.call_tool("answer", {"question": QUESTION})
    assert (result.is_error, "secret" in result.content[0].text) == (True, False)


async def test_there_is_no_other_tool_or_method(origin):
    async with over_http(origin) as client:
        with pytest.raises(MCPError, match="no such tool"):
            await client.call_tool("delete", {})
        with pytest.raises(MCPError, match="no such method"):
            await client.list_prompts()


async def test_a_key_of_the_server_is_wanted(texts):
    with served(create_app(texts, api_key=KEY)) as origin:
        assert httpx.post(f"{origin}/mcp", json={}).status_code == 401
        with_key = httpx2.AsyncClient(headers={"Authorization": f"Bearer {KEY}"})
        transport = streamable_http_client(f"{origin}/mcp", http_client=with_key)
        async with with_key, Client(transport) as client:
            assert (await client.list_tools()).tools


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("no json", 400, -32700),
        ("[]", 400, -32600),
        ('{"id": 1, "method": "ping"}', 400, -32600),
        ('{"jsonrpc": "2.0", "id": [1], "method": "ping"}', 400, -32600),
        ('{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": [1]}', 400, -32600),
        ('{"jsonrpc": "2.0", "id": 1, "method": ["ping"]}', 200, -32601),
        ('{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": {}}}', 200, -32602),
    ],
)
def test_messages_that_are_none_are_refused(client, body, status, code):
    response = client.post("/mcp", content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)


def test_a_notification_gets_no_reply_and_streams_there_are_none(client):
    body = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    response = client.post("/mcp", json=body)
    assert (response.status_code, response.content) == (202, b"")
    assert client.get("/mcp").status_code == 405
    assert client.post("/mcp", content=json.dumps(body)).status_code == 415


def test_a_call_takes_one_of_the_slots(make_client, monkeypatch):
    monkeypatch.setattr("api.dependencies.PATIENCE_SECONDS", 0.0)
    client = make_client(answer_slots=1)
    call = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "search", "arguments": {"query": "x"}},
    }
    with client.portal.wrap_async_context_manager(client.app.state.answer_slots.taken()):
        assert client.post("/mcp", json=call).status_code == 503
        assert client.post("/mcp", json=call | {"method": "ping"}).status_code == 200
