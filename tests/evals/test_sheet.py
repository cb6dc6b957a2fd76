import json

import pytest

from evals.saved_prose import SavedProse, SavedSentence
from evals.sheet import SheetLine, draw_sheet, read_sheet, score_sheet, write_sheet
from evals.types import ProseSeconds
from ingest.errors import QuothError
from tests.evals.saved_runs import saved_case, saved_run


def prose(shown=(), dropped=(), reason="not_carried"):
    return SavedProse(
        written=len(shown) + len(dropped),
        shown=tuple(SavedSentence(text, cited=(f"words for {text}",)) for text in shown),
        dropped=tuple(SavedSentence(text, reason=reason) for text in dropped),
        evidence=("first words", "second words"),
        fallback=None,
        detail=None,
        tokens_in=1,
        tokens_out=1,
        seconds=ProseSeconds(),
    )


def run_of(*proses):
    return saved_run(*(saved_case(f"c{number}", prose=one) for number, one in enumerate(proses, start=1)))


def many(prefix, count):
    return [f"{prefix}{number}" for number in range(count)]


def line(id="c1/1", *, reason=None, supported=None):
    return SheetLine(id, "What?", "A sentence.", reason, ("words",), supported)


def written(tmp_path, *lines):
    path = tmp_path / "sheet.jsonl"
    path.write_text("".join(f"{json.dumps(fields)}\n" for fields in lines), encoding="utf-8")
    return path


FIELDS = {"id": "c1/1", "question": "What?", "sentence": "A.", "reason": None, "evidence": ["w"], "supported": True}


def fates(lines):
    return sorted(one.sentence[0] for one in lines)


@pytest.mark.parametrize(
    ("shown", "dropped", "drawn"),
    [(20, 20, "dddddsssss"), (20, 2, "ddssssssss"), (3, 20, "dddddddsss"), (2, 3, "dddss")],
    ids=["half of each", "few dropped", "few shown", "fewer than asked for"],
)
def test_half_of_the_sentences_are_dropped_ones_as_far_as_there_are(shown, dropped, drawn):
    lines = draw_sheet(run_of(prose(many("s", shown), many("d", dropped))), 10)
    assert "".join(fates(lines)) == drawn
    assert len({one.id for one in lines}) == len(lines)


def test_a_shown_sentence_comes_with_what_it_cites_and_a_dropped_one_with_all_that_was_given():
    by_sentence = {one.sentence: one for one in draw_sheet(run_of(prose(["s1"], ["d1"])), 60)}
    assert (by_sentence["s1"].evidence, by_sentence["s1"].reason) == (("words for s1",), None)
    assert by_sentence["d1"].evidence == ("[1] first words", "[2] second words")
    assert by_sentence["d1"].reason == "not_carried"
    assert by_sentence["s1"].question == "What about c1?"
    assert by_sentence["s1"].supported is None


def test_the_same_run_gives_the_same_sheet_in_an_order_that_does_not_tell_the_fate():
    run = run_of(prose(many("s", 30), many("d", 30)))
    lines = draw_sheet(run, 20)
    assert lines == draw_sheet(run, 20)
    assert [bool(one.reason) for one in lines] != sorted(bool(one.reason) for one in lines)


def test_what_was_dropped_for_its_language_is_not_drawn():
    lines = draw_sheet(run_of(prose(["s1"]), prose(dropped=["d1"], reason="other_language")), 60)
    assert [one.sentence for one in lines] == ["s1"]


@pytest.mark.parametrize("run", [run_of(None), run_of(prose())], ids=["extractive", "no sentence"])
def test_a_run_without_prose_is_told(run):
    with pytest.raises(QuothError, match="quoth evals run SET --prose"):
        draw_sheet(run, 60)


def test_a_sheet_is_not_written_over_another(tmp_path):
    path = tmp_path / "sheet.jsonl"
    write_sheet([line()], path)
    with pytest.raises(QuothError, match="may hold labels"):
        write_sheet([], path)
    assert json.loads(path.read_text(encoding="utf-8"))["supported"] is None


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(QuothError, match="cannot be written"):
        write_sheet([line()], tmp_path / "none" / "sheet.jsonl")


def test_the_labels_are_counted_for_shown_and_dropped_sentences_apart():
    shown = [line(supported=True)] * 3 + [line(supported=False)]
    dropped = [line(reason="not_carried", supported=False)] * 2 + [line(reason="unknown_number", supported=True)]
    score = score_sheet([*shown, *dropped])
    assert (score.shown.numerator, score.shown.denominator) == (3, 4)
    assert (score.dropped.numerator, score.dropped.denominator) == (2, 3)
    assert (round(score.shown.low, 3), round(score.shown.high, 3)) == (0.301, 0.954)


def test_a_labelled_sheet_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "sheet.jsonl"
    lines = [line(supported=True), line("c1/2", reason="not_carried", supported=False)]
    write_sheet(lines, path)
    assert read_sheet(path) == lines


def test_lines_without_a_label_are_named(tmp_path):
    path = written(tmp_path, FIELDS, FIELDS | {"supported": None}, FIELDS, FIELDS | {"supported": None})
    with pytest.raises(QuothError, match=r"sheet\.jsonl has no label in line 2, 4\."):
        read_sheet(path)


@pytest.mark.parametrize("label", ["yes", "", 1, 0, 0.5, []])
def test_a_label_that_is_none_is_told_with_its_line(tmp_path, label):
    path = written(tmp_path, FIELDS, FIELDS | {"supported": label})
    with pytest.raises(QuothError, match=r"sheet\.jsonl, line 2: \"supported\" is .*must be true or false"):
        read_sheet(path)


@pytest.mark.parametrize("content", ["{not json", "[]", "{}", '"words"', json.dumps(FIELDS | {"other": 1})])
def test_a_line_that_is_none_of_a_sheet_is_told(tmp_path, content):
    path = tmp_path / "sheet.jsonl"
    path.write_text(f"{content}\n", encoding="utf-8")
    with pytest.raises(QuothError, match="line 1 is no line of a sheet"):
        read_sheet(path)


@pytest.mark.parametrize(
    ("data", "message"), [(None, "cannot be read"), (b"\xff", "cannot be read"), (b"\n", "is empty")]
)
def test_a_file_that_is_no_sheet_is_told(tmp_path, data, message):
    path = tmp_path / "sheet.jsonl"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(QuothError, match=message):
        read_sheet(path)
