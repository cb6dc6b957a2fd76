"""Every route of the running application, ours and Gradio's: who may ask it, and what it cannot be made to give."""

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from retriever.evidence_model.evidence_models import EvidenceModels
from tests.attacks.mounted import KEY, mounted
from tests.fakes import NumberVerifier

# Every route is in one of these lists because someone has looked at what it does. A new one fails the walk.
WITHOUT_KEY = {"/v1/health"}
OURS = {
    "/",
    "/favicon.ico",
    "/documents/{document_id}",
    "/mcp",
    "/v1/answers",
    "/v1/answers/{answer_id}",
    "/v1/answers/{answer_id}/export",
    "/v1/answers/{answer_id}/replay",
    "/v1/chat/completions",
    "/v1/citations/check",
    "/v1/claims/check",
    "/v1/documents",
    "/v1/documents/delete",
    "/v1/documents/{document_id}",
    "/v1/documents/{document_id}/pages/{number}.png",
    "/v1/documents/{document_id}/text",
    "/v1/feedback",
    "/v1/quotations/check",
    "/v1/models",
    "/v1/models/{model}",
    "/v1/jobs/{job_id}",
    "/v1/openapi.json",
    "/v1/ready",
    "/v1/responses",
    "/v1/search",
}
OF_THE_PAGE = {
    "/chat/",
    "/chat/assets/{path:path}",
    "/chat/config",
    "/chat/gradio_api/app_id",
    "/chat/gradio_api/cancel",
    "/chat/gradio_api/component_server",
    "/chat/gradio_api/component_server/",
    "/chat/gradio_api/heartbeat/{session_hash}",
    "/chat/gradio_api/queue/data",
    "/chat/gradio_api/queue/join",
    "/chat/gradio_api/reset",
    "/chat/gradio_api/theme.css",
    "/chat/static/{path:path}",
    "/chat/theme.css",
}
CLOSED = {
    "/chat/config/",
    "/chat/favicon.ico",
    "/chat/gradio_api/api/{api_name}",
    "/chat/gradio_api/api/{api_name}/",
    "/chat/gradio_api/app_id/",
    "/chat/gradio_api/call/v2/{api_name}",
    "/chat/gradio_api/call/v2/{api_name}/",
    "/chat/gradio_api/call/v2/{api_name}/{event_id}",
    "/chat/gradio_api/call/{api_name}",
    "/chat/gradio_api/call/{api_name}/",
    "/chat/gradio_api/call/{api_name}/{event_id}",
    "/chat/gradio_api/custom_component/{id}/{environment}/{type}/{file_name}",
    "/chat/gradio_api/deep_link",
    "/chat/gradio_api/dev/reload",
    "/chat/gradio_api/file/{path:path}",
    "/chat/gradio_api/file={path_or_url:path}",
    "/chat/gradio_api/info",
    "/chat/gradio_api/info/",
    "/chat/gradio_api/login_check",
    "/chat/gradio_api/login_check/",
    "/chat/gradio_api/openapi.json",
    "/chat/gradio_api/process_recording",
    "/chat/gradio_api/proxy={url_path:path}",
    "/chat/gradio_api/queue/status",
    "/chat/gradio_api/reset/",
    "/chat/gradio_api/run/{api_name}",
    "/chat/gradio_api/run/{api_name}/",
    "/chat/gradio_api/runs",
    "/chat/gradio_api/runs/",
    "/chat/gradio_api/startup-events",
    "/chat/gradio_api/stream/{event_id}",
    "/chat/gradio_api/stream/{event_id}/close",
    "/chat/gradio_api/stream/{session_hash}/{run}/{component_id}/playlist-file",
    "/chat/gradio_api/stream/{session_hash}/{run}/{component_id}/playlist.m3u8",
    "/chat/gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext}",
    "/chat/gradio_api/token",
    "/chat/gradio_api/token/",
    "/chat/gradio_api/undo-vibe-edit",
    "/chat/gradio_api/undo-vibe-edit/",
    "/chat/gradio_api/upload",
    "/chat/gradio_api/upload_progress",
    "/chat/gradio_api/user",
    "/chat/gradio_api/user/",
    "/chat/gradio_api/vibe-code",
    "/chat/gradio_api/vibe-code/",
    "/chat/gradio_api/vibe-edit",
    "/chat/gradio_api/vibe-edit/",
    "/chat/gradio_api/vibe-starter-queries",
    "/chat/gradio_api/vibe-starter-queries/",
    "/chat/login",
    "/chat/login/",
    "/chat/logout",
    "/chat/manifest.json",
    "/chat/monitoring",
    "/chat/monitoring/summary",
    "/chat/monitoring/{key}",
    "/chat/openapi.json",
    "/chat/pwa_icon",
    "/chat/pwa_icon/{size}",
    "/chat/robots.txt",
    "/chat/svelte/{path:path}",
}
SAFE = {"GET", "HEAD"}
SECRET = "the key of the server"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with mounted(tmp_path_factory.mktemp("home"), models=EvidenceModels(verifier=NumberVerifier())) as served:
        yield served


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    with mounted(tmp_path_factory.mktemp("home"), "network") as served:
        yield served


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "server.key"
    path.write_text(SECRET)
    return path


