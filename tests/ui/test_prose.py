"""A language model's prose on the page: while it comes, when it is there, and when it came to nothing."""

from dataclasses import replace

import pytest

from ingest.types import Span
from retriever.evidence_model.evidence_models import EvidenceModels
from retriever.types import Disagreement, DroppedSentence, Prose
from tests.fakes import NumberVerifier, ScriptedLanguageModel
from tests.ui.payloads import PAYLOADS
from tests.ui.reading import SHA, Page, answer, citation, claim, shown
from tests.ui.stand_in import BROKEN, CROSS, HOW_MANY_DUTCH, UNKNOWN, StandIn
from ui.conversation import Turn, ask
from ui.rendering import render_conversation, render_turn

SEVENTY = citation("Seventy people died in the fire.", title="The Fire", language="en", page=3)
MILLER = citation("The miller said noth\ning.", title="The Fire", language="en", page=3, start=90)
MILL = citation("De molen brandde af.", start=200)
DIED = claim("Bij de brand vielen zeventig doden.", kind="paraphrase", citations=(SEVENTY,))
SILENT = claim("De molenaar zweeg over de doden.", kind="inference", citations=(MILLER, SEVENTY))


def in_prose(*claims, written=None, dropped=(), fallback=None, disagreements=(), quotations=()):
    prose = Prose("scripted", written or len(claims), 0 if fallback else len(claims), dropped, fallback)
    return answer(*claims, *quotations, prose=prose, disagreements=disagreements)


def growing(*prose, quotations=()):
    return Page(render_turn(Turn("Hoeveel doden?", claims=quotations, prose=prose, awaits_prose=True), language="nl"))


# when it is there


def test_prose_is_running_text_with_the_citations_of_each_sentence_right_after_it():
    page = shown(in_prose(DIED, SILENT))
    assert "zeventig doden.[1] De molenaar zweeg over de doden.[2][3]" in page.text


def test_an_inference_is_marked_with_a_word():
    assert "De molenaar zweeg over de doden.[1][2] gevolgtrekking" in shown(in_prose(SILENT)).text
    assert "inference" in shown(in_prose(SILENT), "en").text
    assert "gevolgtrekking" not in shown(in_prose(DIED)).text


def test_the_original_words_stand_under_it_once_with_all_numbers_document_and_language():
    page = shown(in_prose(DIED, SILENT))
    assert "De woorden van de teksten“Seventy people died in the fire.”[1][3]" in page.text
    assert page.text.count("Seventy people died") == 1
    assert "The Fire, p. 3 Engels" in page.text
    assert ("lang", "en") in page.attributes


def test_words_in_the_language_of_the_answer_wear_no_badge():
    page = shown(in_prose(claim("De molen ging in vlammen op.", kind="paraphrase", citations=(MILL,))))
    assert "“De molen brandde af.”[1]Kroniek " in page.text
    assert "badge" not in page.values("class")


def test_a_word_that_is_broken_in_the_scan_is_whole_in_the_original_words():
    assert "“The miller said nothing.”[1]" in shown(in_prose(SILENT)).text


def test_the_words_that_answer_are_set_off_in_the_original():
    start = SEVENTY.start
    pointed = replace(SEVENTY, answer=Span(start, start + len("Seventy people")))
    assert shown(in_prose(replace(DIED, citations=(pointed,)))).tags.count("strong") == 1


def test_the_original_words_open_the_place_that_their_number_opens():
    page = shown(in_prose(DIED))
    assert page.values("href") == [f"/documents/{SHA}#char={SEVENTY.start},{SEVENTY.end};page={SEVENTY.page}"] * 2
    assert page.values("data-number") == ["1", "1"]
    assert page.values("data-text-sha256") == [SHA, SHA]


def test_a_quotation_within_a_sentence_is_in_the_language_of_its_source():
    words = "De krant schreef: “Seventy people died in the fire.”"
    page = shown(in_prose(claim(words, kind="paraphrase", citations=(MILL, SEVENTY))))
    assert f"{words}[1][2]" in page.text
    assert page.elements("q", lang="en") == ["“Seventy people died in the fire.”"]


def test_a_quotation_that_quotes_is_one_quotation():
    source = citation("He said “no” to them.", language="en")
    page = shown(in_prose(claim("Hij weigerde: “He said “no” to them.”", kind="paraphrase", citations=(source,))))
    assert page.elements("q", lang="en")[0] == "“He said “no” to them.”"


def test_a_sentence_that_is_a_quotation_is_the_source_s_own():
    page = shown(in_prose(claim(SEVENTY.quote, citations=(SEVENTY,))))
    assert page.elements("span", lang="en") == ["“Seventy people died in the fire.”"]


