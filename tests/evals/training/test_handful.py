from evals.training.claim_sentences import is_natural
from evals.training.evaluation import HANDFUL
from evals.training.handful import LICENCE, write_handful
from evals.training.handful_texts import ARTICLES, PAGES
from evals.training.minimal_pairs import KINDS
from evals.training.mixture import SHARES
from evals.training.parts import PARTS, check_parts, split_records
from evals.training.recipe import Recipe
from evals.training.records import read_licences, read_records
from evals.training.run import make_examples
from evals.training.samples import draw_sample, learned_sentences


def parts_of(folder):
    return split_records(read_records(write_handful(folder)), seed=Recipe().seed).parts


def test_answers_stand_where_they_say(tmp_path):
    records = read_records(write_handful(tmp_path))
    answers = [(record, answer) for record in records.reader for answer in record.answers]
    assert answers and all(record.context[answer.start : answer.end] == answer.text for record, answer in answers)


def test_both_languages_tell_the_same_number_of_sentences():
    assert all(len(article.english) == len(article.dutch) for article in ARTICLES)
    assert all(is_natural(text) for article in ARTICLES for text in (*article.english, *article.dutch))
    assert all(len(pair) == 2 for page in PAGES for pair in page)


def test_every_line_states_its_licence(tmp_path):
    assert set(read_licences(write_handful(tmp_path)).values()) == {LICENCE}


def test_every_part_has_something_of_every_task(tmp_path):
    parts = parts_of(tmp_path)
    check_parts(parts)
    assert all(parts[part].reader and parts[part].verifier and parts[part].retrieval for part in PARTS)
    assert parts["train"].pages


def test_examples_of_every_kind_are_made(tmp_path):
    examples = make_examples(parts_of(tmp_path)["train"], seed=20)
    assert {example.source for example in examples} <= set(SHARES)
    assert {example.source for example in examples} >= {"answer_removed", "cloze", "hard_negatives", "headings_laws_nl"}
    assert {example.kind for example in examples if example.source == "minimal_pairs"} == set(KINDS)


def test_what_is_measured_was_not_learned_from(tmp_path):
    parts = parts_of(tmp_path)
    learned = learned_sentences(parts["train"])
    for part, amounts in HANDFUL.items():
        sample = draw_sample(parts[part], learned=learned, amounts=amounts, seed=20)
        assert sample.questions and sample.claims and sample.left_out == 0
