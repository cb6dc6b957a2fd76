from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.blocks.structure import find_structure
from ingest.cleaning.search_view import SearchView
from ingest.readers import read_document, read_document_bytes
from ingest.splitting.split import split_into_passages
from ingest.types import Document

SOURCES = Path(__file__).parents[4] / "shared" / "sources"
SENTENCE = "De commissie van het kleine land vergaderde ook die dag weer lang over het plan."
ENGLISH = "The committee of the small country met again that day and talked at length about the plan."

texts = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=300),
    st.lists(
        st.sampled_from(
            [
                SENTENCE,
                "# Kop",
                "\n\n",
                "\n",
                "\r\n",
                "Kort.",
                "bevol-\nking",
                "jaren.3",
                "\f",
                "- punt",
                "👍🏽",
                "e\u0308",
            ]
        ),
        max_size=80,
    ).map(" ".join),
)


def document_of(text, *, name="tekst.md", language="nl"):
    return Document("d" * 64, "Titel", name, "text/markdown; charset=utf-8", language, text, "s" * 64)


def passages_of(text):
    return split_into_passages(document_of(text)).passages


def words(passage):
    return len(passage.search_text.split())


@given(texts)
@settings(max_examples=200, deadline=None)
def test_spans_are_right_and_everything_is_covered(text):
    split = split_into_passages(document_of(text))
    view = SearchView.from_edits(text, split.edits)
    aside = find_structure(text, "text/markdown").aside
    left = "".join(" " if any(span.start <= at < span.end for span in aside) else sign for at, sign in enumerate(text))
    position = 0
    for passage in split.passages:
        assert text[passage.start : passage.end] == passage.text
        assert view.slice(passage.start, passage.end) == passage.search_text
        assert left[position : passage.start].strip() == ""
        position = passage.end
        inside = [sentence for sentence in split.sentences if sentence.passage_id == passage.id]
        assert (inside[0].start, inside[-1].end) == (passage.start, passage.end)
    assert left[position:].strip() == ""
    assert [s.start for s in split.sentences] == sorted(s.start for s in split.sentences)
    for sentence in split.sentences:
        assert sentence.search_text == view.slice(sentence.start, sentence.end)
    assert {s.passage_id for s in split.sentences} == {p.id for p in split.passages}
    assert split_into_passages(document_of(text)) == split


def test_ids_are_the_content():
    passage = passages_of(SENTENCE)[0]
    assert passage.id == sha256(f"{'d' * 64}:0:{len(SENTENCE)}:{SENTENCE}".encode()).hexdigest()


def test_a_long_paragraph_is_packed_into_even_passages():
    lengths = [words(passage) for passage in passages_of(" ".join([SENTENCE] * 60))]
    assert all(120 <= length <= 220 for length in lengths)
    assert sum(lengths) == 60 * len(SENTENCE.split())


def test_passages_begin_with_paragraphs_where_that_can_be():
    paragraph = " ".join([SENTENCE] * 5)
    text = "\n\n".join([paragraph] * 12)
    for passage in passages_of(text):
        assert passage.start == 0 or text[passage.start - 2 : passage.start] == "\n\n"
        assert 120 <= words(passage) <= 220


def test_a_short_tail_joins_the_passage_before_it():
    assert len(passages_of(" ".join([SENTENCE] * 14) + " Kort einde.")) == 1


def test_a_heading_begins_a_passage_and_is_recorded():
    text = f"Vooraf.\n\n# De rede\n\n{SENTENCE}\n\n## Daarna ##\n{SENTENCE} {SENTENCE}\n"
    passages = passages_of(text)
    assert [passage.heading for passage in passages] == [None, "De rede", "Daarna"]
    assert passages[1].text.startswith("# De rede") and passages[1].text.endswith("plan.")


def test_headings_that_follow_each_other_stay_with_their_text():
    passages = passages_of(f"# Deel\n\n## Hoofdstuk\n\n{SENTENCE}\n\n# Slot")
    assert [passage.heading for passage in passages] == ["Hoofdstuk", "Slot"]
    assert passages[0].text.startswith("# Deel")


def test_a_heading_never_ends_a_passage_that_has_more_to_follow():
    text = "\n\n".join(f"# Kop {number}\n\n{SENTENCE * 3}" for number in range(30))
    assert all(not passage.text.rsplit("\n", 1)[-1].startswith("#") for passage in passages_of(text))


def test_a_heading_in_plain_text_begins_a_passage():
    text = f"{SENTENCE}\n\nDe opstand in Poznan\n\n{SENTENCE}\n\nNamen\nNagy\nKádár"
    assert [passage.heading for passage in passages_of(text)] == [None, "De opstand in Poznan"]


def test_the_language_is_that_of_the_passage():
    text = f"# Een\n\n{' '.join([SENTENCE] * 4)}\n\n# Two\n\n{' '.join([ENGLISH] * 4)}\n\n# Drie\n\nGerő 1956"
    assert [passage.language for passage in passages_of(text)] == ["nl", "en", "nl"]


def test_pages_are_counted_from_form_feeds():
    text = f"# Een\n\n{SENTENCE}\f# Twee\n\n{SENTENCE}\n\n# Ook twee\n\n{SENTENCE}"
    split = split_into_passages(read_document_bytes("a.md", text.encode()))
    assert [passage.page for passage in split.passages] == [1, 2, 2]
    assert passages_of(SENTENCE)[0].page is None


@pytest.mark.parametrize(
    "text",
    [
        "Tabel 1.234 5,6 7.890; " * 400,
        "kwaliteitsmanagementsysteemverantwoordelijkheid " * 400,
        "赫鲁晓夫在会议上发表了秘密报告。" * 100,
        "Ja. " * 3000,
    ],
    ids=["numbers", "long words", "Chinese", "short sentences"],
)
def test_a_passage_stays_small_enough_for_the_embedding_model(text):
    for passage in passages_of(text):
        signs = sum(not sign.isspace() and not (sign.isascii() and sign.isalpha()) for sign in passage.text)
        letters = sum(sign.isascii() and sign.isalpha() for sign in passage.text)
        assert letters / 4 + signs / 2 < 512


def test_an_empty_text_has_no_passages():
    split = split_into_passages(document_of(" \n "))
    assert split.passages == () and split.sentences == ()


@pytest.mark.parametrize(
    ("name", "sentence_count", "passage_count"),
    [("000_41c751980cbbfc6c.txt", 85, 8), ("001_26a8231737937b84.txt", 99, 20)],
)
def test_the_real_texts(name, sentence_count, passage_count):
    path = SOURCES / name
    if not path.exists():
        pytest.skip("the real texts (../shared/sources) are not on this machine")
    split = split_into_passages(read_document(path))
    assert (len(split.sentences), len(split.passages)) == (sentence_count, passage_count)
    assert all(120 <= words(passage) <= 220 for passage in split.passages)
    assert {passage.language for passage in split.passages} == {split.document.language}
