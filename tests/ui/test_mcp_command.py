import io
import json
import socket

import pytest

from ingest.errors import QuothError
from retriever.assistant import Assistant
from retriever.settings import Settings
from tests.attacks.mounted import word_counting_assistant
from ui.mcp_command import pass_on, serve_catalogue


def messages(*methods):
    lines = [{"jsonrpc": "2.0", "id": number, "method": method} for number, method in enumerate(methods)]
    lines.append({"jsonrpc": "2.0", "method": "notifications/initialized"})
    return io.StringIO("\n\n".join(map(json.dumps, lines)) + "\nno json\n")


def test_the_catalogue_is_served_a_message_a_line(own_storage, monkeypatch):
    opened = word_counting_assistant(own_storage)
    monkeypatch.setattr(Assistant, "from_settings", lambda _: opened)
    replies = io.StringIO()
    serve_catalogue(Settings(), messages("initialize", "ping", "tools/list"), replies)
    introduced, pong, listed, refused = map(json.loads, replies.getvalue().splitlines())
    assert introduced["result"]["serverInfo"]["name"] == "quoth"
    assert (pong["result"], len(listed["result"]["tools"])) == ({}, 4)
    assert refused["error"]["code"] == -32700


def test_without_a_server_at_the_address_that_is_said(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(QuothError, match="There is no server at http"):
        pass_on(f"http://127.0.0.1:{port}", Settings(), messages("ping"), io.StringIO())
