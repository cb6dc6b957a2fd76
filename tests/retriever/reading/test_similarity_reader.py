from dataclasses import astuple, replace
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.pipeline import ingest_bytes
from retriever.reading.similarity_reader import WEIGHTS, Signs, SimilarityReader, read_signs, weigh
from retriever.types import Hit, Question
from tests.fakes import WordCountEmbedder

SAMPLES = Path(__file__).parents[3] / "ingest" / "samples"
DUTCH = "De bakkers van Tiel kregen twaalf zakken meel. De samenwerking begon op 3 mei 1954. Daarna kwam Jansen langs."
ENGLISH = "The bakers of Tiel received twelve sacks of flour. The work began on 3 May 1954. Then Jansen came along."
embedder = WordCountEmbedder()
NOTHING = Signs(*[0.0] * len(astuple(WEIGHTS)))


def embed_question(text):
    return embedder.embed_queries([text])[0]


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue.open(tmp_path / "data") as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        yield catalogue


def hits_of(catalogue, *texts, embedder=embedder):
    for number, text in enumerate(texts):
        ingest_bytes(f"text-{number}.txt", text.encode(), catalogue, embedder.embed_passages)
    return [Hit(passage, 1.0, "fused") for passage in catalogue.passages(catalogue.passage_vectors().passage_ids)]


def asked(question, language="nl"):
    return Question(question, question, language)


def read(catalogue, hits, question):
    return SimilarityReader(catalogue.sentences, embed_question).read(question, hits)


def signs_of(catalogue, question, *texts):
    """Return the signs of each sentence, by its first two words."""
    hits = hits_of(catalogue, *texts)
    passages = {hit.passage.id: hit.passage for hit in hits}
    found = catalogue.sentences(list(passages))
    signs = read_signs(question, found, passages, embed_question(question.resolved))
    return {" ".join(one.search_text.split()[:2]): sign for one, sign in zip(found.sentences, signs, strict=True)}


def test_the_sentence_that_answers_is_read_first(catalogue):
    hits = hits_of(catalogue, DUTCH)
    readings = read(catalogue, hits, asked("Hoeveel zakken meel kregen de bakkers van Tiel?"))
    assert readings[0].sentence.search_text == "De bakkers van Tiel kregen twaalf zakken meel."
    assert readings[0].score > SimilarityReader.threshold


def test_nothing_is_above_the_threshold_for_a_question_on_something_else(catalogue):
    hits = hits_of(catalogue, DUTCH)
    readings = read(catalogue, hits, asked("Hoe heet het paard van Sinterklaas?"))
    assert readings[0].score < SimilarityReader.threshold


def test_every_sentence_of_the_hits_is_read_once_best_first(catalogue):
    hits = hits_of(catalogue, DUTCH, ENGLISH)
    readings = read(catalogue, [*hits, *hits], asked("Wanneer begon de samenwerking?"))
    assert len({reading.sentence for reading in readings}) == len(readings) == 6
    assert [reading.score for reading in readings] == sorted((reading.score for reading in readings), reverse=True)
    assert all(reading.passage.id == reading.sentence.passage_id for reading in readings)


def test_equal_sentences_come_in_reading_order(catalogue):
    hits = hits_of(catalogue, "Het regende. Het regende. Het regende.")
    alike = [reading.sentence.start for reading in read(catalogue, hits, asked("Wie was Jansen?"))]
    assert sorted(alike) == [0, 13, 26]
    assert alike.index(13) < alike.index(26)


@pytest.mark.parametrize("ids", [[], ["gone"]], ids=["no hits", "passages that are gone"])
def test_without_sentences_there_are_no_readings(catalogue, ids):
    passage = hits_of(catalogue, DUTCH)[0].passage
    assert read(catalogue, [Hit(replace(passage, id=id), 1.0, "fused") for id in ids], asked("Wie was Jansen?")) == []


