import pytest

from retriever.prose.written import WrittenSentence, read_sentence, read_sentences


def read(text, language="nl", size=3):
    """Read a text that arrives in pieces of a few characters."""
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    return list(read_sentences(pieces, language))


TWO = [WrittenSentence("Het veer stopte in 1957.", (1,)), WrittenSentence("Veertig gezinnen leefden ervan.", (2,))]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 500])
@pytest.mark.parametrize(
    "text",
    [
        "Het veer stopte in 1957 [1]. Veertig gezinnen leefden ervan [2].",
        "Het veer stopte in 1957. [1] Veertig gezinnen leefden ervan. [2]",
        "Het veer stopte in 1957.[1] Veertig gezinnen leefden ervan.[2]\n",
        "- Het veer stopte in 1957 [1].\n- Veertig gezinnen leefden ervan [2].",
        "1. Het veer stopte in 1957 [1]\n\n2. Veertig gezinnen leefden ervan [2]".replace("]", "]."),
    ],
)
def test_sentences_are_read_with_their_numbers_however_the_pieces_fall(text, size):
    assert read(text, size=size) == TWO


def test_a_sentence_is_given_when_the_next_one_begins_and_not_before_its_numbers_are_there():
    pieces = iter(["Het veer stopte in 1957.", " [", "1", "]", " Veertig ", "gezinnen"])
    taken = []

    def watched():
        for piece in pieces:
            taken.append(piece)
            yield piece

    first = next(read_sentences(watched(), "nl"))
    assert first == TWO[0]
    assert taken[-1] == " Veertig "


def test_a_dot_in_an_abbreviation_or_a_number_ends_nothing():
    (one,) = read("Volgens dr. Jansen waren er 1.500 huizen o.a. in Marken [1].")
    assert one.numbers == (1,)


def test_several_numbers_are_read_in_the_order_of_their_first_mention():
    assert read_sentence("Het veer stopte [3], en niet vanzelf [1, 3][2].").numbers == (3, 1, 2)


def test_a_quotation_is_named_and_its_words_are_put_in_later():
    one = read_sentence("De krant schreef {{quote:2}} [1].")
    assert (one.numbers, one.quoted) == ((2, 1), (2,))
    assert one.with_quotes({2: "Het veer is weg."}) == "De krant schreef “Het veer is weg.”."


@pytest.mark.parametrize("mark", ["(inference) ", "(Inference): ", "(gevolgtrekking) "])
def test_an_inference_is_known_by_its_mark(mark):
    one = read_sentence(f"{mark}Het veer liep dus leeg [1][2].")
    assert one == WrittenSentence("Het veer liep dus leeg.", (1, 2), is_inference=True)


@pytest.mark.parametrize("size", [1, 4, 500])
def test_a_mark_of_an_inference_begins_a_sentence(size):
    one, other = read("{{quote:1}} [1]. (inference) Het veer liep dus leeg [1][2].", size=size)
    assert (one.quoted, one.is_inference) == ((1,), False)
    assert (other.text, other.is_inference) == ("Het veer liep dus leeg.", True)


def test_text_without_an_end_is_a_sentence_at_the_end():
    assert read("Het veer stopte in 1957 [1") == [WrittenSentence("Het veer stopte in 1957 [1", ())]


@pytest.mark.parametrize("text", ["", "  \n \n", "\n"])
def test_nothing_is_no_sentence(text):
    assert read(text) == []


def test_a_line_end_ends_a_sentence_without_a_stop():
    assert [one.text for one in read("Het veer stopte [1]\nVeertig gezinnen [2]")] == [
        "Het veer stopte",
        "Veertig gezinnen",
    ]
