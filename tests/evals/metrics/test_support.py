import pytest

from evals.metrics.support import SUPPORTED, is_supported, quoth_support
from tests.evals.outcomes import make_claim

QUOTE = "On 4 June 1956 the speech stood in the paper, and Gomulka had 75 men."


@pytest.mark.parametrize(
    ("claim", "support"),
    [
        ("The speech was printed in June 1956.", 1.0),
        ("Volgens Gomulka waren er 75 man.", 1.0),
        ("The speech was printed in July 1956.", 0.0),
        ("There were 76 men.", 0.0),
        ("It was the work of Molotov.", 0.0),
    ],
)
def test_a_claim_stands_when_its_numbers_dates_and_names_do(claim, support):
    assert quoth_support(claim, [QUOTE]) == support


def test_details_may_come_from_several_quotes():
    assert quoth_support("There were 75 men in 1956.", ["There were 75 men.", "It was 1956."]) == 1.0


@pytest.mark.parametrize("quotes", [[], [""], [" \n"]])
def test_nothing_cited_carries_nothing(quotes):
    assert quoth_support("A claim without details.", quotes) == 0.0


def test_an_empty_claim_is_not_carried():
    assert quoth_support(" ", [QUOTE]) == 0.0


def test_a_quotation_is_supported_by_the_quote_that_reads_so():
    claim = make_claim("the speech stood in the paper")
    assert is_supported(claim, ["nothing", QUOTE])
    assert not is_supported(claim, ["the speech was in the paper"])


def test_the_judge_decides_on_a_paraphrase_from_the_line_of_quoth_on():
    claim = make_claim("The speech.", kind="paraphrase")
    assert is_supported(claim, [QUOTE], support=lambda text, quotes: SUPPORTED)
    assert not is_supported(claim, [QUOTE], support=lambda text, quotes: SUPPORTED - 0.01)