def walk(app, prefix=""):
    """Yield the method and the path of each route, those of mounted applications included."""
    for route in iter_route_contexts(app.routes):
        original = route.original_route
        if route.methods is None:
            yield from walk(original.app, prefix + route.path)
        else:
            yield from ((method, prefix + route.path) for method in sorted(route.methods))


def filled(path, value="x"):
    """Put a value in the place of every parameter of a path."""
    while "{" in path:
        path = path[: path.index("{")] + value + path[path.index("}") + 1 :]
    return path


def ask(client, method, url, **options):
    """Ask and read the beginning of what comes: some answers are streams that never end."""
    with client.stream(method, url, **options) as response:
        endless = "event-stream" in response.headers.get("content-type", "")
        return response.status_code, "" if endless else response.read().decode("utf-8", "replace")


def fields_of(app):
    """Return the fields of the body of each of our routes, by method and path."""
    description = app.openapi()
    schemas = description["components"]["schemas"]
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                name = media["schema"]["$ref"].rpartition("/")[2]
                yield method.upper(), path, tuple(schemas[name]["properties"])


def file_data(path):
    return {"path": str(path), "url": str(path), "orig_name": "x", "meta": {"_type": "gradio.FileData"}}


def test_every_route_has_been_judged(server):
    judged = WITHOUT_KEY | OURS | OF_THE_PAGE | CLOSED
    found = {path for _, path in walk(server[0])}
    assert found - judged == set(), "look at what these do, and judge them"
    assert judged - found == set(), "these are gone"


def test_without_a_key_only_the_sign_of_life_is_given(network):
    app, client = network
    with httpx.Client(base_url=client.base_url, timeout=30) as stranger:
        for method, path in walk(app):
            wrong = {"X-API-Key": KEY + "x", "Authorization": "Bearer x", "Cookie": f"access-token={KEY}"}
            for headers in ({}, wrong):
                status, told = ask(stranger, method, filled(path), headers=headers)
                assert (status == 200) == (path in WITHOUT_KEY), f"{method} {path}: {status}"
                assert path in WITHOUT_KEY or status == 401, f"{method} {path}: {status} {told[:200]}"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example", "[::1]evil"])
def test_no_route_answers_under_a_foreign_host(server, host):
    app, client = server
    for method, path in walk(app):
        status, told = ask(client, method, filled(path), headers={"Host": host})
        assert status == 400, f"{method} {path}: {status} {told[:200]}"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://localhost:1", "https://127.0.0.1", "null", "http://["]
)
def test_no_route_lets_a_page_of_another_site_change_or_read_anything(server, origin):
    app, client = server
    for method, path in walk(app):
        with client.stream(method, filled(path), headers={"Origin": origin}) as response:
            assert response.status_code == 403 or method in SAFE, f"{method} {path}: {response.status_code}"
            allowed = [name for name in response.headers if name.startswith("access-control")]
            assert not allowed, f"{method} {path}: {allowed}"
        asked = {"Origin": origin, "Access-Control-Request-Method": method}
        with client.stream("OPTIONS", filled(path), headers=asked) as response:
            assert not response.is_success, f"OPTIONS {path}"
            assert not [name for name in response.headers if name.startswith("access-control")]


def test_closed_routes_are_not_there(server):
    app, client = server
    for method, path in walk(app):
        if path in CLOSED:
            for options in ({}, {"json": {"data": [], "session_hash": "x"}}, {"files": {"files": ("x", b"x")}}):
                status, told = ask(client, method, filled(path), **options)
                assert status == 404, f"{method} {path}: {status} {told[:200]}"


def test_no_route_takes_a_file_of_this_machine_in_any_field(server, secret):
    app, client = server
    sent = [file_data(secret), [file_data(secret)], str(secret), f"file://{secret}", "http://elsewhere.example/secret"]
    fields = {(method, path): names for method, path, names in fields_of(app)}
    assert sum(map(len, fields.values())) > 10
    before = client.get("/v1/documents").text
    for method, path in walk(app):
        for value in sent:
            names = fields.get(
                (method, path), ("data", "event_data", "path", "file", "url", "session_hash", "question")
            )
            bodies = [value, *({name: value} for name in names), dict.fromkeys(names, value)]
            for body in bodies if method not in SAFE else []:
                status, told = ask(client, method, filled(path), json=body)
                refused = 400 <= status < 500 or (isinstance(value, str) and status < 300)
                assert refused, f"{method} {path}: {status} {told[:200]}"
                assert SECRET not in told
            status, told = ask(client, method, filled(path), params=dict.fromkeys(names, str(value)))
            assert status < 500, f"{method} {path}: {status}"
            assert SECRET not in told
    assert client.get("/v1/documents").text == before


def test_no_route_leaves_its_folder(server, secret):
    app, client = server
    up = "../" * 12
    outside = [
        str(secret),
        f"{up}{secret}",
        f"{up}{secret}".replace("../", "..%2f"),
        f"{up}{secret}".replace(".", "%2e"),
        f"{up}{secret}".replace("/", "%5c"),
        f"....//....//....//..../{secret}",
        f"{secret}%00.js",
        f"file://{secret}",
        "http://elsewhere.example/secret",
    ]
    for method, path in walk(app):
        for value in outside if "{" in path else []:
            status, told = ask(client, method, filled(path, value))
            assert 400 <= status < 500 or "heartbeat" in path, f"{method} {path} {value}: {status}"
            assert SECRET not in told
