"""A language model in this process: a GGUF file, run by llama.cpp through xllamacpp."""

import atexit
import queue
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from ingest.errors import LanguageModelError
from retriever.language_model.types import PromptMessage, Usage, Writing

CONTEXT_TOKENS = 4096

TOKENS_PER_STEP = 128
"""So many tokens of a prompt are read before the library can be stopped: four seconds for 1.5B on two cores."""

KEPT_PROMPTS_MB = 256
"""Room for prompts read before; the library takes 8 GB by default. A thousand tokens of a 1.5B model are 30 MB."""

_MAGIC = b"GGUF"


class Server(Protocol):
    """What is used of `xllamacpp.Server`: it calls back with each piece, and stops when the callback returns True."""

    def handle_chat_completions(self, request: dict[str, Any], callback: Callable[[dict[str, Any]], bool], /) -> None:
        """Write a reply."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    path: Path
    threads: int | None
    server: Server


# The library keeps state of the whole process, so there is one server at a time, and it writes one reply at a time.
_turn = threading.Lock()
_loaded: _Loaded | None = None
_writing: "_Pieces | None" = None


class LocalLanguageModel:
    """A `LanguageModel` in a GGUF file; it is loaded when it first writes or is checked."""

    def __init__(self, path: Path, *, threads: int | None = None) -> None:
        self.name = f"local:{path.name}"
        self._path = path
        self._threads = threads

    def write(self, messages: Sequence[PromptMessage], *, max_tokens: int) -> Writing:
        """Write when the first piece is asked for and other replies are done; `close` works from any thread.

        A closed reply ends at its next token, or within 128 tokens of the prompt; the next one waits for that.
        """
        usage = Usage()
        return Writing(_Pieces(self, chat_request(messages, max_tokens=max_tokens), usage), usage)

    def check(self) -> None:
        """Load the file, if it is not loaded; raises LanguageModelError when it cannot be."""
        if not self.is_loaded:
            with _turn:
                self.server()

    def close(self) -> None:
        """Stop what is being written and give back the memory."""
        if self.is_loaded:
            unload()

    @property
    def is_loaded(self) -> bool:
        """Tell whether the file is in memory."""
        loaded = _loaded
        return loaded is not None and (loaded.path, loaded.threads) == (self._path, self._threads)

    def server(self) -> Server:
        """Return the server of this file, in place of that of any other; only for who has the turn."""
        global _loaded
        if _loaded is None or not self.is_loaded:
            _loaded = None  # before the next one is loaded, so that never two are in memory
            _loaded = _Loaded(self._path, self._threads, start_server(self._path, self._threads))
        return _loaded.server


class _Pieces(Iterator[str]):
    """The pieces of one reply; the library writes in a thread, because its call returns only at the end."""

    def __init__(self, model: LocalLanguageModel, request: dict[str, Any], usage: Usage) -> None:
        self._model = model
        self._request = request
        self._usage = usage
        self._queue: queue.SimpleQueue[str | LanguageModelError | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._failure: LanguageModelError | None = None
        self._ended = False

    def __next__(self) -> str:
        if self._stopped.is_set():
            raise StopIteration
        if self._thread is None:
            self._thread = threading.Thread(target=self._write, name="local-language-model", daemon=True)
            self._thread.start()
        piece = self._queue.get()
        if isinstance(piece, str):
            return piece
        self._stopped.set()
        if piece is None:
            raise StopIteration
        raise piece

    def close(self) -> None:
        """Stop the model; does not wait for it."""
        self._stopped.set()
        self._queue.put(None)  # wakes who waits for a piece

    def _write(self) -> None:
        global _writing
        try:
            with _turn:
                if self._stopped.is_set():
                    return
                server = self._model.server()
                _writing = self
                try:
                    server.handle_chat_completions(self._request, self._take)
                finally:
                    _writing = None
            if self._failure is None and not self._ended and not self._stopped.is_set():
                self._failure = LanguageModelError(f"{self._model.name} broke off in the middle of its reply.")
        except LanguageModelError as error:
            self._failure = error
        except Exception as error:  # noqa: BLE001  whatever it is, the reader must hear of it
            self._failure = LanguageModelError(f"{self._model.name} could not write: {error}.")
        finally:
            self._queue.put(self._failure)

    def _take(self, chunk: Mapping[str, Any]) -> bool:
        """Take what the library calls back with, and say whether to stop; an exception here would be lost."""
        if error := chunk.get("error"):
            message = error.get("message") if isinstance(error, Mapping) else error
            self._failure = LanguageModelError(f"{self._model.name} could not write: {message}.")
            return True
        for choice in chunk.get("choices", ()):
            self._ended = self._ended or choice.get("finish_reason") is not None
            if text := choice.get("delta", {}).get("content"):
                self._queue.put(text)
        note_usage(chunk.get("usage"), self._usage)
        return self._stopped.is_set()


def load_local_model(path: Path, *, threads: int | None = None) -> LocalLanguageModel:
    """Make a model of a GGUF file; raises LanguageModelError when that or the package to run it is not there."""
    try:
        with path.open("rb") as file:
            begins = file.read(len(_MAGIC))
    except OSError as error:
        raise LanguageModelError(
            f"There is no language model in {path} ({error.strerror}). Set QUOTH_LANGUAGE_MODEL to local: and the path "
            "of a GGUF file; `quoth models pull` fetches one."
        ) from error
    if begins != _MAGIC:
        raise LanguageModelError(f"{path} is no GGUF file. `quoth models pull` fetches one.")
    if find_spec("xllamacpp") is None:
        raise LanguageModelError(
            "A local language model needs a package: `pip install xllamacpp`, or install Quoth as `quoth[local]`."
        )
    return LocalLanguageModel(path.resolve(), threads=threads)


def chat_request(messages: Sequence[PromptMessage], *, max_tokens: int) -> dict[str, Any]:
    """Return what the library is asked, in the words of the OpenAI protocol and a few of its own."""
    return {
        "messages": [{"role": message.role, "content": message.text} for message in messages],
        "max_tokens": max_tokens,
        "temperature": 0,
        "seed": 0,
        "cache_prompt": True,
        "stream": True,
        "stream_options": {"include_usage": True},
        "return_progress": True,  # calls back while the prompt is read, so that it can be stopped there too
        "chat_template_kwargs": {"enable_thinking": False},  # models that think first would use up their tokens
    }


def note_usage(counted: Mapping[str, Any] | None, usage: Usage) -> None:
    """Note how many tokens there were; the library says so at the end."""
    if counted is None:
        return
    usage.tokens_in = counted.get("prompt_tokens")
    usage.tokens_out = counted.get("completion_tokens")
    usage.cached = counted.get("prompt_tokens_details", {}).get("cached_tokens")


def start_server(path: Path, threads: int | None) -> Server:
    """Load a file and start the library's server, which also listens on a port of this machine, behind a secret."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.n_batch = TOKENS_PER_STEP
    parameters.cache_prompt = True
    parameters.cache_ram_mib = KEPT_PROMPTS_MB
    # Weights laid out anew are read a fifth faster; with AMX, which only a build of this machine has, that crashes.
    parameters.no_extra_bufts = "AMX_INT8 = 1" in xllamacpp.get_system_info()
    parameters.verbosity = 0
    if threads is not None:
        parameters.cpuparams.n_threads = threads
        parameters.cpuparams_batch.n_threads = threads
    # Nobody uses that port: Quoth calls the library itself. The origin is no web page's.
    parameters.api_keys = [secrets.token_urlsafe(32)]
    parameters.cors_origins = "http://127.0.0.1"
    parameters.cors_credentials = False
    parameters.ui = False
    parameters.endpoint_slots = False
    try:
        server = xllamacpp.Server(parameters)
    except Exception as error:
        raise LanguageModelError(
            f"The language model {path.name} cannot be loaded. Is the file whole, and is there memory for all of it? "
            "`quoth models pull` fetches one that is checked."
        ) from error
    atexit.register(unload)  # a thread of the library that calls back into a Python that ends would crash it
    return server


def unload() -> None:
    """Stop what is being written, wait for that, and give the memory back."""
    global _loaded
    if (writing := _writing) is not None:
        writing.close()
    with _turn:
        _loaded = None
    atexit.unregister(unload)
