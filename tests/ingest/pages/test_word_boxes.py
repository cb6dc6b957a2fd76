from ingest.pages.word_boxes import FINENESS, PageBox, WordBox, boxes_of, packed

WORDS = (
    WordBox(0, 3, 1, 1000, 1000, 1500, 1200),
    WordBox(4, 6, 1, 1600, 1000, 2500, 1200),
    WordBox(11, 4, 1, 1000, 1300, 1700, 1500),
    WordBox(16, 4, 2, 1000, 1000, 1700, 1200),
)


def box(page, left, top, right, bottom):
    return PageBox(page, left / FINENESS, top / FINENESS, right / FINENESS, bottom / FINENESS)


def test_words_are_lit_by_line_and_page():
    stored = packed(WORDS)
    assert boxes_of(stored, 0, 20) == [
        box(1, 1000, 1000, 2500, 1200),
        box(1, 1000, 1300, 1700, 1500),
        box(2, 1000, 1000, 1700, 1200),
    ]
    assert boxes_of(stored, 5, 6) == [box(1, 1600, 1000, 2500, 1200)]
    assert boxes_of(stored, 3, 4) == []
    assert boxes_of(b"", 0, 20) == []
