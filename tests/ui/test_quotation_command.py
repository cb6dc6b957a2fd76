import json

import pytest

from ingest.catalogue import Catalogue
from tests.ingest.hand_made import HUNGARY, add
from tests.ui.command_line import run_here


@pytest.fixture
def kept(own_storage):
    with Catalogue.open(own_storage) as catalogue:
        return add(catalogue, HUNGARY)


@pytest.fixture
def check(kept, monkeypatch, capsys):
    return lambda *arguments: run_here(monkeypatch, capsys, "check", *arguments)


def test_an_exact_quotation_ends_well_and_any_other_with_1(check):
    exact = check("Nagy became prime minister again")
    assert (exact.code, exact.out.splitlines()[0]) == (0, "Exact: the documents have these words.")
    assert check("A king was crowned at noon").code == 1


def test_a_changed_word_is_shown_beside_the_true_one(check):
    run = check("Nagy never became prime minister again [bold]")
    assert run.code == 1
    assert "“Nagy became prime minister again" in run.out
    assert "“never” was added (negation)" in run.out


def test_a_program_gets_json_and_a_document_may_be_named(check, kept):
    checked = json.loads(check("Nagy became prime minister again", "--document", kept.id[:8], "--json").out)
    assert (checked["verdict"], checked["parts"][0]["citation"]["document_id"]) == ("exact", kept.id)
    assert check("Nagy", "--document", "0000").code == 1
