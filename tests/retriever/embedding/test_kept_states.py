import numpy as np
import pytest

from retriever.embedding.kept_states import DIMENSIONS, Projection, pack_states, telling_rows, unpack_states
from retriever.embedding.token_states import TokenStates

TEXT = "De bakkers van Tiel kregen meel."


def states_of(text, pieces, *, dimension=384, seed=1):
    """Return states drawn at random for pieces of a text, which stand there in this order."""
    offsets, position = [], 0
    for piece in pieces:
        start = text.index(piece, position)
        position = start + len(piece)
        offsets.append((start, position))
    matrix = np.random.default_rng(seed).normal(size=(len(pieces), dimension)).astype(np.float32)
    return TokenStates(np.zeros(dimension, np.float32), matrix, np.array(offsets, np.int32).reshape(-1, 2))


def test_words_that_tell_something_are_kept_in_all_their_pieces():
    pieces = ["De", "bak", "kers", "van", "Tiel", "kregen", "meel", "."]
    rows = telling_rows(TEXT, states_of(TEXT, pieces).offsets)
    assert [pieces[row] for row in rows] == ["bak", "kers", "Tiel", "kregen", "meel"]


def test_a_text_of_small_words_alone_keeps_these():
    text = "Wie is het?"
    assert telling_rows(text, states_of(text, ["Wie", "is", "het", "?"]).offsets).tolist() == [0, 1, 2]


@pytest.mark.parametrize("text", ["", "?!"])
def test_a_text_without_words_keeps_nothing(text):
    packed = pack_states(states_of(text, list(text)), text, Projection.for_model("other", 384))
    assert unpack_states(packed).matrix.shape == (0, DIMENSIONS)


def test_what_is_unpacked_is_near_to_what_was_packed():
    projection = Projection.for_model("other", 384)
    states = states_of(TEXT, ["bakkers", "Tiel", "meel"])
    kept = unpack_states(pack_states(states, TEXT, projection))
    wanted = projection.apply(states.matrix)
    assert kept.starts.tolist() == [TEXT.index(word) for word in ("bakkers", "Tiel", "meel")]
    assert np.abs(kept.matrix - wanted).max() <= np.abs(wanted).max() / 127


def test_a_passage_of_a_hundred_telling_tokens_takes_about_thirteen_kilobytes():
    words = [f"woord{number}" for number in range(100)]
    text = " ".join(words)
    assert len(pack_states(states_of(text, words), text, Projection.for_model("other", 384))) == 100 * (128 + 2) + 8


@pytest.mark.parametrize("dimension", [64, 384])
def test_another_model_gets_a_rotation_that_keeps_lengths_as_far_as_it_goes(dimension):
    axes = Projection.for_model("other", dimension).axes
    assert axes.shape == (dimension, min(dimension, DIMENSIONS))
    assert np.allclose(axes.T @ axes, np.eye(axes.shape[1]), atol=1e-5)


@pytest.mark.real
def test_the_model_that_comes_with_quoth_has_a_projection_of_its_own(real_embedder):
    projection = Projection.for_model(real_embedder.fingerprint, real_embedder.dimension)
    assert np.linalg.norm(projection.centre) > 0
    (bread, king) = real_embedder.passage_states(["Zij kregen brood.", "Zij kregen een koning."])
    near, far = (
        unpack_states(pack_states(one, text, projection))
        for one, text in ((bread, "Zij kregen brood."), (king, "Zij kregen een koning."))
    )
    loaf = projection.apply(real_embedder.query_states(["Wie kreeg brood?"])[0].matrix)[-2]
    assert (near.matrix @ loaf).max() > (far.matrix @ loaf).max()
