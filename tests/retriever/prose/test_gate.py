from dataclasses import replace

import pytest

from retriever.prose.gate import Gate
from retriever.prose.written import read_sentence
from retriever.types import DroppedSentence, Question

QUESTION = Question("Wat is er gebeurd?", "Wat is er gebeurd?", "nl")


@pytest.fixture
def check(shelf):
    gate = Gate(shelf.sentences, QUESTION, shelf.verify)
    numbers = {
        "stopped": shelf.sentence("stopte").number,
        "families": shelf.sentence("gezinnen").number,
        "people": shelf.sentence("300").number,
        "sold": shelf.sentence("1958").number,
    }
    return lambda text: gate.check(read_sentence(text.format(**numbers)))


def quotes(claim):
    return [citation.quote for citation in claim.citations]


def test_a_sentence_that_its_evidence_carries_becomes_a_claim(check):
    claim = check("In 1957 voer het veer voor het laatst [{stopped}].")
    assert (claim.kind, claim.verdict, claim.support) == ("paraphrase", "supported", 0.95)
    assert claim.text == "In 1957 voer het veer voor het laatst."
    assert quotes(claim) == ["Het veer naar Marken stopte op 12 maart 1957."]


def test_a_sentence_with_another_number_falls_out(check):
    assert check("In 1959 voer het veer voor het laatst [{stopped}].") == DroppedSentence(
        "In 1959 voer het veer voor het laatst.", "not_carried"
    )


@pytest.mark.parametrize("numbers", ["", " [{people}]", " [77]", " [{people}][77]"])
def test_a_sentence_with_wrong_numbers_or_none_is_given_the_evidence_that_carries_it(check, numbers):
    claim = check(f"In 1957 voer het veer voor het laatst{numbers}.")
    assert quotes(claim) == ["Het veer naar Marken stopte op 12 maart 1957."]


def test_a_number_that_there_is_not_is_the_reason_when_nothing_else_carries_the_sentence(check):
    assert check("In 1959 voer het veer nog [77].").reason == "unknown_number"


def test_a_sentence_that_only_several_pieces_carry_is_an_inference(check):
    claim = check("In 1957 stopte het veer en in 1958 verdwenen de boten [{stopped}][{sold}].")
    assert claim.kind == "inference"
    assert len(claim.citations) == 2


def test_a_sentence_that_the_model_marks_is_an_inference(check):
    claim = check("(inference) Na 1957 was Marken zonder veer [{stopped}].")
    assert (claim.kind, claim.text) == ("inference", "Na 1957 was Marken zonder veer.")


def test_a_quotation_is_cut_from_the_texts(check, shelf):
    claim = check("{{{{quote:{people}}}}} [{people}]")
    assert (claim.kind, claim.text, claim.support) == ("quotation", "The ferry carried 300 people a day.", 1.0)


@pytest.mark.parametrize("numbers", ["", " [{people}]", " [{stopped}]"])
@pytest.mark.parametrize(
    "text", ["Het veer naar Marken stopte op 12 maart 1957.", "Het veer naar Marken stopte op 12 maart 1957"]
)
def test_evidence_that_is_copied_word_for_word_is_a_quotation(check, text, numbers):
    claim = check(f"{text}{numbers}")
    assert (claim.kind, claim.text, claim.support) == (
        "quotation",
        "Het veer naar Marken stopte op 12 maart 1957.",
        1.0,
    )
    assert quotes(claim) == ["Het veer naar Marken stopte op 12 maart 1957."]


def test_what_is_copied_from_the_other_language_is_no_answer(check):
    assert check("The ferry carried 300 people a day [{people}].").reason == "other_language"


def test_a_quotation_within_a_sentence_has_quotation_marks_and_its_citation(check):
    claim = check("Het verslag zegt over 300 reizigers: {{{{quote:{people}}}}}")
    assert claim.text == "Het verslag zegt over 300 reizigers: “The ferry carried 300 people a day.”"
    assert (claim.kind, quotes(claim)) == ("paraphrase", ["The ferry carried 300 people a day."])


