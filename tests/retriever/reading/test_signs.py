import pytest

from ingest.catalogue import Catalogue
from ingest.pipeline import ingest_bytes
from retriever.embedding.state_reader import StateReader
from retriever.reading.sentence_reader import SentenceReader
from retriever.types import Question
from tests.fakes import WordCountEmbedder

DUTCH = "De bakkers van Tiel kregen twaalf zakken meel. De samenwerking begon op 3 mei 1954. Daarna kwam Jansen langs."
ENGLISH = "The bakers of Tiel received twelve sacks of flour. The work began on 3 May 1954. Then Jansen came along."
embedder = WordCountEmbedder()


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue.open(tmp_path / "data") as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        yield catalogue


def asked(question, language="nl"):
    return Question(question, question, language)


def signs_of(catalogue, question, *texts):
    """Return the signs of each sentence, by its first two words."""
    for number, text in enumerate(texts):
        ingest_bytes(f"text-{number}.txt", text.encode(), catalogue, embedder.read_passages)
    passages = catalogue.passages(catalogue.passage_vectors().passage_ids)
    examined = SentenceReader(catalogue, StateReader(catalogue, embedder)).examine(question, passages)
    return {" ".join(one.sentence.search_text.split()[:2]): one.signs for one in examined}


def test_a_sentence_with_the_words_of_the_question_is_likest_to_it(catalogue):
    signs = signs_of(catalogue, asked("Hoeveel zakken meel kregen de bakkers van Tiel?"), DUTCH)
    best = signs["De bakkers"]
    assert best.likeness == best.best > signs["De samenwerking"].likeness
    assert best.lead > 0


def test_a_sentence_knows_how_like_the_question_the_one_before_it_is(catalogue):
    signs = signs_of(catalogue, asked("Hoeveel zakken meel kregen de bakkers van Tiel?"), DUTCH)
    assert signs["De bakkers"].before == 0.0
    assert signs["De samenwerking"].before == signs["De bakkers"].lead


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


def test_a_question_in_the_text_asks_and_a_longer_sentence_has_more_words(catalogue):
    signs = signs_of(catalogue, asked("Wat kregen de bakkers?"), f"Wat kregen zij? Meel. {DUTCH}")
    assert [name for name, sign in signs.items() if sign.asks] == ["Wat kregen"]
    assert signs["Meel."].words < signs["Wat kregen"].words < signs["De bakkers"].words
