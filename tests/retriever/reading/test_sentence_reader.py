from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.pipeline import ingest_bytes
from ingest.types import Span
from retriever.embedding.state_reader import StateReader
from retriever.evidence_model.types import FoundSpan, PassageReading
from retriever.reading.blend import Blend
from retriever.reading.reader import Borders
from retriever.reading.sentence_reader import PASSAGES_SELECTED, SentenceReader
from retriever.types import Hit, Question
from tests.fakes import WordCountEmbedder

SAMPLES = Path(__file__).parents[3] / "ingest" / "samples"
DUTCH = "De bakkers van Tiel kregen twaalf zakken meel. De samenwerking begon op 3 mei 1954. Daarna kwam Jansen langs."
ENGLISH = "The bakers of Tiel received twelve sacks of flour. The work began on 3 May 1954. Then Jansen came along."
SACKS = "Hoeveel zakken meel kregen de bakkers van Tiel?"
embedder = WordCountEmbedder()

CERTAINTY = {"bias": -2.0, "total": 1.0}
BORDERS = Borders(answered=0.7, unsure=0.3)
BLENDS = {
    "signs": Blend({"likeness": 4.0}, CERTAINTY, CERTAINTY, BORDERS),
    "selector": Blend({"likeness": 1.0, "score": 1.0}, CERTAINTY, CERTAINTY, BORDERS),
}


class Words:
    """Selects the sentences that hold some words, and points at these."""

    name, blend = "words", "selector"

    def __init__(self, *words, score=5.0):
        self.words = words
        self.score = score
        self.read = []

    def __call__(self, question, passages):
        self.read += [passage.text for passage in passages]
        return [
            PassageReading(tuple(self._found(passage.text, one) for one in passage.sentences), self.score)
            for passage in passages
        ]

    def _found(self, text, sentence):
        for words in self.words:
            place = text.find(words, sentence.start, sentence.end)
            if place >= 0:
                return FoundSpan(Span(place, place + len(words)), self.score)
        return FoundSpan(sentence, -5.0)


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue.open(tmp_path / "data") as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        yield catalogue


def hits_of(catalogue, *texts, embedder=embedder):
    for number, text in enumerate(texts):
        ingest_bytes(f"text-{number}.txt", text.encode(), catalogue, embedder.read_passages)
    return [Hit(passage, 1.0, "fused") for passage in catalogue.passages(catalogue.passage_vectors().passage_ids)]


def asked(question, language="nl"):
    return Question(question, question, language)


def read(question, hits, catalogue, select=None):
    return (
        SentenceReader(catalogue, StateReader(catalogue, embedder), select=select, blends=BLENDS)
        .read(question, hits)
        .readings
    )


def test_the_sentence_that_is_likest_the_question_is_read_first(catalogue):
    readings = read(asked(SACKS), hits_of(catalogue, DUTCH), catalogue)
    assert readings[0].sentence.search_text == "De bakkers van Tiel kregen twaalf zakken meel."
    assert readings[0].answer is None


def test_every_sentence_of_the_hits_is_read_once_best_first(catalogue):
    hits = hits_of(catalogue, DUTCH, ENGLISH)
    readings = read(asked("Wanneer begon de samenwerking?"), [*hits, *hits], catalogue)
    assert len({reading.sentence for reading in readings}) == len(readings) == 6
    assert all(one.score >= other.score for one, other in pairwise(readings))
    assert all(reading.passage.id == reading.sentence.passage_id for reading in readings)


def test_equal_sentences_come_in_reading_order(catalogue):
    hits = hits_of(catalogue, "Het regende. Het regende. Het regende.")
    starts = [reading.sentence.start for reading in read(asked("Wie was Jansen?"), hits, catalogue)]
    assert starts == sorted(starts)


@pytest.mark.parametrize("ids", [[], ["gone"]], ids=["no hits", "passages that are gone"])
def test_without_sentences_there_are_no_readings(catalogue, ids):
    passage = hits_of(catalogue, DUTCH)[0].passage
    hits = [Hit(replace(passage, id=id), 1.0, "fused") for id in ids]
    assert read(asked("Wie was Jansen?"), hits, catalogue, Words("meel")) == ()


