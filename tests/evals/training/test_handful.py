from evals.training.evaluation import HANDFUL
from evals.training.minimal_pairs import KINDS
from evals.training.mixture import SHARES
from evals.training.parts import PARTS, check_parts, split_records
from evals.training.recipe import HANDFUL_FOLDER, Recipe
from evals.training.records import read_licences, read_records
from evals.training.run import make_examples
from evals.training.samples import draw_sample, learned_sentences


def parts_of():
    return split_records(read_records(HANDFUL_FOLDER), seed=Recipe().seed).parts


def test_answers_stand_where_they_say():
    records = read_records(HANDFUL_FOLDER)
    answers = [(record, answer) for record in records.reader for answer in record.answers]
    assert answers and all(record.context[answer.start : answer.end] == answer.text for record, answer in answers)


def test_pages_are_in_both_languages():
    assert all(len(pair) == 2 for page in read_records(HANDFUL_FOLDER).pages for pair in page.paragraphs)


def test_every_line_states_its_licence():
    assert set(read_licences(HANDFUL_FOLDER).values()) == {"MIT (written for Quoth)"}


def test_every_part_has_something_of_every_task():
    parts = parts_of()
    check_parts(parts)
    assert all(parts[part].reader and parts[part].verifier and parts[part].retrieval for part in PARTS)
    assert parts["train"].pages


def test_examples_of_every_kind_are_made():
    examples = make_examples(parts_of()["train"], seed=20)
    assert {example.source for example in examples} <= set(SHARES)
    assert {example.source for example in examples} >= {"answer_removed", "cloze", "hard_negatives", "headings_laws_nl"}
    assert {example.kind for example in examples if example.source == "minimal_pairs"} == set(KINDS)


def test_what_is_measured_was_not_learned_from():
    parts = parts_of()
    learned = learned_sentences(parts["train"])
    for part, amounts in HANDFUL.items():
        sample = draw_sample(parts[part], learned=learned, amounts=amounts, seed=20)
        assert sample.questions and sample.claims and sample.left_out == 0
