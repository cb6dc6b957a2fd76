from dataclasses import dataclass

import pytest

from ingest.catalogue import Catalogue
from ingest.pipeline import ingest_bytes
from retriever.drafting import cite
from retriever.evidence_model.types import Judgement, MatchedWord
from retriever.prose.support import (
    ACROSS,
    JOINED,
    LIKE_WORD_ASKED,
    WITHIN,
    least_likeness,
    share_kept,
    takes_from_question,
    verify_prose,
)
from retriever.types import Claim, Reading
from tests.fakes import ScriptedFinder, WordCountEmbedder

FERRY = "Het veer naar Marken stopte in maart 1957."
REWORDED = "Sinds maart 1957 is Marken zijn veer kwijt."
DUTCH_SENTENCE, ENGLISH_SENTENCE = "stopte", "300"


class Certain:
    """A judge that says the same of every claim."""

    name = "certain"

    def __init__(self, support):
        self.support = support

    def judge(self, pairs):
        return [Judgement(self.support, 0.0, 1 - self.support) for _ in pairs]


@dataclass
class Likeness:
    """A matcher for which every word is as like its counterpart as the next; `seen` is what was matched."""

    likeness: float
    seen: tuple[str, str] | None = None

    def match_words(self, text, other):
        self.seen = (text, other)
        return [MatchedWord(word, self.likeness) for word in text.split()]


@pytest.fixture
def verdict(shelf):
    def verify(text, words, *, support, likeness):
        claim = Claim(text, "paraphrase", (shelf.sentence(words).citation,), 0.0, "unchecked")
        return verify_prose(claim, shelf.catalogue, Certain(support), Likeness(likeness)).verdict

    return verify


@pytest.mark.parametrize("line", WITHIN)
def test_within_a_language_one_of_the_lines_must_be_reached(verdict, line):
    assert verdict(FERRY, DUTCH_SENTENCE, support=line.support, likeness=line.likeness) == "supported"
    assert verdict(FERRY, DUTCH_SENTENCE, support=line.support - 0.01, likeness=line.likeness) == "unsupported"
    assert verdict(FERRY, DUTCH_SENTENCE, support=line.support, likeness=line.likeness - 0.01) == "unsupported"


def test_a_sentence_that_keeps_too_few_of_its_words_is_not_carried_however_sure_the_verifier_is(verdict):
    assert verdict(REWORDED, DUTCH_SENTENCE, support=1.0, likeness=1.0) == "unsupported"


@pytest.mark.parametrize(("less_support", "less_likeness"), [(0, 0), (0.01, 0), (0, 0.01)])
def test_over_several_pieces_of_evidence_together_more_is_asked(shelf, less_support, less_likeness):
    (line,) = JOINED
    citations = shelf.sentence(DUTCH_SENTENCE).citation, shelf.sentence("gezinnen").citation
    claim = Claim(FERRY, "paraphrase", citations, 0.0, "unchecked")
    judge, matcher = Certain(line.support - less_support), Likeness(line.likeness - less_likeness)
    expected = "unsupported" if less_support or less_likeness else "supported"
    assert verify_prose(claim, shelf.catalogue, judge, matcher).verdict == expected


@pytest.mark.parametrize(
    ("sentence", "share"),
    [
        ("Het veer naar Marken stopte.", 1.0),
        ("Het veer naar Marken stopte in 1957.", 1.0),
        ("Naar Marken stopten de veren.", 2 / 3),
        (REWORDED, 2 / 5),
        ("Hij is er niet.", 1.0),
    ],
)
def test_kept_are_the_telling_words_that_stand_in_the_same_order(sentence, share):
    evidence = ["Het veer naar Marken stopte.", "Dat was op 12 maart 1957."]
    assert share_kept(sentence, evidence, "nl") == pytest.approx(share)


def test_across_languages_the_verifier_must_be_surer(verdict):
    text = "Het veer vervoerde elke dag 300 mensen."
    (line,) = ACROSS
    assert verdict(text, ENGLISH_SENTENCE, support=line.support, likeness=line.mean) == "supported"
    assert verdict(text, ENGLISH_SENTENCE, support=line.support - 0.01, likeness=1.0) == "unsupported"


@pytest.mark.parametrize(
    ("telling", "small", "expected"), [(0.38, 1.0, "supported"), (0.37, 1.0, "unsupported"), (0.8, 0.3, "unsupported")]
)
def test_across_languages_the_small_words_count_too(shelf, telling, small, expected):
    class Matcher:
        def match_words(self, text, other):
            words = text.rstrip(".").split()
            return [MatchedWord(word, small if word in ("Het", "elke", "dag") else telling) for word in words]

    citations = (shelf.sentence(ENGLISH_SENTENCE).citation,)
    claim = Claim("Het veer vervoerde elke dag 300 mensen.", "paraphrase", citations, 0.0, "unchecked")
    assert verify_prose(claim, shelf.catalogue, Certain(1.0), Matcher()).verdict == expected


