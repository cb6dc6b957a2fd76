import gzip
import json
from dataclasses import replace

import pytest

from evals.training.cloze import cloze_examples
from evals.training.examples import best_answer, claim_examples, reading_examples
from evals.training.minimal_pairs import minimal_pairs
from evals.training.parts import PARTS, check_parts, split_records, texts_of
from evals.training.records import HISTORY, AnswerSpan, TrainingDataError, read_licences, read_records
from tests.evals.training.tiny_training import CITIES, NAMES, context_of, some_random, write_data, write_lines


@pytest.fixture
def records(tmp_path):
    return read_records(write_data(tmp_path))


def test_copyleft_files_are_never_opened(records):
    assert {record.source for record in records.verifier} == {"nl_en_tatoeba"}


def test_answers_stand_where_they_say(records):
    assert all(
        record.context[answer.start : answer.end] == answer.text
        for record in records.reader
        for answer in record.answers
    )


def test_only_the_first_lines_are_read_on_demand(tmp_path):
    assert len(read_records(write_data(tmp_path), lines=2).retrieval) == 2


def test_plain_lines_are_read_too(tmp_path):
    folder = write_data(tmp_path / "packed")
    for path in folder.rglob("*.jsonl.gz"):
        plain = tmp_path / "plain" / path.relative_to(folder).with_suffix("")
        plain.parent.mkdir(parents=True, exist_ok=True)
        plain.write_bytes(gzip.decompress(path.read_bytes()))
    assert read_records(tmp_path / "plain") == read_records(folder)


def test_the_licence_of_each_file_is_that_of_its_lines(tmp_path):
    assert set(read_licences(write_data(tmp_path)).items()) >= {
        ("reader/squad2", "not stated"),
        ("verifier/nl_en_tatoeba", "CC-BY-2.0-FR"),
    }
    assert not any("gimp" in name for name in read_licences(tmp_path))


def test_questions_that_lean_on_earlier_turns_are_a_set_of_their_own(tmp_path):
    folder = write_data(tmp_path)
    with gzip.open(folder / "reader" / "squad2.jsonl.gz", "rt") as file:
        line = json.loads(file.readline())
    write_lines(folder / "reader" / "doc2dial.jsonl.gz", [line, {**line, "history": [{"role": "user", "text": "Hi"}]}])
    sources = [record.source for record in read_records(folder).reader if record.source.startswith("doc2dial")]
    assert sources == ["doc2dial", f"doc2dial{HISTORY}"]


def test_a_folder_without_data_is_named(tmp_path):
    with pytest.raises(TrainingDataError, match="holds no reader"):
        read_records(tmp_path)


def test_a_broken_line_is_named(tmp_path):
    folder = write_data(tmp_path)
    with gzip.open(folder / "reader" / "squad2.jsonl.gz", "wt") as file:
        file.write("{broken\n")
    with pytest.raises(TrainingDataError, match="line 1"):
        read_records(folder)


def test_the_same_seed_gives_the_same_parts(records):
    assert split_records(records, seed=3) == split_records(records, seed=3)
    assert split_records(records, seed=3) != split_records(records, seed=4)


def test_two_articles_are_tested_and_one_calibrates(records):
    parts = split_records(records, seed=3).parts
    titles = {part: {record.title for record in parts[part].reader if record.source == "squad2"} for part in PARTS}
    assert [len(titles[part]) for part in ("test", "calibration", "train")] == [2, 1, 5]
    assert not titles["test"] & titles["train"]


def test_an_article_is_held_out_in_every_language(records):
    others = [
        replace(record, id=f"{record.id}-de", source="xquad", context=f"Auf Deutsch: {record.title}", answers=())
        for record in records.reader
        if record.source == "squad2"
    ]
    parts = split_records(replace(records, reader=(*records.reader, *others)), seed=3).parts
    for part in PARTS:
        held = {source: {r.title for r in parts[part].reader if r.source == source} for source in ("squad2", "xquad")}
        assert held["squad2"] == held["xquad"]


def test_no_text_stands_in_two_parts(records):
    check_parts(split_records(records, seed=3).parts)


def test_a_text_in_two_parts_is_an_error(records):
    parts = split_records(records, seed=3).parts
    copied = replace(parts["test"].reader[0], context=parts["train"].reader[0].context.upper())
    with pytest.raises(TrainingDataError, match="stands in the parts"):
        check_parts({**parts, "test": replace(parts["test"], reader=(copied,))})


def test_held_out_passages_are_no_negatives(records):
    parts = split_records(records, seed=3).parts
    held = set(texts_of(parts["test"])) | set(texts_of(parts["calibration"]))
    assert not any(held & set(record.negatives) for record in parts["train"].retrieval)


def test_a_piece_of_a_held_out_text_is_not_trained_on(records):
    held = next(r for r in split_records(records, seed=3).parts["test"].reader if r.source == "squad2")
    piece = replace(records.reader[0], id="piece", title="", source="qed", question="?", context=held.context[:-8])
    split = split_records(replace(records, reader=(*records.reader, piece)), seed=3)
    assert all(record.id != "piece" for record in split.parts["train"].reader)


def test_unanswerable_questions_come_from_people_and_from_other_passages(records):
    examples = reading_examples(records, random=some_random())
    without = {example.source for example in examples if example.has_spans and not example.answers}
    assert {"squad2", "hard_negatives"} <= without
    assert all(example.relevant == bool(example.answers) for example in examples if example.has_spans)


def test_the_answer_most_annotators_gave_is_taught():
    short, long = AnswerSpan("1955", 8), AnswerSpan("in 1955", 5)
    assert best_answer([long, short, long]) == long
    assert best_answer([long, short]) == short


def test_claims_keep_label_and_languages(records):
    claims = claim_examples(records)
    assert {claim.label for claim in claims} == {"supported", "refuted"}
    assert {claim.languages for claim in claims} == {"en>nl"}


def test_minimal_pairs_come_in_twos_and_differ(records):
    pairs = minimal_pairs(records, random=some_random())
    assert {pair.kind for pair in pairs} >= {"date", "name", "negation"}
    kept, changed = pairs[::2], pairs[1::2]
    for one, other in zip(kept, changed, strict=True):
        assert one.label == "supported" and one.evidence == other.evidence and one.claim != other.claim


def test_cloze_answers_stand_in_the_passage(records):
    examples = cloze_examples(records, random=some_random())
    assert examples
    assert all(
        example.passage[answer.start : answer.end] == answer.text for example in examples for answer in example.answers
    )


def test_the_tiny_world_is_as_the_other_tests_expect():
    assert CITIES[0] in context_of(NAMES[0], CITIES[0], 1900)
