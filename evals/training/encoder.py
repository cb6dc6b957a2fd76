"""The encoder as transformers builds it: it learns, which the one that only reads does not."""

from pathlib import Path

import torch
from torch import nn
from transformers import BertConfig, BertModel
from transformers.utils import logging as transformers_logging

from retriever.evidence_model.network import SEGMENTS, EvidenceNetwork


def build_trainable(folder: Path, *, device: torch.device) -> EvidenceNetwork:
    """Build the network on an unpacked encoder, with untrained heads.

    On a CPU the plain form of attention learns faster than the fused one; on a GPU it is the other way round.
    """
    transformers_logging.disable_progress_bar()
    config = BertConfig.from_pretrained(folder)
    config.attention_probs_dropout_prob = config.hidden_dropout_prob = 0.0
    encoder = BertModel.from_pretrained(
        folder,
        config=config,
        add_pooling_layer=False,
        attn_implementation="eager" if device.type == "cpu" else "sdpa",
        dtype=torch.float32,
        local_files_only=True,
    )
    types = nn.Embedding(SEGMENTS, config.hidden_size)
    with torch.no_grad():
        types.weight.copy_(encoder.embeddings.token_type_embeddings.weight[:1].expand(SEGMENTS, -1))
    encoder.embeddings.token_type_embeddings = types
    return EvidenceNetwork(encoder)
