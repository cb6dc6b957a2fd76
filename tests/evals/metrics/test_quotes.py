import pytest

from evals.metrics.quotes import METRICS, is_verbatim, quoted_parts, source_words, verbatim_shares
from tests.evals.outcomes import (
    cite,
    make_answer,
    make_case,
    make_claim,
    make_failure,
    make_outcome,
    make_refusal_case,
)

AFTER, BEFORE = (metric.measure for metric in METRICS)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("two words here", "two  words\n  here"),
        ("two words", " two words "),
        ("the deepening crisis", "the deepen\ning crisis"),
        ("the deepening crisis", "the deepen-\n  ing crisis"),
        ("the deepening crisis", "the deepen\u00ad\ning crisis"),
        ("the deepening crisis", "the deepen¬\r\ning crisis"),
        ("the deepening crisis", "the deep\u00adening crisis"),
        ("LOUD SHOUTING", "LOUD SHOU-\nTING"),
        ("in Oost-Duitsland", "in Oost-\nDuitsland"),
        ("in 1955-56", "in 1955-\n56"),
        ("the well-known man", "the well-\nknown man"),
        ("the first office", "the ﬁrst ofﬁce"),
        ("Plzeň", "Plzen\u030c"),
        ("the same", "the\u200b same"),
        ("after years. The end", "after years.3 The end"),
        ("after years, the end", "after years,12 the end"),
        ("“new words” came", "“new words”7 came"),
        ("the economy grew", "the economy7 grew"),
        ("the economy grew", "the economy⁷ grew"),
        ("the economy. It grew", "the economy.[7] It grew"),
        ("in 1956. Then", "in 1956.3 Then"),
        ("the economy7 grew", "the economy7 grew"),
        ("the deepen ing crisis", "the deepen\ning crisis"),
        ("the deepen- ing crisis", "the deepen-\ning crisis"),
        ("years", "after years.3"),
        ("words here", "two words here today"),
    ],
)
def test_damage_may_be_mended_or_left(text, quote):
    assert is_verbatim(text, quote)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("58 people died", "57 people died"),
        ("57 people", "1957 people"),
        ("19 people", "in 1956 people"),
        ("1956 people", "19\n56 people"),
        ("956 people", "about 1,956 people"),
        ("5 men", "about 1,5 men"),
        ("about 3", "about 3.5 km"),
        ("about 3 km", "about 3.5 km"),
        ("about 3. km", "about 3.5 km"),
        ("102 men", "10² men"),
        ("years. The end", "years.1956 The end"),
        ("No. of the list", "No.5 of the list"),
        ("in art. of the law", "in art.5 of the law"),
        ("the mp player", "the mp3 player"),
        ("the NATO line", "the NATO7 line"),
        ("he said men", "he said 12 men"),
        ("he said “men”", "he said “12 men”"),
        ("the ’ rising", "the ’56 rising"),
        ("grew by % then", "grew by% 12% then"),
        ("they went", "they did not go"),
        ("they did go", "they did not go"),
        ("He went.", "he went."),
        ("went on", "went, on"),
        ("notable", "not able"),
        ("notable", "not \nable"),
        ("OostDuitsland", "Oost-\nDuitsland"),
        ("not able", "notable"),
        ("able", "notable"),
        ("a notabl", "a notable man"),
        ("otable man", "a notable man"),
        ("a PhD line", "a PhD7 line"),
        ("not", "notable"),
        ("one two", "one three two"),
        ("one two three", "one two"),
        ("", "words"),
        ("…", "words …"),
        ("words", ""),
    ],
)
def test_no_word_number_or_mark_may_differ(text, quote):
    assert not is_verbatim(text, quote)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("He said “one two three” twice.", ["one two three"]),
        ('He said "one two three," twice.', ["one two three"]),
        ("Hij zei „een twee drie” en „vier vijf zes“.", ["een twee drie", "vier vijf zes"]),
        ("Il dit « un deux trois ».", ["un deux trois"]),
        ("He said ‘it wasn’t so’ twice.", ["it wasn’t so"]),
        ("He said “a ‘small inner part’ of it” twice.", ["a ‘small inner part’ of it"]),
        ("A “secret speech” and “x”.", []),
        ("Nothing quoted.", []),
    ],
)
def test_quoted_parts_are_found_from_three_words_on(text, parts):
    assert quoted_parts(text) == parts


def test_a_quotation_gives_all_its_words_with_or_without_marks():
    assert source_words(make_claim("“Two words.”")) == ["Two words."]
    assert source_words(make_claim("Two “words” “here”.")) == ["Two “words” “here”."]
    assert source_words(make_claim("“Two” and “words”")) == ["“Two” and “words”"]


def test_a_paraphrase_gives_only_what_it_quotes():
    claim = make_claim("It spoke of “three words here”.", kind="paraphrase")
    assert source_words(claim) == ["three words here"]


def test_a_quotation_must_stand_at_a_place_that_its_own_claim_cites():
    claims = [
        make_claim("one two three", cite("a.txt", 0, 9, "elsewhere"), cite("a.txt", 9, 30, "one two three four")),
        make_claim("one two three", cite("a.txt", 0, 9, "elsewhere")),
        make_claim("one two three"),
        make_claim("It said “one two three”.", cite("a.txt", 0, 9, "one two three"), kind="paraphrase"),
        make_claim("It said nothing.", cite("a.txt", 0, 9, "one two three"), kind="paraphrase"),
    ]
    assert verbatim_shares(claims) == [1.0, 0.0, 0.0, 1.0]


def test_words_that_the_system_made_up_for_a_place_do_not_count():
    claim = make_claim("made up words", cite("a.txt", 0, 9, "made up words", standing="what stands there"))
    assert verbatim_shares([claim]) == [0.0]


def test_before_the_gate_the_draft_is_measured():
    right, wrong = make_claim("words", cite("a.txt", 0, 5)), make_claim("other", cite("a.txt", 0, 5))
    outcomes = [make_outcome(make_case(), make_answer(right, drafted=[right, wrong]))]
    assert AFTER(outcomes) == {"c1": [1.0]}
    assert BEFORE(outcomes) == {"c1": [1.0, 0.0]}


def test_where_no_draft_can_be_seen_there_is_nothing_to_measure():
    assert BEFORE([make_outcome(make_case(), make_answer(make_claim("words", cite("a.txt", 0, 5))))]) == {}


def test_a_failed_answer_counts_once_where_an_answer_was_due():
    outcomes = [make_outcome(make_case("a"), make_failure()), make_outcome(make_refusal_case("b"), make_failure())]
    assert AFTER(outcomes) == {"a": [0.0], "b": []}


def test_no_outcomes_are_nothing_to_measure():
    assert AFTER([]) == BEFORE([]) == {}
