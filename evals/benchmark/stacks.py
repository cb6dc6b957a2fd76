"""The same made texts into Quoth and into a usual LangChain stack, each in a process of its own."""

import os
import random
import resource
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from evals.benchmark.processes import alone
from evals.sets import SAMPLES
from ingest.catalogue import Catalogue
from ingest.incoming.folders import find_files
from ingest.readers import RawFile, read_document
from ingest.splitting.split import split_into_passages
from retriever.assistant import Assistant
from retriever.embedding.model_loading import load_embedder, prepare_environment
from retriever.embedding.weights import default_model_folder
from retriever.index.dense_index import DenseIndex

CHARACTERS, OVERLAP = 1000, 200
"""How long the parts are into which LangChain's tutorials cut a text, and how much two of them share."""
WARM_UP = ["Een zin om warm te lopen."] * 64


@dataclass(frozen=True, slots=True)
class IngestTime:
    """Seconds until all texts are found, and what the processor spent on it; `indexed` is when Chroma holds them."""

    seconds: float
    indexed: float
    processor: float
    parts: int


def made_texts(count: int, *, words: int = 150, seed: int = 0) -> list[str]:
    """Make texts of sentences drawn from the sample texts, so that they have the words and lengths of real ones."""
    splits = [split_into_passages(read_document(path)) for path in find_files([SAMPLES]).files]
    sentences = [sentence.search_text for split in splits for sentence in split.sentences]
    drawn, texts = random.Random(seed), []
    for number in range(count):
        text = [f"Text {number}."]
        while sum(len(sentence.split()) for sentence in text) < words:
            text.append(drawn.choice(sentences))
        texts.append(" ".join(text))
    return texts


def compare_ingest(texts: Sequence[str], cache: Path) -> dict[str, IngestTime]:
    """Put texts into both stacks, one after the other; models are loaded and warm before the time runs."""
    return {"LangChain": alone(_time_langchain, texts, cache), "Quoth": alone(_time_quoth, texts, cache)}


def _time_quoth(texts: Sequence[str], cache: Path) -> IngestTime:
    embedder = load_embedder(None, cache=cache)
    embedder.read_passages(WARM_UP)
    files = [RawFile(f"{number}.txt", text.encode()) for number, text in enumerate(texts)]
    with TemporaryDirectory() as folder:
        catalogue = Catalogue.open(Path(folder))
        catalogue.bind_model(embedder.fingerprint)
        index = DenseIndex(catalogue, Path(folder) / "index")
        with Assistant(catalogue, embedder, index, max_file_bytes=10**9) as assistant:
            started, spent = perf_counter(), _processor_seconds()
            assistant.add_files(files)
            seconds = perf_counter() - started
            index.refresh(wait=True)
            indexed = perf_counter() - started
            return IngestTime(seconds, indexed, _processor_seconds() - spent, catalogue.holdings.passages)


def _time_langchain(texts: Sequence[str], cache: Path) -> IngestTime:
    prepare_environment()
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    from langchain_chroma import Chroma
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    embeddings = HuggingFaceEmbeddings(model_name=str(default_model_folder(cache).path))
    embeddings.embed_documents(WARM_UP)
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHARACTERS, chunk_overlap=OVERLAP)
    with TemporaryDirectory() as folder:
        started, spent = perf_counter(), _processor_seconds()
        parts = [part for text in texts for part in splitter.split_text(text)]
        Chroma.from_texts(parts, embeddings, persist_directory=folder)
        seconds = perf_counter() - started
        return IngestTime(seconds, seconds, _processor_seconds() - spent, len(parts))


def _processor_seconds() -> float:
    """Return what this process and its children that have ended have spent."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
