import pytest

from evals.metrics.answers import METRICS, contains_gold, exact_match, parts, says_gold, token_f1, tokens, tokens_found
from tests.evals.outcomes import make_answer, make_case, make_claim, make_failure, make_outcome, make_refusal_case

CONTAINS, FOUND, F1, EXACT = (metric.measure for metric in METRICS)


def answered(*texts, answers=("twaalf",), kind="fact"):
    return make_outcome(make_case(answers=answers, kind=kind), make_answer(*(make_claim(text) for text in texts)))


@pytest.mark.parametrize(
    ("text", "gold"),
    [
        ("Er waren twaalf mensen.", "12"),
        ("There were twelve people.", "twaalf"),
        ("op 28 oktober 1956.", "28 October 1956"),
        ("on October 28th, 1956", "28 oktober 1956"),
        ("op 28 oktober 1956", "28 oktober"),
        ("op 28 oktober 1956", "October 1956"),
        ("op 28 oktober 1956", "1956"),
        ("op 28 oktober", "oktober"),
        ("in June", "juni"),
        ("30,000 mensen", "30.000 mensen"),
        ("30 duizend mensen", "30.000 mensen"),
        ("1,5 miljoen gulden", "1.500.000 gulden"),
        ("het 20e congres", "20th congres"),
        ("één man", "1 man"),
        ("één", "één"),
        ("Minister voor de elektriciteitscentrales!", "minister voor elektriciteitscentrales"),
        ("in Plzen", "Plzeň"),
        ("door Gomulka", "Gomułka"),
        ("Khrushchev's speech", "Khrushchev"),
        ("in Oost Duitsland", "Oost-Duitsland"),
        ("STALIN", "Stalin"),
        ("Zij vroegen brood. Zij", "brood"),
    ],
)
def test_what_says_the_same_counts(text, gold):
    assert says_gold(text, gold)


@pytest.mark.parametrize(
    ("text", "gold"),
    [
        ("in 1957", "57"),
        ("op 14 juni", "4 juni"),
        ("op 4 juli", "4 juni"),
        ("op 28 oktober", "28 oktober 1956"),
        ("in 1955", "oktober 1955"),
        ("op 4 juni", "4"),
        ("30 mensen", "30.000 mensen"),
        ("257", "57"),
        ("vijfentwintig", "vijf"),
        ("een man", "1 man"),
        ("Stalingrad", "Stalin"),
        ("brood en vrede", "brood vrede"),
        ("vrede brood", "brood vrede"),
        ("brood", "brood vrede"),
        ("", "brood"),
        ("brood", "?"),
    ],
)
def test_what_says_something_else_does_not(text, gold):
    assert not says_gold(text, gold)


def test_a_date_counts_as_its_parts():
    assert parts("4 juni 1956") == ["1956", "month 06", "day 04"]
    assert parts("4 June") == ["month 06", "day 04"]
    assert parts("June") == ["month 06"]
    assert parts("the 12 men") == ["12", "men"]


def test_articles_go_unless_nothing_else_is_there():
    assert [token.text for token in tokens("The man and de vrouw, het kind, een hond")] == [
        "man", "and", "vrouw", "kind", "hond",
    ]  # fmt: skip
    assert [token.text for token in tokens("The")] == ["the"]


def test_gold_must_stand_in_one_claim():
    assert contains_gold(answered("It was 4.", "June came.", answers=["4 June"])) == 0.0
    assert contains_gold(answered("Nothing.", "On 4 June.", answers=["4 June"])) == 1.0


def test_one_gold_string_is_enough_except_in_a_list():
    assert contains_gold(answered("Zij vroegen brood.", answers=["brood", "vrede"])) == 1.0
    assert contains_gold(answered("Zij vroegen brood.", answers=["brood", "vrede"], kind="list")) == 0.0
    assert contains_gold(answered("Eerst brood.", "Toen vrede.", answers=["brood", "vrede"], kind="list")) == 1.0


def test_f1_counts_shared_tokens_as_often_as_both_have_them():
    # shared: a, b; precision 2/4, recall 2/3
    assert token_f1(["a", "a", "b", "c"], ["a", "b", "d"]) == pytest.approx(2 * 0.5 * (2 / 3) / (0.5 + 2 / 3))
    assert token_f1([], ["a"]) == token_f1(["a"], []) == token_f1(["a"], ["b"]) == 0.0


def test_gold_tokens_found_is_the_recall_of_f1():
    assert tokens_found(["a", "a", "b", "c"], ["a", "b", "d"]) == pytest.approx(2 / 3)
    assert tokens_found(["a"], []) == 0.0


def test_an_exact_match_has_the_same_tokens_in_the_same_order():
    assert exact_match(["a", "b"], ["a", "b"]) == 1.0
    assert exact_match(["b", "a"], ["a", "b"]) == exact_match(["a", "b", "c"], ["a", "b"]) == 0.0
    assert exact_match([], []) == 0.0


def test_the_best_gold_string_counts():
    outcome = answered("De twaalf mensen", answers=["elf", "12 mensen", "mensen"])
    assert EXACT([outcome]) == {"c1": (1.0,)}
    assert F1([outcome]) == {"c1": (1.0,)}


def test_a_list_is_measured_against_all_its_strings():
    outcome = answered("brood", answers=["brood", "vrede"], kind="list")
    assert FOUND([outcome]) == {"c1": (0.5,)}
    assert F1([outcome]) == {"c1": (pytest.approx(2 / 3),)}


def test_numbers_at_the_seam_of_a_list_stay_apart():
    assert EXACT([answered("5", "1000", answers=["5", "1000"], kind="list")]) == {"c1": (1.0,)}


def test_the_claims_are_measured_together():
    assert FOUND([answered("brood", "vrede", answers=["brood en vrede"])]) == {"c1": (pytest.approx(2 / 3),)}


def test_an_answer_without_claims_is_measured_by_its_text():
    outcome = make_outcome(make_case(answers=["twaalf"]), make_answer(status="answered", text="Het waren er 12."))
    assert contains_gold(outcome) == 1.0


def test_the_words_of_a_refusal_are_no_answer():
    outcome = make_outcome(make_case(answers=["geen"]), make_answer(text="Er is geen antwoord."))
    assert contains_gold(outcome) == 0.0


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_cases_without_gold_strings_do_not_count_and_failures_count_as_nothing(metric):
    said = make_answer(make_claim("twaalf"))
    outcomes = [
        make_outcome(make_case("a", answers=["twaalf"]), said),
        make_outcome(make_case("b", answers=["twaalf"]), make_failure()),
        make_outcome(make_case("c"), said),
        make_outcome(make_refusal_case("d", answers=["twaalf"]), said),
    ]
    assert metric.measure(outcomes) == {"a": (1.0,), "b": (0.0,)}
    assert metric.measure([]) == {}
