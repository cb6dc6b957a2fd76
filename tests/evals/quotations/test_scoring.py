import pytest

from evals.controls.planting import open_texts
from evals.quotations.planting import COUNTS, PlantedQuotation, plant, sources_of
from evals.quotations.scoring import fault_of, run_quotations
from evals.sets import SAMPLES
from retriever.quotations.types import QuotationCheck

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def checked():
    return run_quotations(SAMPLES, passages=100)


def test_two_hundred_quotations_are_judged_rightly_but_for_four_at_most(checked):
    assert {kind: sum(one.planted.kind == kind for one in checked) for kind in COUNTS} == COUNTS
    assert sum(COUNTS.values()) == 200
    faults = [(one.planted.kind, one.fault, one.planted.text) for one in checked if one.fault]
    assert len(faults) <= 4, faults


def test_the_same_seed_plants_the_same():
    with open_texts(SAMPLES) as catalogue:
        sources = sources_of(catalogue)
        assert plant(1, sources, sources) == plant(1, sources, sources) != plant(2, sources, sources)


def test_a_wrong_verdict_place_or_flag_is_a_fault(checked):
    with open_texts(SAMPLES) as catalogue:
        altered = next(one for one in checked if one.planted.kind == "number changed")
        other = next(one for one in checked if one.planted.kind == "as printed")
        planted = altered.planted
        assert fault_of(planted, QuotationCheck(planted.text, "exact", 1.0), catalogue) == "called exact"
        misplaced = QuotationCheck(planted.text, "altered", 1.0, other.check.parts)
        assert fault_of(planted, misplaced, catalogue) == "another place is cited"
        unflagged = PlantedQuotation("as printed", "", "exact", other.planted.places, flag="number")
        assert fault_of(unflagged, other.check, catalogue) == "the number is not flagged"