@pytest.mark.parametrize("name", ["similarity", "cover", "near", "names", "fits"])
def test_each_sign_for_a_sentence_raises_its_score(name):
    assert weigh(replace(NOTHING, **{name: 1.0})) > weigh(NOTHING)


@pytest.mark.parametrize("name", ["lacks_value", "unfinished"])
def test_each_sign_against_a_sentence_lowers_its_score(name):
    assert weigh(replace(NOTHING, **{name: 1.0})) < weigh(NOTHING)


def test_a_sentence_with_the_number_asked_for_fits_and_one_without_lacks_it(catalogue):
    signs = signs_of(catalogue, asked("Hoeveel zakken meel kregen de bakkers?"), DUTCH)
    assert (signs["De bakkers"].fits, signs["De bakkers"].lacks_value) == (1.0, 0.0)
    assert (signs["Daarna kwam"].fits, signs["Daarna kwam"].lacks_value) == (0.0, 1.0)


def test_the_kind_of_answer_is_that_of_the_question_as_asked(catalogue):
    follow_up = Question("En hoeveel zakken?", "Wanneer kregen de bakkers meel? En hoeveel zakken?", "nl")
    signs = signs_of(catalogue, follow_up, DUTCH)
    assert (signs["De bakkers"].fits, signs["De samenwerking"].fits) == (1.0, 0.0)


def test_the_words_of_an_earlier_question_are_looked_for(catalogue):
    follow_up = Question("En hoeveel?", "Kregen de bakkers van Tiel meel? En hoeveel?", "nl")
    signs = signs_of(catalogue, follow_up, DUTCH)
    assert (signs["De bakkers"].cover, signs["Daarna kwam"].cover) == (1.0, 0.0)


def test_words_of_a_foreign_passage_are_counted_apart(catalogue):
    signs = signs_of(catalogue, asked("Wat kreeg Jansen in Tiel?"), DUTCH, ENGLISH)
    assert (signs["The bakers"].foreign, signs["The bakers"].cover, signs["The bakers"].near) == (1.0, 0.0, 0.0)
    assert signs["The bakers"].near_foreign > 0
    assert (signs["De bakkers"].foreign, signs["De bakkers"].cover_foreign) == (0.0, 0.0)


@pytest.mark.parametrize("name", ["Tiel", "Jansen"])
def test_names_count_in_every_language(catalogue, name):
    signs = signs_of(catalogue, asked(f"Wat was er met {name}?"), DUTCH, ENGLISH)
    assert signs["The bakers"].names == signs["De bakkers"].names == 1.0


def test_a_scrap_among_sentences_is_unfinished(catalogue):
    signs = signs_of(catalogue, asked("Wat kregen de bakkers?"), f"OVER DE BAKKERS VAN TIEL\n\n{DUTCH}")
    assert [name for name, sign in signs.items() if sign.unfinished] == ["OVER DE"]


def test_lines_without_any_full_stop_are_not_unfinished(catalogue):
    signs = signs_of(catalogue, asked("Wat kregen de bakkers?"), "de bakkers van Tiel kregen meel en brood")
    assert [sign.unfinished for sign in signs.values()] == [0.0]


def test_the_first_sentence_of_a_passage_has_none_before_it(catalogue):
    signs = signs_of(catalogue, asked("Hoeveel zakken meel kregen de bakkers van Tiel?"), DUTCH)
    assert signs["De bakkers"].before == 0.0
    assert signs["De samenwerking"].before != 0.0


@pytest.mark.real
def test_the_real_model_reads_the_right_sentence_of_a_sample_text_first(catalogue, real_embedder, tmp_path):
    with Catalogue.open(tmp_path / "real") as catalogue:
        hits = hits_of(catalogue, (SAMPLES / "kroniek-poznan-juni-1956.txt").read_text(), embedder=real_embedder)
        reader = SimilarityReader(catalogue.sentences, lambda text: real_embedder.embed_queries([text])[0])
        question = "How many people were arrested after the revolt in Poznań until 8 August?"
        assert "746 mensen" in reader.read(asked(question, "en"), hits)[0].sentence.search_text
