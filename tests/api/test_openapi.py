from contextlib import nullcontext, suppress
from importlib.metadata import version

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from pydantic import TypeAdapter
from schemathesis import GenerationMode

from api.app import create_app
from api.examples import EXAMPLES, QUOTE, TEXT
from retriever.evidence_model.evidence_models import EvidenceModels
from tests.fakes import NumberVerifier

OPERATIONS = {
    "/v1/documents": {"get", "post"},
    "/v1/documents/delete": {"post"},
    "/v1/documents/{document_id}": {"get", "patch", "delete"},
    "/v1/documents/{document_id}/pages/{number}.png": {"get"},
    "/v1/documents/{document_id}/text": {"get"},
    "/v1/jobs/{job_id}": {"get"},
    "/v1/search": {"post"},
    "/v1/answers": {"post"},
    "/v1/answers/{answer_id}": {"get"},
    "/v1/answers/{answer_id}/export": {"get"},
    "/v1/answers/{answer_id}/replay": {"post"},
    "/v1/citations/check": {"post"},
    "/v1/claims/check": {"post"},
    "/v1/quotations/check": {"post"},
    "/v1/feedback": {"post"},
    "/v1/models": {"get"},
    "/v1/models/{model}": {"get"},
    "/v1/chat/completions": {"post"},
    "/v1/responses": {"post"},
    "/v1/health": {"get"},
    "/v1/ready": {"get"},
}


@pytest.fixture
def description(client):
    return client.get("/v1/openapi.json").json()


def each_operation(description):
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            yield f"{method} {path}", operation


def test_every_operation_is_described(description):
    assert {path: set(operations) for path, operations in description["paths"].items()} == OPERATIONS
    assert description["info"]["version"] == version("quoth")
    for name, operation in each_operation(description):
        assert operation["summary"], name
        assert operation["description"], name


def test_every_response_has_a_schema_and_an_example(description):
    for name, operation in each_operation(description):
        for status, response in operation["responses"].items():
            if status < "300" and status != "204":
                content = response["content"]
                assert all("schema" in media and "example" in media for media in content.values()), name
                assert all(media["schema"] for media in content.values()), name
            elif status >= "400":
                assert list(response["content"]) == ["application/problem+json"], name


def test_every_request_body_has_an_example(description):
    for name in ("SearchRequest", "AnswerRequest", "ClaimRequest", "FeedbackRequest"):
        assert description["components"]["schemas"][name]["examples"]
    assert "HTTPValidationError" not in description["components"]["schemas"]


def test_a_bound_is_written_as_json_schema_has_it(description):
    assert description["components"]["schemas"]["SearchRequest"]["properties"]["limit"] == {
        "type": "integer", "minimum": 1, "maximum": 100, "default": 10, "title": "Limit",
    }  # fmt: skip
    known = {"ge", "le", "gt", "lt"}
    assert not [schema for schema in each_schema(description) if known & schema.keys()]


def each_schema(value):
    if isinstance(value, dict):
        yield value
    if isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from each_schema(item)


def test_an_answer_can_be_had_as_events(description):
    content = description["paths"]["/v1/answers"]["post"]["responses"]["200"]["content"]
    assert content.keys() == {"application/json", "text/event-stream"}
    lines = content["text/event-stream"]["example"].splitlines()
    assert [line for line in lines if line.startswith("event:")] == [
        f"event: {name}" for name in ("evidence", "claim", "writing", "prose", "answer")
    ]


def test_the_account_of_prose_is_described(description):
    schemas = description["components"]["schemas"]
    assert schemas["AnswerRequest"]["properties"]["prose"]["default"] is True
    assert {"written", "shown", "dropped", "fallback"} <= schemas["Prose"]["properties"].keys()
    assert "language_model" in schemas["Receipt"]["properties"]
    assert "language_model" in schemas["Readiness"]["properties"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_true_to_their_type(name):
    kind = TypeAdapter(type(EXAMPLES[name]))
    assert kind.validate_json(kind.dump_json(EXAMPLES[name]), strict=True) == EXAMPLES[name] or name == "evidence"
    assert TEXT.endswith(QUOTE)
    assert len(TEXT) == EXAMPLES["document"].characters


def test_a_key_is_described_when_one_is_wanted(make_client):
    client = make_client(api_key="sleutel")
    description = client.get("/v1/openapi.json", headers={"X-API-Key": "sleutel"}).json()
    for name, operation in each_operation(description):
        is_open = name == "get /v1/health"
        assert ("security" in operation, "401" in operation["responses"]) == (not is_open, not is_open), name
    assert description["components"]["securitySchemes"].keys() == {"basic", "bearer", "header"}


@pytest.fixture
def api_schema(make_assistant):
    assistant = make_assistant(EvidenceModels(verifier=NumberVerifier()))
    assistant.add_bytes("staatsverdrag.txt", b"Op 15 mei 1955 werd het staatsverdrag van Oostenrijk getekend.")
    return schemathesis.openapi.from_asgi("/v1/openapi.json", create_app(assistant, allowed_hosts=None))


FILES = st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1).map(str.encode), min_size=1)


def is_sent_as_files(body):
    """Tell whether a form that does not fit becomes one that does when it is sent: a number is a file of digits."""
    return isinstance(body, dict) and isinstance(body.get("file"), list) and bool(body["file"])


def check(operation, mode, examples):
    """Send what fits the description, or what does not, and make every check of schemathesis on what comes back."""

    # Without schemathesis' own parametrisation, which reaches into what pytest 9 no longer has.
    @settings(max_examples=examples, derandomize=True, deadline=None, database=None, suppress_health_check=HealthCheck)
    @given(data=st.data())
    def keeps(data):
        case = data.draw(operation.as_strategy(generation_mode=mode))
        if mode is GenerationMode.POSITIVE and case.media_type == "multipart/form-data":
            case.body["file"] = data.draw(FILES)  # it draws bytes, and knows of no files that are text
        elif case.media_type == "multipart/form-data":
            assume(not is_sent_as_files(case.body))
        case.call_and_validate(excluded_checks=WHAT_IS_TAKEN if operation.path in OF_OPENAI else None)

    # Where nothing is asked for, nothing can be sent that does not fit.
    with suppress(Unsatisfiable) if mode is GenerationMode.NEGATIVE else nullcontext():
        keeps()


# A conversation is taken as OpenAI's API takes it, and whether there is a question in it no schema says.
OF_OPENAI = ("/v1/chat/completions", "/v1/responses")
WHAT_IS_TAKEN = [schemathesis.checks.positive_data_acceptance, schemathesis.checks.negative_data_rejection]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("path", OPERATIONS)
def test_every_route_keeps_to_its_description(api_schema, path, mode):
    for method in sorted(OPERATIONS[path]):
        check(api_schema[path][method], mode, 5)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("path", OPERATIONS)
def test_every_route_keeps_to_its_description_whatever_is_sent(api_schema, path, mode):
    for method in sorted(OPERATIONS[path]):
        check(api_schema[path][method], mode, 500)
