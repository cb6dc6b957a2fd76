from pathlib import Path

import pytest
from pydantic import ValidationError

from ingest.errors import QuothError
from retriever.settings import Settings


def test_without_an_environment_the_settings_are_the_defaults(monkeypatch, tmp_path):
    monkeypatch.delenv("QUOTH_HOME")
    settings = Settings.from_environment()
    assert (settings.host, settings.port, settings.api_key) == ("127.0.0.1", 8000, None)
    assert (settings.embedding_model, settings.max_file_mb, settings.threads) == (None, 200, None)
    assert settings.home.name == "quoth"
    assert settings.home.is_relative_to(tmp_path)


@pytest.mark.parametrize(
    ("variable", "value", "name", "expected"),
    [
        ("QUOTH_HOME", "/srv/texts", "home", Path("/srv/texts")),
        ("QUOTH_EMBEDDING_MODEL", "some-model", "embedding_model", "some-model"),
        ("QUOTH_LANGUAGE_MODEL", "openai:some-model", "language_model", "openai:some-model"),
        ("QUOTH_LANGUAGE_MODEL_URL", "http://127.0.0.1:8080/v1", "language_model_url", "http://127.0.0.1:8080/v1"),
        ("QUOTH_HOST", "0.0.0.0", "host", "0.0.0.0"),
        ("QUOTH_PORT", "9000", "port", 9000),
        ("QUOTH_PORT", "0", "port", 0),
        ("QUOTH_PORT", "65535", "port", 65535),
        ("QUOTH_API_KEY", "geheim", "api_key", "geheim"),
        ("QUOTH_MAX_FILE_MB", "2", "max_file_bytes", 2_000_000),
        ("QUOTH_MAX_CHARACTERS", "1000", "max_characters", 1000),
        ("QUOTH_THREADS", "3", "threads", 3),
    ],
)
def test_each_setting_is_read_from_its_variable(monkeypatch, variable, value, name, expected):
    monkeypatch.setenv(variable, value)
    assert getattr(Settings.from_environment(), name) == expected


def test_the_key_of_the_language_model_is_read_and_never_shown(monkeypatch):
    monkeypatch.setenv("QUOTH_LANGUAGE_MODEL_KEY", "geheim")
    settings = Settings.from_environment()
    assert settings.language_model_key is not None
    assert settings.language_model_key.get_secret_value() == "geheim"
    assert "geheim" not in f"{settings!r} {settings.model_dump_json()}"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("QUOTH_PORT", "http"),
        ("QUOTH_PORT", "65536"),
        ("QUOTH_PORT", "-1"),
        ("QUOTH_MAX_FILE_MB", "0"),
        ("QUOTH_THREADS", "0"),
        ("QUOTH_THREADS", "all"),
        ("QUOTH_CHROMA_URL", "127.0.0.1:8001"),
        ("QUOTH_CHROMA_URL", "https://name:word@host"),
        ("QUOTH_CHROMA_URL", "https://host/tenant-alone"),
    ],
)
def test_a_wrong_value_is_an_error_that_names_its_variable(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(QuothError, match=f"{variable}: "):
        Settings.from_environment()


def test_every_wrong_value_is_named_at_once(monkeypatch):
    monkeypatch.setenv("QUOTH_PORT", "http")
    monkeypatch.setenv("QUOTH_THREADS", "0")
    with pytest.raises(QuothError, match=r"QUOTH_PORT: .*QUOTH_THREADS: "):
        Settings.from_environment()


@pytest.mark.parametrize("name", ["home", "port", "api_key", "embedding_model", "language_model_key"])
def test_an_empty_variable_counts_as_not_set(monkeypatch, name):
    monkeypatch.delenv("QUOTH_HOME")
    unset = Settings.from_environment()
    monkeypatch.setenv(f"QUOTH_{name.upper()}", "")
    assert getattr(Settings.from_environment(), name) == getattr(unset, name)


def test_a_variable_that_is_no_setting_is_passed_over(monkeypatch):
    monkeypatch.setenv("QUOTH_COLOUR", "blue")
    monkeypatch.setenv("PORT", "9")
    assert Settings.from_environment().port == 8000


def test_settings_do_not_change():
    settings = Settings.from_environment()
    with pytest.raises(ValidationError):
        settings.port = 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:8001", "http://[::1]:8001/", "https://host/tenant/database"])
def test_a_chroma_server_and_its_key_are_taken_and_the_key_is_told_to_nobody(monkeypatch, url):
    monkeypatch.setenv("QUOTH_CHROMA_URL", url)
    monkeypatch.setenv("QUOTH_CHROMA_KEY", "geheim")
    settings = Settings.from_environment()
    assert (settings.chroma_url, settings.chroma_key.get_secret_value()) == (url, "geheim")
    assert "geheim" not in f"{settings!r} {settings.model_dump_json()}"