def test_a_quotation_of_what_there_is_not_falls_out(check):
    assert check("In 1957 schreef men {{{{quote:77}}}} [{stopped}].").reason == "unknown_number"


@pytest.mark.parametrize("marks", ["“{}”", '"{}"', "‘{}’", "«{}»", "'{}'", "„{}”"])
def test_words_of_the_model_itself_in_quotation_marks_fall_out(check, marks):
    assert check(f"In 1957 zei men {marks.format('nooit meer varen')} [{{stopped}}].").reason == "not_carried"
    kept = check(f"In 1957 was het {marks.format('veer naar Marken')} weg [{{stopped}}].")
    assert kept.verdict == "supported"


def test_a_sentence_in_another_language_than_the_question_falls_out(check):
    text = "The ferry that the villagers had used for so many years was taken out of service in 1957 [{stopped}]."
    assert check(text).reason == "other_language"


@pytest.mark.parametrize("text", ["[1]", "...", "{{{{quote:77}}}}"])
def test_what_says_nothing_is_no_claim(check, text):
    assert isinstance(check(text), DroppedSentence)


def test_what_was_removed_meanwhile_carries_nothing(shelf):
    sentence = shelf.sentence("stopte")
    gate = Gate(shelf.sentences, QUESTION, shelf.verify)
    shelf.catalogue.remove(sentence.citation.document_id)
    assert gate.check(read_sentence(f"Het veer stopte in 1957 [{sentence.number}].")).reason == "not_carried"


def test_what_points_back_to_a_sentence_that_fell_falls_with_it(shelf):
    number = shelf.sentence("stopte").number
    gate = Gate(shelf.sentences, QUESTION, shelf.verify)
    assert gate.check(read_sentence(f"Schipper Bakker voer tot 1959 [{number}].")).reason == "not_carried"
    assert gate.check(read_sentence(f"Hij stopte in 1957 [{number}].")).reason == "not_carried"
    assert gate.check(read_sentence(f"Het veer stopte in 1957 [{number}].")).verdict == "supported"
    assert gate.check(read_sentence(f"Dat was op 12 maart 1957 [{number}].")).verdict == "supported"


def test_the_first_sentence_rests_on_what_answers_and_others_may_follow(shelf):
    answering, beside = shelf.sentence("stopte"), replace(shelf.sentence("1958"), answers=False)
    gate = Gate([replace(answering, number=1), replace(beside, number=2)], QUESTION, shelf.verify)
    assert gate.check(read_sentence("In 1958 waren de boten verkocht [2].")).reason == "beside_the_question"
    assert gate.check(read_sentence("Het veer stopte in 1957 [1].")).verdict == "supported"
    assert gate.check(read_sentence("In 1958 waren de boten verkocht [2].")).verdict == "supported"


@pytest.mark.parametrize(
    ("asked", "must_answer"), [("Wanneer stopte het veer?", [True, False]), ("Stopte het veer?", [False, False])]
)
def test_the_first_sentence_alone_must_answer_an_open_question(shelf, asked, must_answer):
    seen = []

    def verify(claim, **held_against):
        seen.append(held_against)
        return replace(claim, verdict="supported", support=1.0)

    gate = Gate(shelf.sentences, Question(asked, asked, "nl"), verify)
    number = shelf.sentence("stopte").number
    gate.check(read_sentence(f"Het veer van Marken voer in 1957 voor het laatst [{number}]."))
    gate.check(read_sentence(f"Schipper was toen Kees Wolf [{number}]."))
    assert seen == [{"question": asked if must else None} for must in must_answer]


@pytest.mark.parametrize("word", ["Ja,", "nee:", "Yes.", "No -"])
def test_a_yes_or_a_no_is_not_shown_because_nothing_checks_it(check, word):
    assert check(f"{word} in 1957 voer het veer voor het laatst [{{stopped}}].").text.startswith("In 1957 voer")
