import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.words.keywords import MAX_TERMS, fold, index_words, is_stop_word, keyword_query, stem
from ingest.words.stop_words import STOP_WORDS

PASSAGES = {
    "rakosi": ("Rákosi werd door Gerő opgevolgd.", "nl"),
    "gomulka": ("Władysław Gomułka returned to power in Poland.", "en"),
    "secret": ("The secret speech was read aloud.", "en"),
    "speech": ("His speech stayed a secret for weeks.", "en"),
    "number": ("Er vielen 2.700 doden.", "nl"),
    "speeches": ("De toespraken van Chroesjtsjov waren lang.", "nl"),
    "usa": ("The U.S.A. did not move; the Nazi-Soviet pact was long past.", "en"),
}


@pytest.fixture
def search():
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE w USING fts5 (words, stems, heading, tokenize = 'unicode61 remove_diacritics 2')"
    )
    names = list(PASSAGES)
    for row, name in enumerate(names):
        text, language = PASSAGES[name]
        words = index_words(text, None, language)
        connection.execute(
            "INSERT INTO w (rowid, words, stems, heading) VALUES (?, ?, ?, ?)",
            (row, words.words, words.stems, words.heading),
        )

    def search(query):
        expression = keyword_query(query).expression
        if expression is None:
            return []
        found = connection.execute("SELECT rowid FROM w WHERE w MATCH ? ORDER BY bm25(w)", (expression,))
        return [names[row] for (row,) in found]

    yield search
    connection.close()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Rakosi", {"rakosi"}),
        ("RÁKOSI?", {"rakosi"}),
        ("Ra\u0301kosi", {"rakosi"}),
        ("Wladyslaw Gomulka", {"gomulka"}),
        ("gomułka", {"gomulka"}),
        ("2,700", {"number"}),
        ("2", set()),
        ("2700", {"number"}),
        ("2.700", {"number"}),
        ("toespraak", {"speeches"}),
        ("Hoeveel doden vielen er?", {"number"}),
        ("speeches", {"secret", "speech"}),
        ('"secret speech"', {"secret"}),
        ("“secret speech”", {"secret"}),
        ("„Secret Speech”", {"secret"}),
        ("«secret speech»", {"secret"}),
        ('What was the "secret speech" of Rákosi?', {"secret"}),
        ('"secret" weeks', {"secret", "speech"}),
        ('"no such phrase" speech', set()),
        ("U.S.A.", {"usa"}),
        ("Nazi-Soviet", {"usa"}),
        ("Sovjet", set()),
        ("", set()),
        ('"', set()),
        ('"" --', set()),
        ("NEAR(speech weeks, 2)", {"secret", "speech"}),
        ("stems: * ^ speech AND", {"secret", "speech"}),
    ],
)
def test_a_query_finds(search, query, found):
    assert set(search(query)) == found


def test_a_passage_with_both_words_comes_first(search):
    assert search("the secret speech weeks")[0] == "speech"


def test_stop_words_are_left_out_unless_there_is_nothing_else():
    assert keyword_query("Wie was de leider?").expression == keyword_query("leider").expression
    assert keyword_query("according to whom was the leader").expression == keyword_query("leader").expression
    assert '"who"' in keyword_query("who was it").expression


@pytest.mark.parametrize("word", ["Welke", "hoeveel", "WHO", "according", "het", "the", "Wanneer"])
def test_a_stop_word_is_known_in_any_case(word):
    assert is_stop_word(word)


@pytest.mark.parametrize("word", ["1956", "May", "mei", "war", "Rákosi", "niets-zeggend", ""])
def test_a_word_that_may_be_asked_for_is_no_stop_word(word):
    assert not is_stop_word(word)


def test_stop_words_are_folded():
    assert all(fold(word) == word for word in STOP_WORDS)


def test_a_name_in_capitals_is_no_stop_word():
    assert '"who"' in keyword_query("What did the WHO say?").expression
    assert '"who"' not in keyword_query("WHO WAS STALIN?").expression  # here the capitals tell nothing


def test_both_stemmers_are_tried_since_a_question_may_be_in_another_language():
    assert f'"{stem("gevangenen", "nl")}"' in keyword_query("gevangenen").expression
    assert f'"{stem("prisoners", "en")}"' in keyword_query("prisoners").expression


def test_a_language_without_stemmer_is_indexed_as_written():
    assert index_words("Forradalom Magyarországon", None, "hu").stems == "forradalom magyarorszagon"


@pytest.mark.parametrize("between", [" ", "-", '" "', "."])
def test_a_long_query_is_cut(search, between):
    query = between.join(f"woord{number}" for number in range(5_000))
    assert keyword_query(query).expression.count("words :") <= 3 * MAX_TERMS
    assert search(query) == []


def test_a_very_long_word_is_searched_as_it_is(search):
    assert search("x" * 100_000) == []


def test_fold_takes_ligatures_and_soft_hyphens_apart():
    assert fold("oﬀi\u00adcier Ĳssel Œuvre straße") == "officier ijssel oeuvre strasse"


@settings(max_examples=500, deadline=None)
@given(st.text() | st.text(alphabet="\"*()^:+-{}AND OR NEAR.'’“”,0123456789a é\x00\ud800"))
def test_no_query_is_a_syntax_error(query):
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE w USING fts5 (words, stems, heading)")
        connection.execute("INSERT INTO w VALUES ('a or near 0', 'a', '')")
        expression = keyword_query(query).expression
        if expression is not None:
            connection.execute("SELECT bm25(w) FROM w WHERE w MATCH ?", (expression,)).fetchall()
    finally:
        connection.close()


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(categories=("L", "N", "M", "P", "Zs")), min_size=1))
def test_every_text_with_words_finds_itself(text):
    words = index_words(text, None, "nl")
    expression = keyword_query(text.replace('"', " ")).expression
    if not words.words.isascii() or expression is None or "“" in text:
        return
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute(
            "CREATE VIRTUAL TABLE w USING fts5 (words, stems, heading, tokenize = 'unicode61 remove_diacritics 2')"
        )
        connection.execute("INSERT INTO w VALUES (?, ?, '')", (words.words, words.stems))
        assert connection.execute("SELECT count(*) FROM w WHERE w MATCH ?", (expression,)).fetchone() == (1,)
    finally:
        connection.close()
