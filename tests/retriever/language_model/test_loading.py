import subprocess
import sys
from pathlib import Path

import pytest

from ingest.errors import LanguageModelError
from retriever.language_model.loading import load_language_model
from retriever.language_model.local import LocalLanguageModel

PROJECT = Path(__file__).resolve().parents[3]
KEY = "sk-secret-of-mine"


@pytest.mark.parametrize("name", ["", "gpt", ":gpt", "openai:", "openai: "])
def test_a_name_that_is_none_is_told_what_a_right_one_looks_like(name):
    with pytest.raises(LanguageModelError, match=r"openai:MODEL.*local:PATH\.gguf"):
        load_language_model(name)


def test_a_provider_that_nobody_knows_is_told_what_a_right_name_looks_like():
    with pytest.raises(LanguageModelError, match=r"nobody:gpt .*openai:MODEL"):
        load_language_model("nobody:gpt", api_key=KEY)


@pytest.mark.parametrize(
    ("provider", "extra"),
    [("openai", "openai"), ("anthropic", "anthropic"), ("mistralai", "mistral"), ("ollama", "ollama")],
)
def test_a_missing_package_is_named_with_the_extra_that_has_it(provider, extra, monkeypatch):
    from langchain.chat_models import base

    base._get_chat_model_creator.cache_clear()
    monkeypatch.setitem(sys.modules, f"langchain_{provider}", None)
    with pytest.raises(LanguageModelError) as caught:
        load_language_model(f"{provider}:some", api_key=KEY)
    assert f"pip install langchain-{provider}`" in str(caught.value)
    assert f"quoth[{extra}]" in str(caught.value)


def test_a_missing_package_of_another_provider_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "langchain_groq", None)
    with pytest.raises(LanguageModelError, match="pip install langchain-groq`"):
        load_language_model("groq:some", api_key=KEY)


@pytest.mark.parametrize(
    ("provider", "variable"),
    [("openai", "OPENAI_API_KEY"), ("anthropic", "ANTHROPIC_API_KEY"), ("mistralai", "MISTRAL_API_KEY")],
)
def test_a_missing_key_is_an_error_that_says_where_to_put_it(provider, variable, monkeypatch):
    monkeypatch.delenv(variable, raising=False)
    with pytest.raises(LanguageModelError, match=f"QUOTH_LANGUAGE_MODEL_KEY, or {variable}"):
        load_language_model(f"{provider}:some")


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8080", "ftp://127.0.0.1", "http://", "http://127.0.0.1:port", "file:///etc"]
)
def test_an_address_that_is_none_is_told_what_a_right_one_looks_like(url):
    with pytest.raises(LanguageModelError, match=r"http://127\.0\.0\.1:8080/v1"):
        load_language_model("openai:some", base_url=url)


@pytest.mark.parametrize("key", ["sk-secret\n", "sk-sécret"])
def test_a_key_that_cannot_be_one_is_an_error_that_does_not_show_it(key):
    with pytest.raises(LanguageModelError, match="QUOTH_LANGUAGE_MODEL_KEY") as caught:
        load_language_model("openai:some", api_key=key)
    assert "secret" not in str(caught.value)


def test_a_local_file_becomes_a_local_model(tmp_path, monkeypatch):
    pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "small.gguf").write_bytes(b"GGUF and more")
    model = load_language_model("local:~/small.gguf", threads=1)
    assert isinstance(model, LocalLanguageModel)
    assert model.name == "local:small.gguf"


def test_a_local_file_that_is_not_there_is_an_error_that_says_how_to_get_one(tmp_path):
    with pytest.raises(LanguageModelError, match="quoth models pull"):
        load_language_model(f"local:{tmp_path / 'small.gguf'}")


def test_a_local_file_of_another_kind_is_an_error(tmp_path):
    (tmp_path / "small.gguf").write_text("<html>")
    with pytest.raises(LanguageModelError, match="is no GGUF file"):
        load_language_model(f"local:{tmp_path / 'small.gguf'}")


def test_a_missing_xllamacpp_is_an_error_that_says_how_to_install_it(tmp_path, monkeypatch):
    (tmp_path / "small.gguf").write_bytes(b"GGUF and more")
    monkeypatch.setattr("retriever.language_model.local.find_spec", lambda _: None)
    with pytest.raises(LanguageModelError, match="pip install xllamacpp"):
        load_language_model(f"local:{tmp_path / 'small.gguf'}")


def test_importing_the_module_imports_no_heavy_library():
    heavy = "langchain", "langchain_core", "xllamacpp", "torch"
    command = (
        f"import sys, retriever.language_model.loading; print([name for name in {heavy!r} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert run.stdout.strip() == "[]"