def test_it_says_how_many_sentences_passed_and_why_the_others_did_not_but_not_what_they_were():
    dropped = [
        DroppedSentence(f"Onzin {reason}.", reason) for reason in ("not_carried", "not_carried", "other_language")
    ]
    page = shown(in_prose(DIED, SILENT, written=5, dropped=tuple(dropped)))
    assert (
        "2 van 5 zinnen doorstonden de controle. Weggelaten: 2 niet gedragen door de bron, 1 in een andere taal."
        in (page.text)
    )
    assert "Onzin" not in page.text


@pytest.mark.parametrize(
    ("written", "language", "words"),
    [
        (1, "nl", "1 van 1 zin doorstond de controle."),
        (3, "nl", "1 van 3 zinnen doorstond de controle."),
        (3, "en", "1 of 3 sentences passed the check."),
    ],
)
def test_numbers_of_sentences_are_said_in_whole_words(written, language, words):
    page = shown(in_prose(DIED, written=written), language)
    assert words in page.text
    assert "Weggelaten" not in page.text


def test_documents_that_differ_stand_side_by_side_under_prose_that_cites_one_of_them():
    other = citation("Er vielen 57 doden.", start=400)
    differing = Disagreement("number", ("Seventy", "57"), (SEVENTY, other))
    quotation = claim(other.quote, citations=(other,))
    page = shown(in_prose(DIED, quotations=(quotation,), disagreements=(differing,)))
    assert "De woorden van de teksten" not in page.text
    assert "Bij de brand vielen zeventig doden.[1]De documenten noemen verschillende getallen" in page.text
    assert "“Seventy people died in the fire.”[1]The Fire" in page.text
    assert "“Er vielen 57 doden.”[2]Kroniek" in page.text
    assert page.text.count("Er vielen 57") == 1
    assert "1 van 1 zin" in page.text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_prose_and_sources_stay_text(payload):
    source = citation(payload, title=payload, language="en")
    for kind in ("paraphrase", "inference", "quotation"):
        page = shown(in_prose(claim(f"{payload} “{payload}”", kind=kind, citations=(source,))))
        page.assert_tame()


# while it comes


def test_while_nothing_is_written_the_quotations_stand_under_the_line_that_says_so():
    page = growing(quotations=(claim(SEVENTY.quote, citations=(SEVENTY,)), claim(MILL.quote, citations=(MILL,))))
    assert "Er wordt een antwoord geschreven; elke zin wordt eerst nagekeken…" in page.text
    assert page.text.index("elke zin") < page.text.index("“Seventy") < page.text.index("“De molen")
    assert page.values("data-start") == [str(SEVENTY.start), str(MILL.start)]
    assert "Engels" in page.text


def test_sentences_come_above_the_quotations_which_keep_their_order():
    quotations = (claim(MILL.quote, citations=(MILL,)), claim(SEVENTY.quote, citations=(SEVENTY,)))
    page = growing(DIED, SILENT, quotations=quotations)
    order = [
        "zeventig doden.[1]",
        "gevolgtrekking",
        "elke zin",
        "“De molen",
        "“Seventy",
        "[1][3]",
        "“The miller",
        "[2]",
    ]
    places = [page.text.index(words) for words in order[:-1]]
    assert places == sorted(places)
    assert "“The miller said nothing.”[2]" in page.text


def test_the_finished_answer_begins_as_it_grew():
    quotations = (claim(SEVENTY.quote, citations=(SEVENTY,)),)
    before = growing(DIED, quotations=quotations).text.partition("Er wordt")[0]
    assert shown(in_prose(DIED)).text.startswith(before)
    assert before.endswith("zeventig doden.[1]")


# when it came to nothing


@pytest.mark.parametrize(
    ("fallback", "language", "words"),
    [
        ("too_slow", "en", "The language model did not answer in time, so here are the texts' own words."),
        ("too_slow", "nl", "Het taalmodel antwoordde niet op tijd"),
        ("failed", "nl", "Het taalmodel gaf geen antwoord"),
        ("nothing_stood", "nl", "Geen zin van het taalmodel doorstond de controle"),
        ("no_answer", "nl", "Het taalmodel zag geen antwoord in de teksten"),
    ],
)
def test_without_prose_the_texts_are_quoted_and_a_line_says_why(fallback, language, words):
    page = shown(in_prose(claim("Een."), fallback=fallback), language)
    assert page.text.index(words) < page.text.index("“Een.”[1]Kroniek")
    assert "De woorden van de teksten" not in page.text


def test_texts_that_changed_while_the_model_wrote_leave_quotations():
    page = shown(answer(claim("Een."), prose=Prose("scripted", 2, 0)))
    assert "Geen zin van het taalmodel doorstond de controle" in page.text
    assert "“Een.”[1]Kroniek" in page.text


