import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from evals.cases import CaseError, load_texts
from evals.public.reading import MAX_CONTEXTS, READER_SETS, reader_set
from evals.types import Place
from ingest.readers import read_document
from ingest.types import Span

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"

PARAGRAPHS = {
    "en": "Mill {n} stands on the northern bank. Mill {n} was built in 1702. Mill {n} ground rye number {n}.",
    "de": "Mühle {n} steht am Nordufer. Mühle {n} wurde 1702 gebaut. Mühle {n} mahlte Roggen Nummer {n}.",
}
GRAINS = {"en": "rye number {n}", "de": "Roggen Nummer {n}"}
QUESTIONS = {
    "when": {"en": "When was mill {n} built?", "de": "Wann wurde Mühle {n} gebaut?"},
    "what": {"en": "What did mill {n} grind?", "de": "Was mahlte Mühle {n}?"},
}


def answer(context, text):
    return {"text": text, "start": context.index(text)}


def line(id, question, context, answers, *, languages=("en", "en")):
    return {
        "id": id,
        "lang_question": languages[0],
        "lang_context": languages[1],
        "title": "",
        "context": context,
        "question": question,
        "history": [],
        "answers": [answer(context, text) for text in answers],
        "impossible": not answers,
        "source": "s",
        "licence": "CC0-1.0",
    }


def write(folder, name, lines):
    (folder / "reader").mkdir(exist_ok=True)
    with gzip.open(folder / "reader" / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in lines)


def parallel_lines(mills=4):
    """Two questions about each mill, in English and in German, each of the text in its own language."""
    for n in range(1, mills + 1):
        for language in ("en", "de"):
            context = PARAGRAPHS[language].format(n=n)
            for matter, right in (("when", "1702"), ("what", GRAINS[language].format(n=n))):
                question = QUESTIONS[matter][language].format(n=n)
                id = f"xquad-{matter}{n}-{language}-{language}"
                yield line(id, question, context, [right], languages=(language, language))


@pytest.fixture
def parallel(tmp_path):
    write(tmp_path, "xquad", parallel_lines())
    return tmp_path


def words(drawn, case):
    return [drawn.texts[place.file][place.span.start : place.span.end] for place in case.evidence]


def test_a_question_becomes_a_case_with_the_places_of_its_answers(tmp_path):
    context = "Rye was ground in the mill. It ground until 1931."
    write(tmp_path, "squad2", [line("q-1", "Until when did it grind?", context, ["1931", "until 1931"])])
    drawn = reader_set("squad2", tmp_path)
    (case,) = drawn.cases
    assert drawn.texts == {"squad2-001.txt": context}
    assert (case.id, case.kind, case.language, case.history) == ("q-1", "fact", "en", ())
    assert case.answers == ("1931", "until 1931")
    assert case.evidence == (Place("squad2-001.txt", Span(44, 48)), Place("squad2-001.txt", Span(38, 48)))
    assert not case.needs_all_evidence
    assert drawn.licence == "CC0-1.0"
    assert drawn.source.startswith("SQuAD 2.0")


def test_an_impossible_question_is_unanswerable(tmp_path):
    write(tmp_path, "squad2", [line("q-1", "Who burnt the mill?", "The mill stood till 1931.", [])])
    (case,) = reader_set("squad2", tmp_path).cases
    assert (case.kind, case.answers, case.evidence, case.refusal) == ("unanswerable", (), (), "near-miss")


def test_each_paragraph_is_drawn_in_one_language(parallel):
    drawn = reader_set("xquad", parallel)
    assert sorted(drawn.texts) == [f"xquad-00{number}.txt" for number in range(1, 5)]
    assert Counter("Mühle" in text for text in drawn.texts.values()) == {True: 2, False: 2}
    assert len({text[-2] for text in drawn.texts.values()}) == 4


def test_questions_come_in_both_languages_as_twins(parallel):
    cases = {case.id: case for case in reader_set("xquad", parallel).cases}
    assert len(cases) == 16
    for case in cases.values():
        twin = cases[case.twin]
        assert twin.twin == case.id
        assert {case.language, twin.language} == {"en", "de"}
        assert case.evidence == twin.evidence


def test_a_question_in_another_language_than_its_text_is_a_cross_case(parallel):
    drawn = reader_set("xquad", parallel)
    for case in drawn.cases:
        of_german_text = "Mühle" in drawn.texts[case.evidence[0].file]
        assert case.kind == ("fact" if (case.language == "de") == of_german_text else "cross")
    cross = next(case for case in drawn.cases if case.kind == "cross" and case.id.startswith("xquad-what"))
    assert len(cross.answers) == 2
    assert {answer.split()[0] for answer in cross.answers} == {"rye", "Roggen"}
    assert words(drawn, cross) == [cross.answers[0]]


def test_the_pairs_of_languages_can_be_chosen(parallel):
    drawn = reader_set("xquad", parallel, languages=[("en", "de")])
    assert {(case.kind, case.language, case.twin) for case in drawn.cases} == {("cross", "en", None)}
    assert all("Mühle" in text for text in drawn.texts.values())
    assert drawn.cases[0].id.endswith("-en-de")


def test_the_limit_keeps_twins_together(parallel):
    cases = reader_set("xquad", parallel, limit=5).cases
    assert len(cases) == 4
    assert {case.twin for case in cases} == {case.id for case in cases}


def test_the_seed_chooses(tmp_path):
    contexts = [f"Mill {number} was built in {1700 + number}." for number in range(100)]
    write(tmp_path, "squad2", [line(f"q-{n}", f"When {n}?", text, [f"{1700 + n}"]) for n, text in enumerate(contexts)])
    once, again, other = (reader_set("squad2", tmp_path, limit=20, seed=seed) for seed in (1, 1, 2))
    assert once == again
    assert once != other
    assert (len(once.texts), len(once.cases)) == (MAX_CONTEXTS, 20)


