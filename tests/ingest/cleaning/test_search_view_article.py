import re
from pathlib import Path

import pytest

from ingest.cleaning.search_view import search_view

ARTICLE = Path(__file__).parents[4] / "shared" / "sources" / "001_26a8231737937b84.txt"

# Every word that the article breaks over a line end, in reading order, read and counted by eye.
BROKEN_WORDS = """
deepening government hundreds problem Secretary relaxation region compressed magnified however explosive behest Soviet
European concerns replacing potential colleagues independence Union military relations substance bitter Yugoslav
pursuing rapprochement overcome Khrushchev issued accomplishment relations Yugoslavia excommunications Union Stalinist
proposals settlement Europe Germany supporters British withdrawal keeping overcome neutrality conference foreign before
Soviet devised Khrushchev domestic toward instability sociopolitical increased secret adhered pneumonia widespread
Wíadyslaw became imposition colleagues member officers devise ordered Lashchenko stability unstable politics
"""


@pytest.fixture(scope="module")
def article():
    if not ARTICLE.exists():
        pytest.skip("the real texts (../shared/sources) are not on this machine")
    return search_view(ARTICLE.read_bytes().decode("utf-8"), "en")


def test_every_broken_word_of_the_article_is_joined_and_nothing_else(article):
    joined = []
    for edit in article.edits:
        in_text = edit.start > 0 and edit.end < len(article.original)
        if in_text and edit.replacement == "" and "\n" in article.original[edit.start : edit.end]:
            position = article.to_view(edit.start)
            left, right = article.text[:position], article.text[position:]
            joined.append(re.search(r"[^\W\d_]*$", left[-30:])[0] + re.match(r"[^\W\d_]*", right)[0])
    assert joined == BROKEN_WORDS.split()


def test_the_note_numbers_of_the_article_are_set_aside(article):
    marks = [article.original[edit.start : edit.end] for edit in article.edits if edit.replacement == ""]
    assert [int(mark) for mark in marks if mark.isdigit()] == [*range(3, 21), 22, 23, 24]


def test_the_article_has_its_paragraphs(article):
    assert article.text.count("\n\n") == 18
