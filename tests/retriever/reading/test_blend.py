import json

import numpy as np
import pytest

from retriever.reading.blend import SHIPPED, USUAL_LEAD, Blend, Weighed, known_of_best, shipped_blends
from retriever.reading.reader import Borders

RIGHT = {"bias": -1.0, "total": 1.0}
PRESENT = {"bias": 0.0, "cover": 3.0}
BLEND = Blend({"likeness": 2.0, "cover": 1.0}, RIGHT, PRESENT, Borders(answered=0.7, unsure=0.2))


def sentence(likeness, cover=0.0, score=0.0):
    return {"likeness": likeness, "cover": cover, "score": score}


def known(totals, passages, features=None):
    return known_of_best(np.array(totals), features or [sentence(0.0)] * len(totals), passages)


def logit(probability):
    return np.log(probability / (1 - probability))


def test_sums_weigh_each_sign():
    assert BLEND.totals([sentence(0.5, 1.0), sentence(0.0)]).tolist() == [2.0, 0.0]


def test_no_sentences_have_no_probabilities():
    assert BLEND.weigh([], []) == Weighed([], 0.0)


def test_the_best_sentence_has_the_probability_of_its_sum_and_the_others_by_their_distance():
    weighed = BLEND.weigh([sentence(0.5), sentence(1.0)], ["p", "p"])
    assert [logit(one) for one in weighed.probabilities] == pytest.approx([0.0, 1.0])


def test_the_confidence_that_the_texts_answer_is_weighed_by_itself():
    assert logit(BLEND.weigh([sentence(2.0, 1.0), sentence(0.0)], ["p", "q"]).confidence) == pytest.approx(3.0)


def test_the_lead_is_over_the_best_sentence_of_another_passage():
    assert known([2.0, 1.9, 0.5], "ppq")["lead"] == pytest.approx(1.5)
    assert known([2.0, 1.9, 0.5], "ppp")["lead"] == pytest.approx(0.1)
    assert known([2.0], "p")["lead"] == USUAL_LEAD


def test_the_second_may_be_in_the_same_passage():
    assert known([2.0, 1.9, 0.5], "ppq")["second"] == pytest.approx(0.1)
    assert known([2.0], "p")["second"] == USUAL_LEAD


def test_the_share_of_the_best_sentence_falls_with_every_other_that_is_as_good():
    one, two = (known(totals, "pq")["share"] for totals in ([9.0, 0.0], [9.0, 9.0]))
    assert one == pytest.approx(0.0, abs=1e-3)
    assert two == pytest.approx(np.log(0.5))


def test_network_and_late_interaction_agree_with_the_blend_or_not():
    features = [sentence(0.9, score=1.0), sentence(0.5, score=3.0), sentence(0.1, score=-1.0)]
    agreeing, against = known([1.0, 4.0, 2.0], "ppq", features), known([4.0, 1.0, 2.0], "pqq", features)
    assert [agreeing[name] for name in ("selected", "selected_passage", "likest")] == [1, 1, 0]
    assert [against[name] for name in ("selected", "selected_passage", "likest")] == [0, 0, 1]
    assert [(one["best_score"], one["score_lead"]) for one in (agreeing, against)] == [(3, 2), (3, -2)]


def test_the_blends_that_come_with_quoth_weigh_signs_alone_and_with_a_network():
    blends = shipped_blends()
    assert blends.keys() == {"signs", "spans", "selector"}
    for name in ("spans", "selector"):
        assert blends[name].weights.keys() - blends["signs"].weights.keys() == {"score", "whole"}
    for blend in blends.values():
        assert 0 < blend.borders.unsure < blend.borders.answered < 1
        assert blend.weights["likeness"] > 0
        assert max(blend.weights["unfinished"], blend.weights["asks"]) <= 0


def test_the_file_says_how_each_blend_did_on_corpora_that_it_was_not_fitted_on():
    for blend in json.loads(SHIPPED.read_text())["blends"].values():
        assert len(blend["fitted"]) >= 5
        assert all("of answered, right" in figures for figures in blend["fitted"].values())
