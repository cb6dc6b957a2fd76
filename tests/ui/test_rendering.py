"""What the page says about answers, refusals, documents and files."""

from dataclasses import replace

import pytest

from ingest.types import DocumentSummary, Span
from retriever.drafting import refusal_text
from retriever.types import Disagreement, Hit
from tests.ui.reading import SHA, Page, answer, citation, claim, passage, shown, turn
from ui.conversation import Turn
from ui.rendering import render_conversation, render_documents, render_suggestions, render_turn
from ui.strings import text


def test_every_sentence_stands_in_quotation_marks_with_its_citation_right_after_it():
    page = shown(answer(claim("Een."), claim("Twee.")))
    assert "“Een.”[1]“Twee.”[2]" in page.text


def test_a_citation_carries_its_place_and_a_link_made_from_it():
    page = shown(answer(claim("Een.", start=7)))
    assert page.values("href") == [f"/documents/{SHA}#char=7,11"]
    assert (page.values("data-start"), page.values("data-end")) == (["7"], ["11"])
    assert page.values("data-text-sha256") == [SHA]


def test_numbers_count_citations_over_all_claims():
    first = claim("Een.", kind="paraphrase", citations=(citation("a", start=1), citation("b", start=5)))
    assert "Een.[1][2]" in shown(answer(first, claim("Twee."))).text
    assert "“Twee.”[3]" in shown(answer(first, claim("Twee."))).text


def test_whose_words_and_in_which_language_when_it_is_not_that_of_the_question():
    page = shown(answer(claim("Seventy died.", title="The Article", language="en", page=3)))
    assert "The Article, p. 3, in het Engels" in page.text
    assert "in het" not in shown(answer(claim("Er vielen er zeventig."))).text


def test_quotations_from_one_document_share_one_attribution():
    assert shown(answer(claim("Een."), claim("Twee."))).text.count("Kroniek") == 1
    assert shown(answer(claim("Een."), claim("Twee.", page=2))).text.count("Kroniek") == 2


def test_it_says_how_many_sentences_were_checked():
    assert "Nagekeken in de bron: 2 van 2 zinnen" in shown(answer(claim("Een."), claim("Twee."))).text
    assert "Nagekeken in de bron: 1 van 1 zin" in shown(answer(claim("Een."))).text


def test_a_sentence_that_its_source_does_not_carry_is_marked():
    page = shown(answer(claim("Een."), claim("Twee.", verdict="unsupported")), "en")
    assert "“Twee.”[2] not carried by the source" in page.text
    assert "1 of 2 sentences" in page.text


@pytest.mark.parametrize(("kind", "label"), [("paraphrase", "paraphrase"), ("inference", "inference")])
def test_words_that_are_not_the_source_s_own_are_no_quotation(kind, label):
    page = shown(answer(claim("Zeventig.", kind=kind)), "en")
    assert f"Zeventig.[1] {label}" in page.text
    assert "“" not in page.text


def test_a_follow_up_is_shown_as_it_was_understood():
    asked = answer(claim("Een."), question="En hoeveel gewonden?", resolved="Hoeveel gewonden in Poznań?")
    assert "Opgevat als “Hoeveel gewonden in Poznań?”" in shown(asked).text
    assert "Opgevat" not in shown(answer(claim("Een."))).text


def test_both_sides_of_a_disagreement_are_quoted_side_by_side_and_once():
    here, there = citation("Er vielen 73 doden.", start=5), citation("Er vielen 57 doden.", title="Nota", start=90)
    differing = Disagreement("number", ("73", "57"), (here, there))
    claims = claim(here.quote, citations=(here,)), claim(there.quote, citations=(there,)), claim("Nog iets.", start=200)
    page = shown(answer(*claims, disagreements=(differing,)))
    assert "De documenten noemen verschillende getallen“Er vielen 73 doden.”[1]" in page.text
    assert "“Er vielen 57 doden.”[2]Nota" in page.text
    assert page.text.count("73 doden") == 1
    assert page.text.index("57 doden") < page.text.index("“Nog iets.”[3]")
    assert page.tags.count("strong") == 2


def test_sides_stand_where_the_first_of_them_stood():
    first, here, there = (citation(words, start=start) for words, start in (("Ja.", 1), ("73.", 9), ("57.", 30)))
    claims = (claim(cited.quote, citations=(cited,)) for cited in (first, here, there))
    page = shown(answer(*claims, disagreements=(Disagreement("number", ("73", "57"), (here, there)),)))
    assert [page.text.index(words) for words in ("“Ja.”[1]", "“73.”[2]", "“57.”[3]")] == sorted(
        page.text.index(words) for words in ("“Ja.”[1]", "“73.”[2]", "“57.”[3]")
    )


def test_a_side_that_is_no_sentence_of_the_answer_gets_the_next_number():
    here, there = citation("73 doden.", start=5), citation("57 doden.", start=90)
    page = shown(
        answer(
            claim("73 doden.", citations=(here,)), disagreements=(Disagreement("number", ("73", "57"), (here, there)),)
        )
    )
    assert "57 doden.”[2]" in page.text


# refusals


