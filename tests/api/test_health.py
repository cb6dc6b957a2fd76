from importlib.metadata import version

from starlette.testclient import TestClient

from api.app import create_app
from retriever.evidence_model.evidence_models import EvidenceModels
from tests.fakes import NumberVerifier, ScriptedLanguageModel

HOSTS = {"testserver"}
QUESTION = "Op welke dag werd in Wenen het staatsverdrag van Oostenrijk getekend?"


def test_a_server_with_its_assistant_is_alive_and_ready(client, austria, check_shape):
    assert client.get("/v1/health").json() == {"status": "ok", "version": version("quoth")}
    ready = client.get("/v1/ready")
    check_shape("readiness", ready.json())
    assert (ready.status_code, ready.json()["documents"]) == (200, 1)


def test_a_server_without_its_own_models_is_degraded_and_names_no_folder(make_assistant):
    assistant = make_assistant(EvidenceModels(trouble="The weights in /secret/folder are damaged."))
    with TestClient(create_app(assistant, allowed_hosts=HOSTS)) as client:
        assert client.get("/v1/health").json()["status"] == "degraded"
        ready = client.get("/v1/ready")
    assert (ready.status_code, ready.json()["status"], ready.json()["verifier"]) == (200, "degraded", None)
    assert "`quoth doctor` says why" in ready.json()["detail"]
    assert "secret" not in ready.text


def test_a_server_whose_full_text_index_broke_says_so_and_answers(client, assistant, austria, monkeypatch):
    monkeypatch.setattr("ingest.catalogue.upkeep.QUIET_SECONDS", 60)
    with assistant.catalogue._connections.writing() as connection:
        connection.execute("UPDATE passage_words_data SET block = x'00' WHERE id > 10")
    answered = client.post("/v1/answers", json={"question": QUESTION})
    assert (answered.status_code, answered.json()["status"]) == (200, "answered")
    for path in ("/v1/health", "/v1/ready"):
        assert client.get(path).json()["status"] == "rebuilding"
    assistant.catalogue.erase_removed()
    for path in ("/v1/health", "/v1/ready"):
        assert client.get(path).json()["status"] == "ok"
    assert client.post("/v1/search", json={"query": '"staatsverdrag"'}).json()["hits"]


def test_a_ready_server_names_its_reader_and_its_verifier(make_assistant):
    with TestClient(
        create_app(make_assistant(EvidenceModels(verifier=NumberVerifier())), allowed_hosts=HOSTS)
    ) as client:
        ready = client.get("/v1/ready").json()
    assert (ready["status"], ready["reader"], ready["verifier"], ready["detail"]) == (
        "ok",
        "signs-2",
        "numbers",
        None,
    )


def test_a_ready_server_names_its_language_model(make_assistant):
    models = EvidenceModels(language_model=ScriptedLanguageModel([]))
    with TestClient(create_app(make_assistant(models), allowed_hosts=HOSTS)) as client:
        assert client.get("/v1/ready").json()["language_model"] == "scripted"