def test_a_number_that_the_evidence_lacks_is_never_carried(verdict):
    assert verdict("Het veer stopte in 1959.", DUTCH_SENTENCE, support=1.0, likeness=1.0) == "unsupported"


@pytest.fixture
def verdicts_over(tmp_path):
    def verify(text, *claims):
        """Hold each claim against the last sentence of a text."""
        embedder = WordCountEmbedder()
        with Catalogue.open(tmp_path / "data") as catalogue:
            catalogue.bind_model(embedder.fingerprint)
            ingest_bytes("kade.txt", text.encode(), catalogue, embedder.embed_passages)
            (summary,), passages = catalogue.documents(), catalogue.passages(catalogue.passage_vectors().passage_ids)
            sentence = catalogue.sentences([one.id for one in passages]).sentences[-1]
            citation = cite(Reading(sentence, passages[0], 1.0), summary)
            made = [Claim(words, "paraphrase", (citation,), 0.0, "unchecked") for words in claims]
            checked = [verify_prose(claim, catalogue) for claim in made]
        assert [claim.text for claim in checked] == list(claims)
        return [claim.verdict for claim in checked]

    return verify


def test_an_at_least_may_not_be_lost(verdicts_over):
    claims = "Er stonden 73 gezinnen.", "Er stonden minstens 73 gezinnen."
    assert verdicts_over("Op de kade stonden minstens 73 gezinnen.", *claims) == ["unsupported", "supported"]


def test_a_full_name_may_come_from_elsewhere_in_the_document(verdicts_over):
    text = "Schipper Lotte Dekker kwam in 1950. Zeven jaar later vertrok Dekker weer."
    claims = "Toen vertrok Lotte Dekker weer.", "Toen vertrok Nikita Dekker weer."
    assert verdicts_over(text, *claims) == ["supported", "unsupported"]


def test_a_full_name_in_quotation_marks_must_stand_in_the_evidence_itself(verdicts_over):
    text = "Schipper Lotte Dekker kwam in 1950. Zeven jaar later vertrok Dekker weer."
    claims = "Er staat: “vertrok Lotte Dekker weer”.", "Er staat: “vertrok Dekker weer”."
    assert verdicts_over(text, *claims) == ["unsupported", "supported"]


def test_without_models_the_numbers_and_names_decide(shelf):
    claim = Claim(FERRY, "paraphrase", (shelf.sentence("stopte").citation,), 0.0, "unchecked")
    assert verify_prose(claim, shelf.catalogue).verdict == "supported"


@pytest.mark.parametrize(("support", "verdict"), [(0.5, "supported"), (0.49, "unsupported")])
def test_a_verifier_without_a_matcher_must_be_surer(shelf, support, verdict):
    claim = Claim(FERRY, "paraphrase", (shelf.sentence(DUTCH_SENTENCE).citation,), 0.0, "unchecked")
    assert verify_prose(claim, shelf.catalogue, Certain(support)).verdict == verdict


def test_a_quotation_needs_its_words_and_no_model(shelf):
    source = shelf.sentence("stopte")
    claim = Claim(source.text, "quotation", (source.citation,), 0.0, "unchecked")
    assert verify_prose(claim, shelf.catalogue, Certain(0.0), Likeness(-1.0)).verdict == "supported"


def test_the_words_of_a_sentence_are_matched_once(shelf):
    class Counting(Likeness):
        times = 0

        def match_words(self, text, other):
            self.times += 1
            return super().match_words(text, other)

    matcher = Counting(1.0)
    claim = Claim(FERRY, "paraphrase", (shelf.sentence(DUTCH_SENTENCE).citation,), 0.0, "unchecked")
    verify_prose(claim, shelf.catalogue, Certain(1.0), matcher, question="Wat stopte er plotseling?")
    assert matcher.times == 1


def test_words_are_looked_for_in_all_that_is_cited(shelf):
    matcher = Likeness(1.0)
    cited = shelf.sentence("stopte"), shelf.sentence("gezinnen")
    claim = Claim(FERRY, "inference", tuple(one.citation for one in cited), 0.0, "unchecked")
    verify_prose(claim, shelf.catalogue, Certain(1.0), matcher)
    assert matcher.seen == (FERRY, f"{cited[0].text} {cited[1].text}")


def test_the_telling_word_that_fares_worst_counts_and_no_stop_word():
    matched = [MatchedWord("het", -0.5), MatchedWord("veer", 0.9), MatchedWord("zonk", 0.1)]
    assert least_likeness(matched) == 0.1
    assert least_likeness([]) == 1.0


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("Wanneer stopte het?", "1957", "supported"),
        ("Welk veer stopte?", "naar", "supported"),
        ("Wat stopte er?", "Het veer naar Marken", "supported"),
        ("Op welke dag was dat?", "op 12", "unsupported"),
    ],
)
def test_a_sentence_must_answer_its_question_with_what_the_evidence_answers_it_with(shelf, question, answer, expected):
    source = shelf.sentence(DUTCH_SENTENCE)
    claim = Claim(FERRY, "paraphrase", (source.citation,), 0.0, "unchecked")
    finder = ScriptedFinder(source.text, {question: answer})
    checked = verify_prose(claim, shelf.catalogue, finder=finder, question=question, must_answer=True)
    assert checked.verdict == expected


