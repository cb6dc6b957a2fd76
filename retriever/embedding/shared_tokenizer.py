"""The tokenizer of the encoder that comes with Quoth, once for all that read with it."""

from functools import lru_cache
from pathlib import Path

from tokenizers import Tokenizer


@lru_cache(maxsize=2)
def shared_tokenizer(folder: Path) -> Tokenizer:
    """Return the tokenizer of an unpacked model: there is one, which takes 280 MB and which nobody changes."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