def test_texts_that_share_a_stretch_of_words_are_not_drawn_together(tmp_path):
    shared = "in the year of the great flood the mill burnt down to the ground"
    lines = [
        line("q-1", "When did it burn?", f"First {shared}.", ["the year of the great flood"]),
        line("q-2", "What burnt?", f"Second {shared}.", ["the mill"]),
        line("q-3", "What else?", "A barn burnt.", ["A barn"]),
    ]
    write(tmp_path, "squad2", lines)
    for seed in range(5):
        texts = reader_set("squad2", tmp_path, seed=seed).texts.values()
        assert len(texts) == 2
        assert "A barn burnt." in texts


def test_a_question_with_an_answer_in_one_text_and_none_in_another_is_answerable(tmp_path):
    lines = [
        line("c-1-impossible", "When was it built?", "Nothing is said of that here.", []),
        line("c-1", "When was it built?", "The mill was built in 1702.", ["1702"]),
    ]
    write(tmp_path, "covid_qa", lines)
    (case,) = reader_set("covid_qa", tmp_path).cases
    assert (case.id, case.kind, case.answers) == ("c-1", "fact", ("1702",))


def test_a_question_with_answers_in_two_texts_has_both_as_evidence(tmp_path):
    lines = [
        line("c-1", "When was it built?", "The mill was built in 1702.", ["1702"]),
        line("c-2", "when was it  built?", "They built it in 1703.", ["1703"]),
    ]
    write(tmp_path, "covid_qa", lines)
    drawn = reader_set("covid_qa", tmp_path)
    (case,) = drawn.cases
    assert sorted(words(drawn, case)) == sorted(case.answers) == ["1702", "1703"]


def test_a_question_is_left_out_when_a_text_that_was_not_drawn_answers_it_in_words_of_one_that_was(tmp_path):
    shared = "in the year of the great flood the mill burnt down to the ground"
    lines = [
        line("c-0", "What burnt?", f"Second {shared}.", ["the mill"]),
        line("c-1", "When did it burn?", f"First {shared}.", ["the year of the great flood"]),
        line("c-1-impossible", "When did it burn?", "A barn stood there.", []),
    ]
    write(tmp_path, "covid_qa", lines)
    seen = Counter()
    for seed in range(20):
        drawn = reader_set("covid_qa", tmp_path, seed=seed)
        first_drawn = any(text.startswith("First") for text in drawn.texts.values())
        ids = {case.id for case in drawn.cases}
        assert ids == ({"c-1"} if first_drawn else {"c-0"})
        seen[first_drawn] += 1
    assert len(seen) == 2


def test_one_question_that_is_asked_of_two_paragraphs_is_left_out(tmp_path):
    lines = [
        line("xquad-a-en-en", "When was it built?", "The mill was built in 1702.", ["1702"]),
        line("xquad-b-en-en", "When was it built?", "The barn was built in 1888.", ["1888"]),
        line("xquad-c-en-en", "Where is the barn?", "The barn was built in 1888.", ["The barn"]),
    ]
    write(tmp_path, "xquad", lines)
    assert [case.id for case in reader_set("xquad", tmp_path, languages=[("en", "en")]).cases] == ["xquad-c-en-en"]


def test_a_byte_order_mark_is_no_part_of_a_text(tmp_path):
    write(tmp_path, "squad2", [line("q-1", "When?", "\ufeffBuilt in 1702.", ["1702"])])
    drawn = reader_set("squad2", tmp_path)
    assert list(drawn.texts.values()) == ["Built in 1702."]
    assert drawn.cases[0].evidence[0].span == Span(9, 13)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"answers": [{"text": "1702", "start": 9}]}, "'1702' does not stand at 9"),
        ({"answers": [{"text": "1702", "start": -5}]}, "'1702' does not stand at -5"),
        ({"answers": [{"text": "", "start": 3}]}, "'' does not stand at 3"),
        ({"impossible": True}, "1 answers and impossible is True"),
        ({"answers": []}, "0 answers and impossible is False"),
    ],
    ids=["moved", "before the text", "empty", "impossible with an answer", "no answer"],
)
def test_a_line_that_contradicts_itself_is_an_error(tmp_path, change, words):
    write(tmp_path, "squad2", [line("q-1", "When?", "It was built in 1702.", ["1702"]) | change])
    with pytest.raises(CaseError, match=words):
        reader_set("squad2", tmp_path)


def test_a_set_that_nobody_knows_is_told(tmp_path):
    with pytest.raises(CaseError, match="there are xquad, squad2"):
        reader_set("triviaqa", tmp_path)


def test_a_set_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CaseError, match=r"squad2\.jsonl\.gz is not in reader/"):
        reader_set("squad2", tmp_path)


def test_languages_that_a_set_does_not_have_are_told(parallel):
    with pytest.raises(CaseError, match="no questions in nl>en"):
        reader_set("xquad", parallel, languages=[("nl", "en")])


@pytest.mark.skipif(not DATA.exists(), reason="the public sets are not on this machine")
@pytest.mark.parametrize("name", READER_SETS)
def test_a_real_set_reads_in_a_file_as_it_was_drawn(name, tmp_path):
    drawn = reader_set(name, DATA)
    for file, text in drawn.texts.items():
        (tmp_path / file).write_bytes(text.encode())
        assert read_document(tmp_path / file).text == text
    assert load_texts(tmp_path) == drawn.texts
    assert len(drawn.cases) >= 50
    assert all(set(words(drawn, case)) <= set(case.answers) for case in drawn.cases)
    assert READER_SETS[name].refusal is None or any(not case.answerable for case in drawn.cases)
