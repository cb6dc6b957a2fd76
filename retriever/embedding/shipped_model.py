"""The embedding model that comes with Quoth, on PyTorch alone: sentence-transformers takes seconds to import."""

import json
from collections.abc import Sequence
from pathlib import Path
from threading import Lock, Thread

import torch
from tokenizers import Encoding, Tokenizer

from retriever.embedding.bert import BertEncoder
from retriever.embedding.encoding import Encoded, Tokens, rounded, unit
from retriever.embedding.shared_tokenizer import shared_tokenizer

PADDING = 1

_setting_threads = Lock()


class ShippedModel:
    """An `EncodingModel` for a folder that `write_model_folder` has written: mean pooling, marks at both ends."""

    def __init__(self, encoder: BertEncoder, tokenizer: Tokenizer, *, max_tokens: int, threads: int) -> None:
        self.dimension = encoder.config.hidden_size
        self.max_tokens = max_tokens
        self.threads = threads
        self._encoder = encoder
        self._tokenizer = tokenizer

    @classmethod
    def from_folder(cls, folder: Path, dtype: torch.dtype) -> "ShippedModel":
        """Load the model of a folder to compute in `dtype`."""
        settings = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
        encoder = BertEncoder.from_folder(folder).to(dtype)
        threads = torch.get_num_threads()
        return cls(encoder, shared_tokenizer(folder), max_tokens=settings["max_seq_length"], threads=threads)

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the tokens of each text, as many as the model reads."""
        return [self._tokens(encoded) for encoded in self._tokenizer.encode_batch(list(texts))]

    @torch.inference_mode()
    def encode(self, batch: Sequence[Tokens]) -> Encoded:
        """Read texts together in one pass."""
        length = rounded(max(map(len, batch)), self.max_tokens)
        ids = torch.full((len(batch), length), PADDING)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = torch.tensor(tokens.inputs["input_ids"])
        lengths = torch.tensor([len(tokens) for tokens in batch]).unsqueeze(1)
        mask = torch.arange(length) < lengths
        # Without a mask where nothing is padded: the kernels are faster.
        read = self._encoder(ids, attention_mask=None if bool(mask.all()) else mask).last_hidden_state.float()
        vectors = torch.bmm(mask.unsqueeze(1).float(), read).squeeze(1) / lengths
        states = read.numpy()
        return Encoded(unit(vectors.numpy()), [states[row, : len(tokens)] for row, tokens in enumerate(batch)])

    def _tokens(self, encoded: Encoding) -> Tokens:
        ids, offsets = encoded.ids, encoded.offsets
        if len(ids) <= self.max_tokens:
            return Tokens({"input_ids": ids}, offsets, len(ids))
        kept = self.max_tokens - 1  # and the mark at the end
        return Tokens({"input_ids": [*ids[:kept], ids[-1]]}, [*offsets[:kept], offsets[-1]], len(ids))

    def begin_thread(self) -> None:
        """Give this thread one core: two threads side by side do more than two cores on each step of one."""
        with _setting_threads:
            usual = torch.get_num_threads()
            torch.set_num_threads(1)
            # The number holds for this thread, but is also what any new one begins with.
            mending = Thread(target=torch.set_num_threads, args=(usual,))
            mending.start()
            mending.join()