@pytest.mark.parametrize(
    ("question", "likeness", "expected"),
    [
        ("Wat ging er in maart 1957 ten onder?", 0.3, "supported"),
        ("Wat stopte er?", 0.3, "supported"),
        ("Wat stopte er plotseling?", LIKE_WORD_ASKED, "supported"),
        ("Wat stopte er plotseling?", LIKE_WORD_ASKED - 0.01, "unsupported"),
        (None, 0.3, "supported"),
    ],
)
def test_a_word_that_only_the_question_has_needs_a_good_counterpart(shelf, question, likeness, expected):
    claim = Claim(
        "Het veer naar Marken stopte plotseling in maart 1957.",
        "paraphrase",
        (shelf.sentence(DUTCH_SENTENCE).citation,),
        0.0,
        "unchecked",
    )
    checked = verify_prose(claim, shelf.catalogue, Certain(1.0), Likeness(likeness), question=question)
    assert checked.verdict == expected


def test_a_name_that_only_the_question_has_is_for_the_check_of_names(shelf):
    evidence = shelf.sentence(DUTCH_SENTENCE).text

    def taken(question, sentence):
        matched = Likeness(0.0).match_words(sentence.rstrip("."), evidence)
        return takes_from_question(question, sentence, [evidence], "nl", matched)

    assert not taken("Welk veer naar Warschau stopte?", "Het veer naar Warschau stopte.")
    assert taken("Welk veer zonk?", "Het veer zonk.")


def test_a_name_joined_to_what_is_said_of_another_is_not_carried(verdicts_over):
    text = "De schuit van Bakker werd verkocht en die van Dekker zonk in maart 1957."
    claims = "De schuit van Dekker zonk in maart 1957.", "De schuit van Bakker zonk in maart 1957."
    assert verdicts_over(text, *claims) == ["supported", "unsupported"]


def test_a_sentence_that_need_not_answer_is_not_asked(shelf):
    source = shelf.sentence(DUTCH_SENTENCE)
    claim = Claim(FERRY, "paraphrase", (source.citation,), 0.0, "unchecked")
    finder = ScriptedFinder(source.text, {"Op welke dag was dat?": "op 12"})
    assert verify_prose(claim, shelf.catalogue, finder=finder, question="Op welke dag was dat?").verdict == "supported"


@pytest.mark.parametrize(("found", "expected"), [("1957", "supported"), ("Het veer", "unsupported")])
def test_a_sentence_must_give_its_date_where_the_evidence_does(shelf, found, expected):
    source = shelf.sentence(DUTCH_SENTENCE)
    claim = Claim(FERRY, "paraphrase", (source.citation,), 0.0, "unchecked")
    asked = "Het veer naar Marken stopte in wanneer?", "Het veer naar Marken stopte in hoeveel?"
    finder = ScriptedFinder(source.text, dict.fromkeys(asked, found))
    assert verify_prose(claim, shelf.catalogue, finder=finder).verdict == expected


def test_across_languages_the_answers_are_not_compared(shelf):
    citations = (shelf.sentence(ENGLISH_SENTENCE).citation,)
    claim = Claim("Het veer vervoerde elke dag 300 mensen.", "paraphrase", citations, 0.0, "unchecked")
    checked = verify_prose(claim, shelf.catalogue, finder=ScriptedFinder("ferry"), question="Wat?", must_answer=True)
    assert checked.verdict == "supported"


def test_a_because_that_the_evidence_lacks_is_not_carried(verdicts_over):
    claims = "De brug was kapot en het veer stopte.", "Omdat de brug kapot was, stopte het veer."
    assert verdicts_over("De brug was kapot en het veer stopte.", *claims) == ["supported", "unsupported"]


def test_across_languages_connectives_are_not_compared(shelf):
    citations = (shelf.sentence(ENGLISH_SENTENCE).citation,)
    claim = Claim("Het veer kon elke dag 300 mensen vervoeren.", "paraphrase", citations, 0.0, "unchecked")
    assert verify_prose(claim, shelf.catalogue).verdict == "supported"


def test_a_date_alone_is_not_carried(verdict):
    assert verdict("In maart 1957", DUTCH_SENTENCE, support=1.0, likeness=1.0) == "unsupported"


def test_a_sentence_that_says_we_is_not_carried(verdict):
    assert verdict("Ons veer naar Marken stopte in maart 1957.", DUTCH_SENTENCE, support=1.0, likeness=1.0) == (
        "unsupported"
    )