def test_without_a_language_model_nothing_is_said_of_one():
    page = shown(answer(claim("Een.")))
    assert "taalmodel" not in page.text
    assert "“Een.”[1]Kroniek" in page.text


# asking


def test_a_turn_grows_by_quotations_then_by_sentences_then_into_the_answer():
    assistant = StandIn(writes=True)
    for _ in range(3):
        assistant.go_on.release()
    turns = list(ask(assistant, HOW_MANY_DUTCH))
    assert [(len(turn.claims), len(turn.prose)) for turn in turns] == [
        *((0, 0), (0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (2, 3)),
        (3, 0),
    ]
    assert [turn.awaits_prose for turn in turns] == [False, *[True] * 6, False]


def test_a_page_that_is_left_stops_the_writing():
    assistant = StandIn(writes=True)
    assistant.go_on.release()
    turns = ask(assistant, HOW_MANY_DUTCH)
    assert any(turn.prose for turn in turns)  # goes on to the first sentence
    turns.close()
    assert assistant.closed.is_set()


def test_a_refusal_awaits_no_prose():
    *_, turn = ask(StandIn(writes=True), UNKNOWN)
    assert (turn.answer.status, turn.awaits_prose) == ("refused", False)
    assert "geschreven" not in render_turn(turn, language="nl")


def test_a_failure_of_the_search_is_told_as_without_a_language_model():
    *_, turn = ask(StandIn(writes=True), BROKEN)
    assert turn.problem == "error.CatalogueError"


def test_an_answer_whose_prose_came_too_late_keeps_its_disagreement():
    *_, turn = ask(StandIn(writes=True), CROSS)
    page = Page(render_turn(turn, language="en"))
    assert "did not answer in time" in page.text
    assert "The documents give different dates" in page.text


def test_only_without_a_language_model_everything_stays_on_this_computer():
    assert "Alles blijft op deze computer." in render_conversation((), language="nl", stays_here=True)
    assert "Alles blijft" not in render_conversation((), language="nl", stays_here=False)


# the real assistant, the real gate


REPLY = (
    "Het brood kostte 3 zloty in juni 1956 [1]. Het brood kostte 7 zloty in 1948 [1]. "
    "In het stuk staat: {{quote:1}} [1].\n(inference) Brood was in 1956 dus te koop voor 3 zloty [1]."
)


@pytest.fixture
def asked(make_assistant):
    """Ask a real assistant whose language model gives one reply, and return the turns."""

    def turns(reply):
        models = EvidenceModels(verifier=NumberVerifier(), language_model=ScriptedLanguageModel([reply]))
        assistant = make_assistant(models)
        document = assistant.add_bytes("Bread.txt", b"In June 1956 bread cost 3 zloty in Warsaw.").document
        return list(ask(assistant, "Hoeveel zloty kostte bread in Warsaw in June 1956?", document_ids=[document.id]))

    return turns


def test_the_real_gate_passes_what_its_source_carries_and_the_page_shows_that(asked):
    turns = asked(REPLY)
    assert [len(turn.prose) for turn in turns if turn.prose] == [1, 2, 3]
    page = Page(render_turn(turns[-1], language="nl"))
    assert "Het brood kostte 3 zloty in juni 1956.[1]" in page.text
    assert "1948" not in page.text
    assert page.elements("q", lang="en")[0] == "“In June 1956 bread cost 3 zloty in Warsaw.”"
    assert "voor 3 zloty.[3] gevolgtrekking" in page.text
    assert "“In June 1956 bread cost 3 zloty in Warsaw.”[1][2][3]Bread Engels" in page.text
    assert "3 van 4 zinnen doorstonden de controle. Weggelaten: 1 niet gedragen door de bron." in page.text


def test_a_real_reply_that_does_not_stand_leaves_the_quotations(asked):
    *_, turn = asked("Het brood kostte 7 zloty in 1948 [1].")
    page = Page(render_turn(turn, language="nl"))
    assert "Geen zin van het taalmodel doorstond de controle" in page.text
    assert "“In June 1956 bread cost 3 zloty in Warsaw.”[1]" in page.text


def test_a_number_of_the_text_s_own_is_no_citation_in_prose_either():
    cited = citation("Volgens [1] vielen er doden.")
    prose = claim("Er staat: “Volgens [1] vielen er doden.”", kind="paraphrase", citations=(cited,))
    page = shown(in_prose(prose))
    assert page.elements("span", **{"class": "own-number"}) == ["[1]"] * 2
    assert len(page.elements("a", **{"class": "opens citation"})) == 1
