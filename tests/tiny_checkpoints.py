"""Checkpoints as others publish them, with random weights and a tokenizer that splits at blanks and signs."""

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForQuestionAnswering,
    BertForSequenceClassification,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForQuestionAnswering,
    RobertaForSequenceClassification,
)

WORDS = (
    "how many sacks of flour did the bakers get who spoke in hall about weather received twelve then wilson to them "
    "herring barrels forty sailors hull hoeveel zakken meel kregen de van twaalf . ? , 1955 1956 not"
)
MARKS = {"bert": ("[CLS]", "[SEP]", "[PAD]", "[UNK]"), "roberta": ("<s>", "</s>", "<pad>", "<unk>")}
TOKENS = 48
SHAPE = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
KINDS = {
    ("bert", "reading"): BertForQuestionAnswering,
    ("bert", "classifying"): BertForSequenceClassification,
    ("bert", "filling in"): BertForMaskedLM,
    ("roberta", "reading"): RobertaForQuestionAnswering,
    ("roberta", "classifying"): RobertaForSequenceClassification,
}


def write_checkpoint(folder: Path, task: str, *, family: str = "bert", labels: tuple[str, ...] = ()) -> Path:
    """Write a checkpoint for a task, "reading", "classifying" or "filling in"; the same every time."""
    tokenizer = _tokenizer(family)
    labels = labels or (("score",) if task == "classifying" else ("LABEL_0", "LABEL_1"))
    config: dict[str, Any] = SHAPE | {
        "vocab_size": len(tokenizer),
        "pad_token_id": tokenizer.pad_token_id,
        "id2label": dict(enumerate(labels)),
        "label2id": {label: place for place, label in enumerate(labels)},
        "initializer_range": 0.6,  # far apart, so that logits differ
        # RoBERTa counts its positions from one past the padding
        "max_position_embeddings": TOKENS + 2,
    }
    torch.manual_seed(7)
    kind = KINDS[family, task]
    model = kind((BertConfig if family == "bert" else RobertaConfig)(**config)).eval()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _tokenizer(family: str) -> PreTrainedTokenizerFast:
    begin, end, padding, unknown = MARKS[family]
    # As in the published families: RoBERTa's padding is token 1, and a pair has two marks between its halves.
    marks = [begin, padding, end, unknown]
    tokenizer = Tokenizer(
        models.WordLevel({word: place for place, word in enumerate([*marks, *WORDS.split(" ")])}, unknown)
    )
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation()])
    between = f"{end} {end}" if family == "roberta" else end
    second = 0 if family == "roberta" else 1
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {between} $B:{second} {end}:{second}",
        special_tokens=[(begin, 0), (end, 2)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        cls_token=begin,
        sep_token=end,
        pad_token=padding,
        unk_token=unknown,
        model_max_length=TOKENS,
        model_input_names=["input_ids", "attention_mask"] + ["token_type_ids"] * (family == "bert"),
    )