@pytest.mark.parametrize("reason", ["not_in_sources", "too_weak", "premise_denied", "outside_filter", "no_documents"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_refusal_says_why_and_what_was_looked_for(reason, language):
    page = shown(answer(reason=reason, question="Wie?", resolved="Wie won?"), language)
    assert refusal_text(reason, language) in page.text
    assert f"{text('looked_for', language)} “Wie won?”" in page.text


def test_a_refusal_says_how_many_documents_were_asked():
    refused = turn(answer(reason="outside_filter"))
    assert "in the only document" in render_turn(refused, language="en")
    assert "in all 4 documents" in render_turn(replace(refused, asked=4, documents=4), language="en")
    assert "in 2 of 4 documents" in render_turn(replace(refused, asked=2, documents=4), language="en")


def test_near_passages_open_but_are_no_citations():
    near = Hit(passage("Zij kwamen niet."), 0.1, "read")
    page = shown(answer(reason="too_weak", nearest=(near,)))
    assert "details" in page.tags
    assert "opens near" in page.values("class")
    assert not [name for name in page.values("class") if name and "citation" in name]
    assert "“Zij kwamen" not in page.text


def test_an_answer_shows_no_near_passages():
    assert "details" not in shown(answer(claim("Een."), nearest=(Hit(passage(), 0.1, "read"),))).tags


# the rest of the conversation


def test_an_error_is_said_in_words_and_is_no_answer():
    page = Page(render_turn(Turn("Wie?", problem="error.CatalogueError"), language="nl"))
    assert "catalogus is niet bruikbaar" in page.text
    assert "alert" in page.values("role")


def test_a_turn_that_is_not_done_says_what_goes_on():
    assert "Looking in the documents" in render_turn(Turn("Who?"), language="en")
    assert "Reading 5 passages" in render_turn(Turn("Who?", passages=5), language="en")
    assert "“Een.”" in Page(render_turn(Turn("Wie?", passages=1, claims=(claim("Een."),)), language="nl")).text


def test_an_empty_conversation_invites_to_ask_or_without_documents_to_add_some():
    assert "Vraag het uw teksten" in render_conversation((), language="nl", documents=2)
    assert "nog geen documenten" in render_conversation((), language="nl", documents=0)


def test_questions_are_suggested_but_not_too_many():
    page = Page(render_suggestions([f"{n}?" for n in range(12)], language="nl"))
    assert page.values("data-question") == ["0?", "1?", "2?", "3?", "4?", "5?"]
    assert render_suggestions([], language="nl") == ""


def test_documents_are_listed_with_a_box_each_and_the_chosen_ones_ticked():
    documents = [DocumentSummary(f"{n}" * 64, f"T{n}", "t.txt", "text/plain", "en", SHA, 10, n) for n in (1, 2)]
    page = Page(render_documents(documents, ["1" * 64], language="en"))
    assert page.values("value") == ["1" * 64, "2" * 64]
    assert len(page.values("checked")) == 1
    assert "1 of 2 chosen" in page.text
    assert "English, 1 passage" in page.text


def answering(quote, words, *, text=None):
    """Return a quotation in which some words are pointed at as the answer."""
    pointed = citation(quote)
    start = pointed.start + quote.index(words)
    return claim(text or quote, citations=(replace(pointed, answer=Span(start, start + len(words))),))


def test_the_words_that_answer_are_set_off_in_the_quotation():
    page = shown(answer(answering("Er vielen 57 doden.", "57 doden")))
    assert page.tags.count("strong") == 1
    assert "“Er vielen 57 doden.”" in page.text


def test_words_that_are_broken_in_the_scan_are_set_off_too():
    page = shown(answer(answering("Er vielen 57\ndoden.", "57\ndoden", text="Er vielen 57 doden.")))
    assert page.tags.count("strong") == 1


def test_words_that_read_otherwise_in_the_quotation_are_not_set_off():
    page = shown(answer(answering("De samen-\nwerking.", "samen-\nwerking", text="De samenwerking.")))
    assert page.tags.count("strong") == 0
    assert "“De samenwerking.”" in page.text


def test_hostile_words_that_answer_stay_words():
    hostile = "Er was <script>alert(1)</script>."
    page = shown(answer(answering(hostile, "<script>alert(1)</script>")))
    page.assert_tame()
    assert hostile in page.text


def test_a_number_of_the_text_s_own_is_no_citation():
    words = "Volgens Jansen [1] en [2, 3] vielen er 57 doden."
    for given in (answer(claim(words)), answer(answering(words, "57 doden"))):
        page = shown(given)
        assert f"“{words}”[1]" in page.text
        assert page.elements("span", **{"class": "own-number"}) == ["[1]", "[2, 3]"]
        assert len(page.elements("a", **{"class": "opens citation"})) == 1


def test_words_that_are_broken_in_the_scan_are_set_off_as_they_are_searched():
    broken = answering("De samen-\nwerking.", "samen-\nwerking", text="De samenwerking.")
    searched = replace(broken.citations[0], answer_text="samenwerking")
    assert shown(answer(replace(broken, citations=(searched,)))).elements("strong") == ["samenwerking"]


def test_the_short_answer_stands_first_with_the_number_of_its_place():
    first, second = claim("Er was brand."), claim("Er vielen 57 doden.", start=40)
    second = replace(second, citations=(replace(second.citations[0], answer_text="57 doden"),))
    page = shown(answer(first, second, short_answer="57 doden"))
    assert page.elements("p", **{"class": "short-answer"}) == ["57 doden[2]"]


@pytest.mark.parametrize(
    ("language", "heading", "words"),
    [
        ("nl", "De documenten zeggen misschien:", ["misschien", "minder waarschijnlijk"]),
        ("en", "The documents may say:", ["perhaps", "less likely"]),
    ],
)
def test_where_the_documents_may_say_it_each_place_has_its_probability_in_words(language, heading, words):
    places = [
        replace(claim(f"Zin {start}.", start=start), probability=chance) for start, chance in ((1, 0.5), (40, 0.2))
    ]
    page = shown(answer(*places, status="unsure"), language)
    assert page.elements("p", **{"class": "unsure"}) == [heading]
    assert page.elements("span", **{"class": "label"}) == words
    page.assert_tame()
