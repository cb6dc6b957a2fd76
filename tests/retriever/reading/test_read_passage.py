from ingest.readers import read_document_bytes
from ingest.splitting.split import split_into_passages
from retriever.evidence_model.types import FoundSpan
from retriever.reading.read_passage import ReadPassage

TABLE = "# Rooms\n\n| Room | Seats |\n|---|---|\n| Rowan | 31 |\n| Alder | 17 |\n"
ENTRIES = "KEES: Het begon op een maandag.\n\nAN: Nee. Het was dinsdag.\n\nKEES: Goed dan.\n"


def sentences_of(name, text):
    return split_into_passages(read_document_bytes(name, text.encode())).sentences


def found(passage, words, margin):
    """Find words in the ranges that have them, nothing in the others."""
    spans = []
    for place in passage.text.sentences:
        at = passage.text.text.find(words, place.start, place.end)
        spans.append(FoundSpan(type(place)(at, at + len(words)), margin) if at >= 0 else FoundSpan(place, -9.0))
    return passage.found(spans)


def test_a_row_is_read_with_the_names_of_its_columns_and_its_words_are_found_again():
    sentences = sentences_of("a.md", TABLE)
    passage = ReadPassage.of(sentences)
    assert "Room: Rowan, Seats: 31." in passage.text.text
    best = found(passage, "31", 5.0)[2]
    assert sentences[2].search_text[best.words.start : best.words.end] == "31"
    assert best.above is None


def test_words_found_in_a_label_are_those_of_the_sentences_below_it():
    sentences = sentences_of("a.txt", ENTRIES)
    passage = ReadPassage.of(sentences)
    by_text = dict(zip([one.search_text for one in sentences], found(passage, "AN:", 5.0), strict=True))
    assert (by_text["Het was dinsdag."].margin, by_text["Het was dinsdag."].above) == (5.0, 0)
    assert by_text["Goed dan."].margin == -9.0


def test_what_stands_above_in_another_passage_is_read_before_the_sentences():
    sentences = [one for one in sentences_of("a.txt", ENTRIES) if "dinsdag" in one.search_text]
    assert ReadPassage.of(sentences).text.text == "AN: Het was dinsdag."


def test_a_label_whose_sentence_is_left_out_is_read_before_the_others():
    sentences = sentences_of("a.md", "# Mills\n\nIt saws oak.\n\n## Leeuw\n\nIt grinds barley.\n")
    kept = [one for one in sentences if one.search_text != "## Leeuw"]
    passage = ReadPassage.of(kept)
    assert passage.text.text.startswith("Leeuw") or "Leeuw" in passage.text.text.split("It saws oak.")[0]
    best = dict(zip([one.search_text for one in kept], found(passage, "Leeuw", 5.0), strict=True))
    assert (best["It grinds barley."].margin, best["It saws oak."].margin) == (5.0, -9.0)
