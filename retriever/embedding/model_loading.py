"""Load models; the only module that imports sentence-transformers and torch, and only inside functions."""

import hashlib
import json
import logging
import os
import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ingest.errors import ModelError
from retriever.embedding.hub_model import HubModel
from retriever.embedding.model_folder import PASSAGE_PROMPT, QUERY_PROMPT
from retriever.embedding.sentence_embedder import Prompts, SentenceEmbedder
from retriever.embedding.weights import DEFAULT_MODEL, MANIFEST, ModelFolder, default_model_folder, hash_files

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

logger = logging.getLogger(__name__)

Precision = Literal["auto", "float32", "bfloat16"]
Role = Literal["embedding", "reader", "verifier"]

_DECISIVE = (".json", ".safetensors", ".txt", ".model")
_REFUSED = (".bin", ".pt", ".pth", ".pkl", ".ckpt", ".h5", ".msgpack")
_OTHER_ENGINES = ("onnx/", "openvino/")
_E5 = re.compile(r"(^|[-_./])e5[-_]", re.IGNORECASE)

_loaded: dict[tuple[str, str, int | None], SentenceEmbedder] = {}
_loading = threading.Lock()


def load_embedder(
    model: str | None, *, cache: Path, threads: int | None = None, precision: Precision = "auto"
) -> SentenceEmbedder:
    """Load a sentence-transformers model by name or folder, by default multilingual-e5-small.

    A process keeps what it has loaded, so a second call costs the check of the files only.

    Args:
        model: A folder, or a name that sentence-transformers knows; None or "multilingual-e5-small" is the default.
        cache: Where the default model is unpacked.
        threads: How many cores to use; None for all of them.
        precision: What to compute in; "auto" is bfloat16 where the processor has instructions for it.
    """
    with _loading:
        prepare_environment()
        folder = default_model_folder(cache) if model in (None, "", DEFAULT_MODEL) else named_model_folder(model)
        key = (f"{folder.path}@{digest(folder.files)}", precision, threads)
        if key not in _loaded:
            _loaded[key] = _load(folder, threads=threads, precision=precision)
        return _loaded[key]


def fingerprint(folder: ModelFolder, prompts: Prompts) -> str:
    """Name the vectors that a model makes: two embedders with one fingerprint may share a catalogue.

    The precision is left out, because float32 and bfloat16 rank alike: a catalogue may move to another processor.
    """
    return f"{folder.name}@{digest({**folder.files, 'query': prompts.query, 'passage': prompts.passage})[:16]}"


def prepare_environment() -> None:
    """Set what the libraries read from the environment when they are imported, unless the user has."""
    # A user who wants a model fetched sets HF_HUB_OFFLINE=0.
    offline = os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_OFFLINE", offline)
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # Threads that wait by spinning take the cores from whoever they wait for, as soon as another program wants one.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # A kernel is kept for every shape that was met, by default a thousand of them.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "128")


def _load(folder: ModelFolder, *, threads: int | None, precision: Precision) -> SentenceEmbedder:
    import torch
    from threadpoolctl import threadpool_limits

    # Numpy's own threads wait by spinning: packing the states of a passage took nine times the processor's time.
    threadpool_limits(1, user_api="blas")
    if threads is not None:
        torch.set_num_threads(threads)
    if (folder.path / MANIFEST).exists():
        return _load_shipped(folder, choose_dtype(precision))
    return _load_from_hub(folder, choose_dtype(precision))


def _load_shipped(folder: ModelFolder, dtype: "torch.dtype") -> SentenceEmbedder:
    from retriever.embedding.shipped_model import ShippedModel

    prompts = Prompts(query=QUERY_PROMPT, passage=PASSAGE_PROMPT)
    model = ShippedModel.from_folder(folder.path, dtype)
    return SentenceEmbedder(model, fingerprint=fingerprint(folder, prompts), prompts=prompts)


def _load_from_hub(folder: ModelFolder, dtype: "torch.dtype") -> SentenceEmbedder:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    try:
        model = SentenceTransformer(
            str(folder.path),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True, "dtype": dtype},
        )
    except Exception as error:
        raise ModelError(
            f"The embedding model in {folder.path} cannot be loaded: {error}. Name another one in "
            "QUOTH_EMBEDDING_MODEL, or leave that unset for the one that comes with Quoth."
        ) from error
    model.eval()
    prompts = _choose_prompts(folder.name, model)
    logger.info("Loaded %s in %s.", folder.name, dtype)
    return SentenceEmbedder(HubModel(model), fingerprint=fingerprint(folder, prompts), prompts=prompts)


def choose_dtype(precision: Precision) -> "torch.dtype":
    """Return what to compute in; "auto" is bfloat16 where the processor has instructions for it."""
    import torch

    chosen = precision == "bfloat16" or (precision == "auto" and has_bfloat16())
    return torch.bfloat16 if chosen else torch.float32


def has_bfloat16() -> bool:
    """Tell whether this processor computes in bfloat16."""
    import torch

    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


def _choose_prompts(name: str, model: "SentenceTransformer") -> Prompts:
    """Take the model's own prompts; models of the E5 family often come without a word about theirs."""
    defined = {key: text for key, text in model.prompts.items() if text}
    if defined:
        passage = next((defined[key] for key in ("passage", "document", "corpus") if key in defined), "")
        return Prompts(query=defined.get("query", ""), passage=passage)
    if _E5.search(name) and "instruct" not in name.lower():
        return Prompts(query="query: ", passage="passage: ")
    return Prompts()


def named_model_folder(model: str, *, role: Role = "embedding") -> ModelFolder:
    """Find a model by its folder or its hub name; raises ModelError when it is not there or not in safetensors."""
    path = Path(model).expanduser()
    if not path.is_dir():
        path = _find_in_hub_cache(model, role)
    files = {name: found for name, found in hash_files(path, endings=_DECISIVE).items() if _decides(name)}
    if not any(name.endswith(".safetensors") for name in files):
        found = ", ".join(sorted(file.name for file in path.iterdir() if file.suffix in _REFUSED)) or "no weights"
        raise ModelError(f"The model {model} has {found}; Quoth loads safetensors only. Convert it or name another.")
    return ModelFolder(Path(model).name, path.resolve(), files)


def _decides(name: str) -> bool:
    return name != MANIFEST and not name.startswith(_OTHER_ENGINES)


def _find_in_hub_cache(model: str, role: Role) -> Path:
    from huggingface_hub import constants, snapshot_download

    name = model if "/" in model or role != "embedding" else f"sentence-transformers/{model}"
    wanted = [f"*{ending}" for ending in _DECISIVE]
    try:
        return Path(snapshot_download(name, allow_patterns=wanted, local_files_only=constants.HF_HUB_OFFLINE))
    except Exception as error:
        raise ModelError(
            f"There is no {role} model {model} on this machine. Set QUOTH_{role.upper()}_MODEL to a model folder, "
            "leave it unset for the model that comes with Quoth, or set HF_HUB_OFFLINE=0 once to have it fetched."
        ) from error


def digest(files: Mapping[str, str]) -> str:
    """Name a model by the sha256 of its files."""
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode("utf-8")).hexdigest()
