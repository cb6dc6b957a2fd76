import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.cleaning.search_view import search_view
from ingest.splitting.sentences import MAX_CHARACTERS, MAX_WORDS, sentence_spans

signs = st.one_of(
    st.sampled_from(list("aB1.,;:!?\"'“”()[]–# \n\r\t\f\u00ad\u200b\u0308👍中。")),
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"),
)
pieces = (
    "De", "leider", "kwam.", "Hij", "zei:", "“Ja.”", "(zie", "p.", "3.)", "dr.", "J.", "U.S.,", "17.", "1.000",
    '"one', 'by".7', "(opzettelijk?", "De", "bevol-", "\n", "\n\n", "# Kop\n", "- punt\n", "\r\n", "\f", "\u200b",
    "jaren.3", "Ja!", "...",
)  # fmt: skip
texts = st.one_of(st.text(alphabet=signs, max_size=400), st.lists(st.sampled_from(pieces), max_size=150).map(" ".join))


def sentences(text, language="nl"):
    return [text[span.start : span.end] for span in sentence_spans(search_view(text, language), language)]


@given(texts)
@settings(max_examples=400, deadline=None)
def test_sentences_cover_the_text_once_in_order_and_trimmed(text):
    position = 0
    for span in sentence_spans(search_view(text, "nl"), "nl"):
        assert position <= span.start < span.end <= len(text)
        assert text[position : span.start].strip() == ""
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        position = span.end
    assert text[position:].strip() == ""


@given(st.lists(st.sampled_from(["woord", "woord,", "langwoord" * 30, "(", "\u200b" * 50, "a;b", "–"]), max_size=400))
@settings(max_examples=60, deadline=None)
def test_no_sentence_is_too_long(words):
    text = " ".join(words)
    view = search_view(text, "nl")
    for span in sentence_spans(view, "nl"):
        content = view.slice(span.start, span.end)
        assert len(content.split()) <= MAX_WORDS
        assert len(content) <= MAX_CHARACTERS
        assert span.end - span.start <= 2 * MAX_CHARACTERS


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Jansen sprak bijv. met mr. De Vries en prof. Smit.",
        "De regering, d.w.z. Nagy, viel en o.a. Polen bleef.",
        "Zij leefden in St. Petersburg en, nl. later, elders.",
        "J. Nagy en G. M. Malenkov kwamen in Moskou aan.",
        "De U.S., British en Franse troepen; ook de U.S. Army ging.",
        "Am 17. Juni kam er an.",
        "Er vielen 1.000 doden, ofwel 3.5 procent.",
        "Zie p. 3 en nr. 7, vgl. Kramer e.a., blz. 12.",
        "De rede raakte bekend (opzettelijk? De vraag “hoe” bleef: “onbekend”) en ging rond.",
        "“Ga weg! Nu!” riep zij.",
        "‘Nee?’ vroeg hij.",
        'He said "I came. I saw. I left." and sat down.',
        "Wat... zo kan het niet, zei hij.",
        "(De leider werd afgezet. Hij vertrok daarna.)",
        "Het boek is van A. De Vries en C. van 't Hoff.",
        "Het graf is van 70 v. Chr. en is leeg.",
        "Zij bleef, d. w. z. Nagy viel.",
        "It opened at 5 p. m. Monday.",
        "Jan Pietersz. Bol voer mee.",
        "Hij schreef: ‘Het is koud. Stuur kousen.’",
    ],
)
def test_one_sentence_stays_one(text):
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    "expected",
    [
        ["Hij zei: “Ik kom.”", "Toen ging hij."],
        ['They would pay in their countries."', "He then left."],
        ['They did it "one by one"."', "On the other hand, no."],
        ["Het duurde jaren.3", "Daarna niet meer."],
        ["Het was “vrede”.7", "De rest volgde."],
        ["It was so in Poland.18", "(He was ousted in July and had to leave.)", "His speech was long."],
        ["Het einde van World War II.", "Onder Stalin was het anders."],
        ["Hij woonde in de U.S.", "De rest niet."],
        ["Vitamine C.", "Maar dat hielp niet."],
        ["But no.", "Plan B is it."],
        ["De betoging was op 17 juni.", "Twaalf uur later was het stil."],
        ["Was het zo?", "Ja!", "Echt?!", "Nee."],
        ["Men sliep.", "'s Avonds zong men.", "'t Regende hard."],
        ["**9 March.**", "Storm.", "He said *no.*", "She left."],
        ["De dam brak.†", "Het water kwam.*", "Niemand sliep."],
        ["a) De lamp hangt links.", "b) Het touw ligt rechts."],
    ],
)
def test_sentences_are_kept_apart(expected):
    assert sentences(" ".join(expected)) == expected


def test_headings_and_list_items_are_sentences_of_their_own():
    text = "# 2.1. De val. Nagy\nHij viel. Toen stil.\n\nDe namen\n\n- Gerő\n- Kádár. Later ook\n1.2. Rákosi"
    assert sentences(text) == [
        "# 2.1. De val. Nagy", "Hij viel.", "Toen stil.", "De namen", "- Gerő", "- Kádár.", "Later ook", "1.2. Rákosi",
    ]  # fmt: skip


def test_a_broken_word_and_a_note_mark_lie_inside_their_sentence():
    text = " De bevol-\r\nking juichte.3  \r\nToen niet meer. "
    assert sentences(text) == ["De bevol-\r\nking juichte.3", "Toen niet meer."]


def test_a_long_sentence_is_cut_at_a_clause():
    clause = "de commissie vergaderde weer over de toestand in de hoofdstad en in de rest van het land"
    long = "; ".join([clause] * 10) + "."
    assert all(piece.endswith((";", ".")) for piece in sentences(long))
    assert len(sentences(long)) == 2


def test_a_text_without_visible_signs_is_still_covered():
    assert sentences("\u200b\u00ad") == ["\u200b\u00ad"]
    assert sentences(" \n ") == []


@pytest.mark.parametrize("unit", ["Aa. ", "(a. B ", '"a. B ', "a", "a ", "x, ", "\u200b", "a.\n"])
def test_time_grows_with_length_only(unit):
    view = search_view(unit * (60_000 // len(unit)), "nl")
    started = time.perf_counter()
    sentence_spans(view, "nl")
    assert time.perf_counter() - started < 20