def test_the_network_outweighs_the_words(catalogue):
    readings = read(asked(SACKS), hits_of(catalogue, DUTCH), catalogue, Words("Jansen"))
    assert readings[0].sentence.search_text == "Daarna kwam Jansen langs."


def test_the_network_reads_the_passages_with_the_best_signs(catalogue):
    words = ["eerste", "tweede", "derde", "vierde", "vijfde", "zesde"]
    hits = hits_of(catalogue, *(f"Het {word} paard liep weg." for word in words), DUTCH)
    select = Words("paard")
    read(asked("Wie zag het zesde paard?"), hits, catalogue, select)
    assert len(select.read) == PASSAGES_SELECTED
    assert "Het zesde paard liep weg." in select.read


@pytest.mark.parametrize("word", ["zakken", "zak-\r\nken"])
def test_the_words_that_answer_are_pointed_at_in_the_document(catalogue, word):
    text = f"De samen-\nwerking  gaf {word} meel."
    (best,) = read(asked("Wat gaf de samenwerking?"), hits_of(catalogue, text), catalogue, Words("zakken meel"))
    assert text[best.answer.start : best.answer.end] == f"{word} meel"
    assert best.answer_text == "zakken meel"


def test_a_sentence_that_hardly_answers_has_no_words_pointed_at(catalogue):
    (reading,) = read(asked(SACKS), hits_of(catalogue, "Het regende."), catalogue, Words("regende", score=-3.0))
    assert (reading.answer, reading.answer_text) == (None, None)
    assert reading.score < BORDERS.unsure


def test_no_words_are_pointed_at_in_a_document_that_was_removed(catalogue):
    class Removing(Words):
        def __call__(self, question, passages):
            for document in catalogue.documents():
                catalogue.remove(document.id)
            return super().__call__(question, passages)

    (best,) = read(asked(SACKS), hits_of(catalogue, "Zij kregen meel."), catalogue, Removing("meel"))
    assert (best.answer, best.answer_text) == (None, "meel")


@pytest.mark.real
def test_the_real_model_reads_the_right_sentence_of_a_sample_text_first(real_embedder, tmp_path):
    with Catalogue.open(tmp_path / "real") as catalogue:
        hits = hits_of(catalogue, (SAMPLES / "kroniek-poznan-juni-1956.txt").read_text(), embedder=real_embedder)
        question = "How many people were arrested after the revolt in Poznań until 8 August?"
        readings = (
            SentenceReader(catalogue, StateReader(catalogue, real_embedder)).read(asked(question, "en"), hits).readings
        )
        assert "746 mensen" in readings[0].sentence.search_text


def test_records_of_another_date_are_neither_read_nor_counted(catalogue):
    boats = {"Hoop": 3, "Zwaan": 5, "Arend": 9, "Otter": 12}
    text = " ".join(f"De {boat} verging op {day} januari 1911." for boat, day in boats.items())
    select = Words("verging", score=-5.0)
    (reading,) = read(asked("Welke boot verging op 9 januari 1911?"), hits_of(catalogue, text), catalogue, select)
    assert select.read == [reading.sentence.search_text] == ["De Arend verging op 9 januari 1911."]


def test_what_is_said_of_another_date_in_other_words_is_read_as_context_and_counted_out(catalogue):
    text = (
        "De CPSU zond Mikoyan op 13 juli 1956 naar Boedapest. Op 2 juni 1953 was er onrust in Pilsen geweest. "
        "In mei liep het in Plovdiv mis; dat was op 4 mei 1953. De partij vergaderde op 9 juli 1956 over de opstand."
    )
    select = Words("Mikoyan")
    readings = read(
        asked("Wie werd op 13 juli 1956 naar Boedapest gezonden?"), hits_of(catalogue, text), catalogue, select
    )
    assert "Pilsen" in select.read[0]
    assert [one.sentence.search_text for one in readings] == ["De CPSU zond Mikoyan op 13 juli 1956 naar Boedapest."]
