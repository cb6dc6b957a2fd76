from evals.sentence_ends import ENDS, MarkedText, read_marked, score_ends, segmenters

TEXT = MarkedText("en", "He came. She left. No.", frozenset({7, 15}))


def test_ends_are_counted_without_the_white_space(tmp_path):
    path = tmp_path / "ends.tsv"
    path.write_text("en\tHe came.|She left.|No.\n", encoding="utf-8")
    assert read_marked(path) == [TEXT]


def test_an_end_too_many_costs_precision_and_one_too_few_recall():
    score = score_ends([TEXT], lambda text, language: ["He", "came.", "She left. No."])
    assert (score.right, score.found, score.wanted) == (1, 2, 2)
    assert score.f1 == 0.5


def test_the_ends_are_found_better_than_by_the_library_below():
    texts = read_marked(ENDS["tuned on"])
    known = segmenters()
    assert len(texts) == 100
    assert score_ends(texts, known["quoth"]).f1 > score_ends(texts, known["sentencex"]).f1 + 0.1
