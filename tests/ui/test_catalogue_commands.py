import pytest

from ingest.catalogue import Catalogue
from tests.ingest.hand_made import HUNGARY, POLAND, add
from tests.ui.command_line import run_here


@pytest.fixture
def quoth(monkeypatch, capsys):
    return lambda *arguments: run_here(monkeypatch, capsys, *arguments)


def test_a_backup_is_written_while_the_catalogue_is_open_and_restored_when_it_is_closed(quoth, own_storage, tmp_path):
    backup = tmp_path / "backup.quoth"
    with Catalogue.open(own_storage) as catalogue:
        kept = add(catalogue, HUNGARY)
        made = quoth("backup", backup)
        assert (made.code, made.out.startswith(f"1 document(s) are in {backup} (")) == (0, True)
        catalogue.remove(kept.id)
        add(catalogue, POLAND)
        in_use = quoth("restore", backup, "--yes")
        assert in_use.code == 3
    done = quoth("restore", backup, "--yes")
    assert done.code == 0
    with Catalogue.open(own_storage) as catalogue:
        assert [summary.id for summary in catalogue.documents()] == [kept.id]


def test_a_catalogue_is_not_replaced_unless_the_answer_is_yes(quoth, own_storage, tmp_path, monkeypatch):
    with Catalogue.open(own_storage) as catalogue:
        add(catalogue, HUNGARY)
    quoth("backup", tmp_path / "backup")
    monkeypatch.setattr("typer.confirm", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    assert quoth("restore", tmp_path / "backup").code == 130
    assert quoth("backup", tmp_path / "backup").code == 1  # it is there already
