"""The messages of the Model Context Protocol (JSON-RPC 2.0), as far as a server of tools without sessions needs them.

The `mcp` package would bring 21 MB, most of it cryptography for logging in, which the key does here; the tests ask
this server with its client.
"""

import json
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from pydantic import ValidationError

from api.errors import problem_of
from api.mcp.tools import TOOLS, Url
from retriever.assistant import Assistant

PROTOCOL_VERSIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
"""A client asks for one of these; they differ in nothing that is used here."""

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602

Message = dict[str, Any]


class RefusedError(Exception):
    """A message that cannot be answered, with its code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def reply_to(body: bytes | str, assistant: Assistant, url: Url) -> Message | None:
    """Return the reply to a message; None to a notification, which wants none."""
    message_id = None
    try:
        message = _read(body)
        message_id = message.get("id")
        if "method" not in message or message_id is None:
            return None
        result = _answered(message["method"], message.get("params") or {}, assistant, url)
    except RefusedError as error:
        return {"jsonrpc": "2.0", "id": message_id, "error": {"code": error.code, "message": str(error)}}
    return {"jsonrpc": "2.0", "id": message_id, "result": result}


def _read(body: bytes | str) -> Message:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusedError(PARSE_ERROR, "This is no JSON.") from error
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise RefusedError(INVALID_REQUEST, "This is no single message of JSON-RPC 2.0.")
    if not isinstance(message.get("id"), str | int | None) or not isinstance(message.get("params"), dict | None):
        raise RefusedError(INVALID_REQUEST, "The id is a text or a number, and the parameters have names.")
    return message


def _answered(method: object, params: Message, assistant: Assistant, url: Url) -> Message:
    if method == "initialize":
        return _introduce(params)
    if method == "ping":
        return {}
    if method == "tools/list":
        return {"tools": [tool.described for tool in TOOLS.values()]}
    if method == "tools/call":
        return _call(params, assistant, url)
    raise RefusedError(METHOD_NOT_FOUND, "There is no such method here.")


def _introduce(params: Message) -> Message:
    asked = params.get("protocolVersion")
    return {
        "protocolVersion": asked if asked in PROTOCOL_VERSIONS else PROTOCOL_VERSIONS[-1],
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "quoth", "version": version("quoth")},
        "instructions": "Search, answer from and check quotations against the documents that the user has added.",
    }


def _call(params: Message, assistant: Assistant, url: Url) -> Message:
    tool = TOOLS.get(str(params.get("name")))
    if tool is None:
        raise RefusedError(INVALID_PARAMS, "There is no such tool.")
    try:
        arguments = tool.arguments.model_validate(params.get("arguments") or {})
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        return _told(f"The arguments do not fit: {faults}", is_error=True)
    try:
        result = tool.run(assistant, arguments, url)
    except Exception as error:  # noqa: BLE001  told to the client, and to the log by `problem_of`
        return _told(problem_of(error).detail, is_error=True)
    return _told(json.dumps(result, ensure_ascii=False), is_error=False) | {"structuredContent": result}


def _told(text: str, *, is_error: bool) -> Message:
    return {"content": [{"type": "text", "text": text}], "isError": is_error}


def serve_lines(lines: Any, reply: Callable[[str], str | None], write: Callable[[str], None]) -> None:
    """Answer messages that come one a line."""
    for line in lines:
        if line.strip() and (answer := reply(line)) is not None:
            write(answer + "\n")
