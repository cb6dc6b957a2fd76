import json
from dataclasses import replace

import pytest

from ingest.catalogue import Catalogue
from ingest.catalogue import flags as catalogue_flags
from ingest.errors import CatalogueDamagedError, CatalogueError, UnknownAnswerError
from tests.ingest.hand_made import HUNGARY, POLAND, add


@pytest.fixture
def poland(catalogue):
    document = add(catalogue, POLAND, path="/texts/polen.txt")
    catalogue.save_answer("answer", '{"text": "één"}', [document.id])
    return document


def said(catalogue):
    return [
        (flagged.flag.answer_id, flagged.flag.verdict, flagged.flag.note) for flagged in catalogue.flagged_answers()
    ]


def test_a_flag_comes_back_with_its_answer_and_the_files_of_its_documents(catalogue, poland):
    hungary = add(catalogue, HUNGARY, path="hongarije.md")
    add(catalogue, "Neither cited nor near.", path="other.txt")
    catalogue.save_answer("both", "{}", [hungary.id, poland.id])
    flag = catalogue.flag_answer("both", "wrong-citation", "één regel\x00eerder 𐍈")
    (flagged,) = catalogue.flagged_answers()
    assert flagged.flag == flag
    assert (flag.answer_id, flag.verdict, flag.note) == ("both", "wrong-citation", "één regel\x00eerder 𐍈")
    assert flagged.answer_json == "{}"
    assert flagged.file_names == {poland.id: "polen.txt", hungary.id: "hongarije.md"}
    assert flagged.namesakes == frozenset()


def test_the_time_of_a_flag_is_that_of_the_last_change(catalogue, poland, monkeypatch):
    hours = iter(range(10, 20))

    class Clock(catalogue_flags.datetime):
        @classmethod
        def now(cls, zone):
            return cls(2025, 6, 28, next(hours), 30, 5, 999, tzinfo=zone)

    monkeypatch.setattr(catalogue_flags, "datetime", Clock)
    first = catalogue.flag_answer("answer", "good")
    assert first.made == "2025-06-28T10:30:05Z"
    assert catalogue.flag_answer("answer", "good") == first
    assert catalogue.flag_answer("answer", "good", "a note") == replace(
        first, note="a note", made="2025-06-28T12:30:05Z"
    )


def test_a_later_flag_takes_the_place_of_an_earlier_one_and_keeps_its_turn(catalogue, poland):
    catalogue.save_answer("second", "{}", [poland.id])
    catalogue.flag_answer("answer", "good")
    catalogue.flag_answer("second", "wrong-answer")
    catalogue.flag_answer("answer", "should-have-refused", "no source")
    assert said(catalogue) == [("answer", "should-have-refused", "no source"), ("second", "wrong-answer", "")]


def test_two_documents_with_one_file_name_are_namesakes(catalogue, poland):
    copy = add(catalogue, HUNGARY, path="/elsewhere/polen.txt")
    alone = add(catalogue, "Quite alone.", path="/elsewhere/Polen.txt")
    catalogue.save_answer("answer", "{}", [poland.id, alone.id])
    catalogue.flag_answer("answer", "good")
    assert catalogue.flagged_answers()[0].namesakes == {poland.id}
    catalogue.remove(copy.id)
    assert catalogue.flagged_answers()[0].namesakes == frozenset()


def test_documents_that_were_uploaded_have_no_file_name_and_no_namesakes(catalogue):
    first, second = add(catalogue, POLAND), add(catalogue, HUNGARY)
    catalogue.save_answer("answer", "{}", [first.id, second.id])
    catalogue.flag_answer("answer", "good")
    (flagged,) = catalogue.flagged_answers()
    assert (flagged.file_names, flagged.namesakes) == ({}, frozenset())


def test_a_flag_stays_when_its_answer_is_given_again(catalogue, poland):
    catalogue.flag_answer("answer", "wrong-answer")
    catalogue.save_answer("answer", '{"text": "één"}', [poland.id])
    assert said(catalogue) == [("answer", "wrong-answer", "")]


def test_a_flag_goes_with_its_answer_and_its_words_are_in_no_file(catalogue, poland):
    kept = add(catalogue, HUNGARY)
    catalogue.save_answer("kept", "{}", [kept.id])
    catalogue.flag_answer("answer", "wrong-answer", "zwyxqkv")
    catalogue.flag_answer("kept", "good", "keepsake")
    catalogue.remove(poland.id)
    assert said(catalogue) == [("kept", "good", "keepsake")]
    catalogue.erase_removed()
    live = b"".join(file.read_bytes() for file in catalogue.folder.iterdir())
    assert b"keepsake" in live
    assert b"zwyxqkv" not in live


def test_a_document_added_again_does_not_bring_its_flags_back(catalogue, poland):
    catalogue.flag_answer("answer", "good")
    catalogue.remove(poland.id)
    add(catalogue, POLAND, path="/texts/polen.txt")
    catalogue.save_answer("answer", "{}", [poland.id])
    assert catalogue.flagged_answers() == []


def test_flags_survive_reopening(tmp_path):
    with Catalogue.open(tmp_path) as catalogue:
        catalogue.save_answer("refusal", json.dumps({"status": "refused"}), [])
        flag = catalogue.flag_answer("refusal", "should-have-answered")
    with Catalogue.open(tmp_path) as catalogue:
        (flagged,) = catalogue.flagged_answers()
        assert (flagged.flag, flagged.file_names) == (flag, {})


def test_an_answer_that_is_not_there_cannot_be_flagged(catalogue, poland):
    with pytest.raises(UnknownAnswerError, match="nowhere"):
        catalogue.flag_answer("nowhere", "good")
    assert catalogue.flagged_answers() == []


@pytest.mark.parametrize("verdict", ["", "GOOD", "bad", None, ["good"]])
def test_another_verdict_is_refused(catalogue, poland, verdict):
    with pytest.raises(ValueError, match=r"wrong-answer.*good"):
        catalogue.flag_answer("answer", verdict)
    assert catalogue.flagged_answers() == []


def test_a_flag_changes_no_document(catalogue, poland):
    before = catalogue.sequence
    catalogue.flag_answer("answer", "good")
    assert catalogue.sequence == before


def test_half_a_character_in_a_note_is_an_error_in_plain_words(catalogue, poland):
    with pytest.raises(CatalogueError, match="half a character"):
        catalogue.flag_answer("answer", "good", "\udcff")


def test_a_note_that_makes_no_sense_is_damage(catalogue, poland):
    catalogue.flag_answer("answer", "good", "note")
    with catalogue._connections.writing() as connection:
        connection.execute("UPDATE flags SET note = CAST(x'ff41' AS TEXT)")
    with pytest.raises(CatalogueDamagedError):
        catalogue.flagged_answers()
