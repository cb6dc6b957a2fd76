from evals.training.records import ParallelPage, ReaderRecord, Records, VerifierRecord
from evals.training.samples import Amounts, draw, draw_sample, learned_sentences

EVIDENCE = "The mill stood on a hill. It had four white sails."
MANY = Amounts(of_a_group=100)


def claim(evidence, *, label="supported", hypothesis="The mill had sails."):
    return VerifierRecord(f"c-{evidence}", "wice", evidence, hypothesis, label, "en", "en")


def question(passage, *, source="squad2"):
    return ReaderRecord(f"q-{passage}", source, "", "where was it?", passage, "en", "en", ())


def sample(records, *, train, amounts=MANY):
    return draw_sample(records, learned=learned_sentences(train), amounts=amounts, seed=1)


def test_a_claim_over_a_sentence_that_was_learned_from_is_not_measured():
    test = Records(verifier=(claim(EVIDENCE), claim("The barn burned down in 1901. Nobody was hurt.")))
    train = Records(verifier=(claim("Nobody knows who built it. It had FOUR white sails!"),))
    found = sample(test, train=train)
    assert [example.evidence for example in found.claims] == ["The barn burned down in 1901. Nobody was hurt."]
    assert found.left_out == 1


def test_paragraphs_of_pages_count_as_learned_from():
    page = ParallelPage("p", "libreoffice_help", (("De molen stond op een heuvel.", "The mill stood on a hill."),))
    assert not sample(Records(verifier=(claim(EVIDENCE),)), train=Records(pages=(page,))).claims


def test_a_question_over_such_a_sentence_is_not_measured_either():
    train = Records(reader=(question("It had four white sails. That was all."),))
    assert not sample(Records(reader=(question(EVIDENCE),)), train=train).questions
    assert sample(Records(reader=(question("It was red."),)), train=train).questions


def test_sentences_of_a_few_words_tell_no_texts_apart():
    train = Records(verifier=(claim("See also. The tower is very old."),))
    assert sample(Records(verifier=(claim("See also. The mill stood here once."),)), train=train).claims


def test_sets_that_are_not_learned_from_are_not_measured():
    records = Records(reader=(question(EVIDENCE, source="doc2dial_history"),))
    assert not sample(records, train=Records()).questions


def test_groups_are_drawn_up_to_their_amounts_and_by_seed():
    words = [f"{letter}{number}" for letter in "ab" for number in range(10)]
    amounts = Amounts(of_a_group=3, groups={"b": 5})
    drawn = draw(words, lambda word: word[0], amounts=amounts, seed=1)
    assert [word[0] for word in drawn] == ["a"] * 3 + ["b"] * 5
    assert drawn == draw(words, lambda word: word[0], amounts=amounts, seed=1)
    assert drawn != draw(words, lambda word: word[0], amounts=amounts, seed=2)
