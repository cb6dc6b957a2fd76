"""What a model made of every token of a text, in one pass with the text's vector."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class TokenStates:
    """The last layer of a model over one text: the prompt before it and the model's own marks are left out.

    `matrix` is float32 of shape (tokens, d), neither centred nor of unit length; row n belongs to the characters
    `text[offsets[n, 0]:offsets[n, 1]]`. `vector` is the vector of the text from the same pass, prompt and marks
    included: the row that `embed_passages` or `embed_queries` gives. What lies beyond the model's limit has no rows.
    """

    vector: np.ndarray
    matrix: np.ndarray
    offsets: np.ndarray


def token_states(
    text: str, prompt: str, vector: np.ndarray, matrix: np.ndarray, offsets: Sequence[tuple[int, int]]
) -> TokenStates:
    """Keep the tokens that are the text's own; `offsets` count from the beginning of the prompt."""
    # A tokenizer counts the blank before a word to its first token, also where the blank is the prompt's.
    places = np.maximum(np.array(offsets, np.int32).reshape(-1, 2) - len(prompt), 0)
    blank = np.array([sign.isspace() for sign in text] + [False])
    while (led := blank[places[:, 0]] & (places[:, 0] < places[:, 1])).any():
        places[led, 0] += 1
    own = places[:, 0] < places[:, 1]
    return TokenStates(vector, matrix[own], places[own])
