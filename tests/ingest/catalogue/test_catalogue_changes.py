import random
import threading

import pytest

from ingest.catalogue import Catalogue
from ingest.errors import (
    QuothError,
)
from tests.ingest.hand_made import HUNGARY, POLAND, add, assert_whole, split_by_hand, vectors_of


def test_reads_in_a_snapshot_see_one_state(catalogue):
    add(catalogue, POLAND)
    with catalogue.snapshot():
        before = catalogue.sequence, len(catalogue.documents()), len(catalogue.passage_vectors().passage_ids)
        in_thread(lambda: add(catalogue, HUNGARY))
        assert (catalogue.sequence, len(catalogue.documents()), len(catalogue.passage_vectors().passage_ids)) == before
    assert catalogue.sequence == before[0] + 1
    assert len(catalogue.passage_vectors().passage_ids) == before[2] + 2


def in_thread(call):
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()


def test_many_threads_read_while_one_writes(catalogue):
    problems, done = [], threading.Event()
    add(catalogue, POLAND, path="/0.txt")

    def read():
        try:
            while not done.is_set():
                with catalogue.snapshot():
                    for summary in catalogue.documents():
                        assert_whole(catalogue, summary.id)
                assert catalogue.search_keywords("October Rákosi", limit=3)
        except (AssertionError, QuothError) as problem:
            problems.append(problem)

    readers = [threading.Thread(target=read) for _ in range(6)]
    for reader in readers:
        reader.start()
    for number in range(8):
        add(catalogue, f"{HUNGARY}\n\nNumber {number} in October.", path=f"/{number % 3}.txt")
    done.set()
    for reader in readers:
        reader.join()
    assert not problems
    assert len(catalogue.documents()) == 3


def test_two_threads_may_add_the_same_document(catalogue):
    split = split_by_hand(POLAND, path="/a.txt")
    written = []
    threads = [
        threading.Thread(target=lambda: written.append(catalogue.replace(split, vectors_of(split)))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(written) == [False, False, False, True]


class Expected:
    """What a catalogue should hold: the paths of documents by id, and the documents that saved answers mention."""

    def __init__(self):
        self.paths, self.answers = {}, {}

    def add(self, catalogue, generator):
        path = f"/{generator.randrange(6)}.txt"
        split = split_by_hand(f"Text {generator.randrange(12)}.\n\nSecond passage.", path=path)
        older = {id for id, where in self.paths.items() if where == path and id != split.document.id}
        is_new = split.document.id not in self.paths
        assert catalogue.replace(split, vectors_of(split)) == (is_new or bool(older))
        self.forget(older)
        self.paths.setdefault(split.document.id, path)

    def remove(self, catalogue, generator):
        if self.paths:
            document_id = generator.choice(list(self.paths))
            catalogue.remove(document_id)
            self.forget({document_id})

    def answer(self, catalogue, generator):
        answer_id, mentioned = str(generator.random()), set(generator.sample(list(self.paths), min(2, len(self.paths))))
        catalogue.save_answer(answer_id, "{}", mentioned)
        self.answers[answer_id] = mentioned

    def forget(self, gone):
        self.paths = {id: where for id, where in self.paths.items() if id not in gone}
        self.answers = {id: mentioned for id, mentioned in self.answers.items() if not mentioned & gone}

    def check(self, catalogue):
        assert {summary.id: summary.path for summary in catalogue.documents()} == self.paths
        assert set(catalogue.passage_vectors().document_ids) == self.paths.keys()
        assert all(catalogue.saved_answer(answer_id) == "{}" for answer_id in self.answers)


@pytest.mark.parametrize("seed", range(5))
def test_any_order_of_changes_leaves_what_it_should(tmp_path, seed):
    generator, expected = random.Random(seed), Expected()
    for _ in range(6):
        with Catalogue.open(tmp_path) as catalogue:
            for _ in range(10):
                change = generator.choice([expected.add, expected.add, expected.remove, expected.answer])
                change(catalogue, generator)
                expected.check(catalogue)
            for document_id in expected.paths:
                assert_whole(catalogue, document_id)
