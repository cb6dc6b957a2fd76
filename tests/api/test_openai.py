"""Asked with the official client of OpenAI's API, over HTTP."""

import openai
import pytest

from api.app import create_app
from tests.api.conftest import AUSTRIA, POZNAN
from tests.ui.visiting import served

QUESTION = "In welk jaar werd het staatsverdrag van Oostenrijk getekend?"
KEY = "een-lange-sleutel"


@pytest.fixture
def origin(assistant):
    assistant.add_bytes("Oostenrijk 1955.txt", AUSTRIA.encode())
    assistant.add_bytes("Poznan 1956.txt", POZNAN.encode())
    with served(create_app(assistant)) as origin:
        yield origin


@pytest.fixture
def client(origin):
    with openai.OpenAI(base_url=f"{origin}/v1", api_key="none", max_retries=0) as client:
        yield client


def chat(client, *said, model="quoth", **options):
    messages = [{"role": "user", "content": words} for words in said]
    return client.chat.completions.create(model=model, messages=messages, **options)


def assert_markers_point_at_the_cited_words(text, annotations, citations, origin, assistant):
    assert annotations
    for annotation in annotations:
        number = int(text[annotation.start_index : annotation.end_index].strip("[]"))
        cited = citations[number - 1]
        assert annotation.url == origin + cited["permalink"]
        assert assistant.text(cited["document_id"], cited["start"], cited["end"]) == cited["quote"]


def test_a_chat_completion_is_the_answer_with_a_permalink_for_each_marker(client, origin, assistant):
    completion = chat(client, QUESTION)
    message = completion.choices[0].message
    answer = assistant.answer(QUESTION)
    assert (completion.object, completion.choices[0].finish_reason) == ("chat.completion", "stop")
    assert (message.content, completion.quoth["status"]) == (answer.text, answer.status)
    pointers = [annotation.url_citation for annotation in message.annotations]
    assert_markers_point_at_the_cited_words(message.content, pointers, completion.quoth["citations"], origin, assistant)
    assert completion.quoth["answer_id"] == answer.id


def test_a_stream_of_chunks_is_the_same_completion(client):
    whole = chat(client, QUESTION)
    chunks = list(chat(client, QUESTION, stream=True, stream_options={"include_usage": True}))
    choices = [chunk.choices[0] for chunk in chunks if chunk.choices]
    assert "".join(choice.delta.content or "" for choice in choices) == whole.choices[0].message.content
    assert [choice.finish_reason for choice in choices][-1] == "stop"
    assert choices[-1].delta.annotations == [one.model_dump() for one in whole.choices[0].message.annotations]
    assert {chunk.id for chunk in chunks} == {whole.id}
    assert chunks[-1].usage.total_tokens == 0


def test_a_response_and_its_stream_have_the_same_text_and_citations(client, origin, assistant):
    response = client.responses.create(model="quoth", input=QUESTION)
    (part,) = response.output[0].content
    assert response.output_text == assistant.answer(QUESTION).text
    assert_markers_point_at_the_cited_words(part.text, part.annotations, response.quoth["citations"], origin, assistant)
    with client.responses.stream(model="quoth", input=QUESTION) as stream:
        names = [event.type for event in stream]
        final = stream.get_final_response()
    assert names[0] == "response.created"
    assert names[-1] == "response.completed"
    assert "response.output_text.annotation.added" in names
    assert (final.id, final.output_text) == (response.id, response.output_text)


def test_questions_before_the_last_are_what_it_follows_on(client, assistant):
    follow_up = "En waar?"
    wanted = assistant.answer(follow_up, history=[QUESTION])
    assert wanted.receipt.resolved_question != follow_up
    assert chat(client, QUESTION, follow_up).quoth["answer_id"] == wanted.id
    first = client.responses.create(model="quoth", input=QUESTION)
    second = client.responses.create(model="quoth", input=follow_up, previous_response_id=first.id)
    assert second.quoth["answer_id"] == wanted.id


def test_parts_of_text_are_read_and_what_a_system_says_is_not(client, assistant):
    messages = [
        {"role": "system", "content": "Answer like a pirate."},
        {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
    ]
    completion = client.chat.completions.create(model="quoth-quotations", messages=messages, temperature=0.3)
    assert completion.quoth["answer_id"] == assistant.answer(QUESTION, prose=False).id


def test_the_models_are_listed(client):
    assert [model.id for model in client.models.list()] == ["quoth", "quoth-quotations"]
    assert client.models.retrieve("quoth").owned_by == "quoth"


def test_what_cannot_be_asked_is_an_error_as_the_client_knows_it(client):
    with pytest.raises(openai.NotFoundError) as unknown:
        chat(client, QUESTION, model="gpt-4")
    assert (unknown.value.code, unknown.value.type) == ("model_not_found", "invalid_request_error")
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-4")
    with pytest.raises(openai.UnprocessableEntityError) as too_long:
        chat(client, "waarom " * 500)
    assert too_long.value.code == "invalid_question"
    with pytest.raises(openai.UnprocessableEntityError):
        client.chat.completions.create(model="quoth", messages=[{"role": "system", "content": "x"}])
    with pytest.raises(openai.NotFoundError):
        client.responses.create(model="quoth", input=QUESTION, previous_response_id="resp_0")
    with pytest.raises(openai.UnprocessableEntityError):
        chat(client, "…", stream=True)


def test_an_error_on_the_way_ends_the_stream_as_an_error(client, assistant, monkeypatch):
    def failing(*_, **__):
        yield next(iter(whole))
        raise OSError("the disk is gone")

    whole = list(assistant.stream_answer(QUESTION))
    monkeypatch.setattr(assistant, "stream_answer", failing)
    with pytest.raises(openai.APIError, match="Something went wrong inside Quoth") as error:
        list(chat(client, QUESTION, stream=True))
    assert "disk" not in str(error.value)


def test_a_key_of_the_server_is_the_key_of_the_client(assistant):
    with served(create_app(assistant, api_key=KEY)) as origin:
        with openai.OpenAI(base_url=f"{origin}/v1", api_key=KEY, max_retries=0) as client:
            assert len(list(client.models.list())) == 2
        stranger = openai.OpenAI(base_url=f"{origin}/v1", api_key="wrong", max_retries=0)
        with stranger, pytest.raises(openai.AuthenticationError):
            stranger.models.list()
