"""From the name of a language model to the model, remote or local."""

import os
import re
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx

from ingest.errors import LanguageModelError
from retriever.language_model.local import load_local_model
from retriever.language_model.remote import RemoteLanguageModel
from retriever.language_model.types import LanguageModel

SECONDS_OF_SILENCE = 60.0
"""A server that says nothing for so long is given up, even where nobody sets a shorter limit."""

CONNECT_SECONDS = 5.0
RETRIES = 1

EXTRAS = {"openai": "openai", "anthropic": "anthropic", "ollama": "ollama", "mistralai": "mistral"}
"""Quoth's extra that installs what a provider needs."""

KEY_VARIABLES = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY", "mistralai": "MISTRAL_API_KEY"}
"""Where LangChain looks for a key when it is given none."""

_SHAPES = "It should be like openai:MODEL, anthropic:MODEL, mistralai:MODEL, ollama:MODEL or local:PATH.gguf."
_INSTALL = re.compile(r"`pip install ([^`]+)`")


def load_language_model(
    name: str, *, base_url: str | None = None, api_key: str | None = None, threads: int | None = None
) -> LanguageModel:
    """Load a language model by its name; no server is asked yet, and of a local file only the first bytes are read.

    Args:
        name: "provider:model" for one of LangChain's chat models, or "local:" and the path of a GGUF file.
        base_url: Where the server is, for example http://127.0.0.1:8080/v1; None for the provider's own.
        api_key: The key; None for the one in the provider's own variable, which goes to the provider's own server only.
        threads: How many cores a local model uses; None for all of them.

    Raises:
        LanguageModelError: the name is none, or a package, a key or the file is missing.
    """
    provider, _, model = name.strip().partition(":")
    if not provider or not model.strip():
        raise LanguageModelError(f"{name!r} does not name a language model. {_SHAPES}")
    if provider == "local":
        return load_local_model(Path(model).expanduser(), threads=threads)
    if base_url is not None:
        base_url = _read_address(base_url)
    if api_key is not None and not (api_key.isascii() and api_key.isprintable()):
        raise LanguageModelError("QUOTH_LANGUAGE_MODEL_KEY holds a character that no key can have. Set it again.")
    return _load_remote(provider.lower(), model, base_url=base_url, api_key=api_key)


def _read_address(url: str) -> str:
    problem = "QUOTH_LANGUAGE_MODEL_URL is not the address of a server. It should be like http://127.0.0.1:8080/v1."
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        raise LanguageModelError(problem) from None
    if address.scheme not in ("http", "https") or not address.host:
        raise LanguageModelError(problem)
    return str(address)


def _load_remote(provider: str, model: str, *, base_url: str | None, api_key: str | None) -> RemoteLanguageModel:
    variable = KEY_VARIABLES.get(provider)
    if variable and base_url is None and api_key is None and not os.environ.get(variable):
        raise LanguageModelError(f"{provider} wants a key: set QUOTH_LANGUAGE_MODEL_KEY, or {variable}.")
    client = _open_client(base_url, api_key) if provider == "openai" else None
    arguments = _arguments(provider, base_url, api_key)
    if client is not None:
        arguments["http_client"] = client
    try:
        from langchain.chat_models import init_chat_model

        chat_model = init_chat_model(model, model_provider=provider, **arguments)
    except ImportError as error:
        raise LanguageModelError(_describe_missing(provider, error)) from error
    except Exception as error:  # noqa: BLE001  each provider's package has errors of its own
        # Not `from error`: what they say of their arguments may hold the key.
        raise LanguageModelError(
            f"{provider}:{model} cannot be used as a language model ({type(error).__name__}). {_SHAPES}"
        ) from None
    return RemoteLanguageModel(chat_model, provider=provider, model=model, base_url=base_url, client=client)


def _arguments(provider: str, base_url: str | None, api_key: str | None) -> dict[str, Any]:
    """Return what a provider's chat model is made with; each package has names of its own."""
    given: dict[str, Any] = {"temperature": 0}
    if base_url is not None:
        given["base_url"] = base_url
    if provider == "ollama":
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        return given | {"client_kwargs": {"timeout": SECONDS_OF_SILENCE, "headers": headers}}
    given["max_retries"] = RETRIES
    if provider == "openai":
        # A server of one's own that wants no key still gets one: the package does not do without.
        key = api_key or (None if base_url is None else "none")
        timeout = httpx.Timeout(SECONDS_OF_SILENCE, connect=CONNECT_SECONDS)
        given |= {"timeout": timeout, "stream_usage": True} | ({"api_key": key} if key else {})
        return given
    return given | {"timeout": int(SECONDS_OF_SILENCE)} | ({"api_key": api_key} if api_key else {})


def _open_client(base_url: str | None, api_key: str | None) -> httpx.Client:
    """Open a client that follows no redirect, so that nothing reaches a server that nobody named."""
    return httpx.Client(
        headers={"Authorization": f"Bearer {api_key}"} if api_key else {},
        timeout=httpx.Timeout(SECONDS_OF_SILENCE, connect=CONNECT_SECONDS),
        # A proxy of the environment cannot see what listens on this machine only.
        trust_env=base_url is None or not _is_loopback(httpx.URL(base_url).host),
        follow_redirects=False,
    )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _describe_missing(provider: str, error: ImportError) -> str:
    if extra := EXTRAS.get(provider):
        package = f"langchain-{provider}"
        return f"{provider} needs a package: `pip install {package}`, or install Quoth with it as `quoth[{extra}]`."
    found = _INSTALL.search(str(error))
    return f"{provider} needs a package: `pip install {found[1] if found else f'langchain-{provider}'}`."
