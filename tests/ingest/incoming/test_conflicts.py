import pytest

from ingest.errors import NameTakenError, UnknownAnswerError
from ingest.pipeline import ingest_files
from ingest.readers import RawFile
from tests.fakes import WordCountEmbedder

OLD, NEW = "The fee is ten guilders.", "The fee is twelve guilders."
embed = WordCountEmbedder().read_passages


def add(catalogue, *files, **options):
    return list(ingest_files(files, catalogue, embed, **options))


def upload(catalogue, text, name="fees.txt", **options):
    (outcome,) = add(catalogue, RawFile(name, text.encode()), **options)
    return outcome


def texts(catalogue):
    return sorted(catalogue.document(one.id).text for one in catalogue.documents())


@pytest.mark.parametrize(
    ("on_conflict", "status", "left"),
    [("keep", "added", [OLD, NEW]), ("replace", "replaced", [NEW]), ("refuse", "failed", [OLD])],
)
def test_an_upload_under_a_name_that_is_taken(catalogue, on_conflict, status, left):
    upload(catalogue, OLD)
    assert upload(catalogue, NEW, on_conflict=on_conflict).status == status
    assert texts(catalogue) == left


def test_a_refusal_names_both_documents(catalogue):
    old = upload(catalogue, OLD).document
    error = upload(catalogue, NEW, on_conflict="refuse").error
    assert isinstance(error, NameTakenError)
    assert error.holders == (old.id,)
    assert str(error).startswith("fees.txt (")
    assert f"{old.title} ({old.id[:12]})" in str(error)


@pytest.mark.parametrize("name", ["fee.txt", "my-fees.txt", "ees.txt"])
def test_another_name_is_not_taken(catalogue, name):
    upload(catalogue, OLD)
    assert upload(catalogue, NEW, name=name, on_conflict="refuse").status == "added"


def test_the_same_bytes_are_refused_by_nobody(catalogue):
    upload(catalogue, OLD)
    upload(catalogue, NEW)
    assert upload(catalogue, OLD, on_conflict="refuse").status == "unchanged"


def test_an_upload_meets_the_file_of_a_folder(catalogue, tmp_path):
    file = tmp_path / "fees.txt"
    file.write_text(OLD)
    add(catalogue, file)
    assert upload(catalogue, NEW, on_conflict="refuse").status == "failed"
    assert upload(catalogue, NEW, on_conflict="replace").status == "replaced"
    assert texts(catalogue) == [NEW]


def test_files_of_two_folders_may_have_one_name_but_not_that_of_an_upload(catalogue, tmp_path):
    files = [tmp_path / folder / "fees.txt" for folder in ("a", "b")]
    for file, text in zip(files, (OLD, NEW), strict=True):
        file.parent.mkdir()
        file.write_text(text)
    assert [one.status for one in add(catalogue, *files, on_conflict="refuse")] == ["added", "added"]
    upload(catalogue, "The fee is nothing.", name="free.txt")
    (tmp_path / "free.txt").write_text("The fee is one guilder.")
    assert [one.status for one in add(catalogue, tmp_path / "free.txt", on_conflict="refuse")] == ["failed"]


def test_answers_that_mention_a_replaced_document_go_with_it(catalogue):
    old = upload(catalogue, OLD).document
    catalogue.save_answer("answer", "{}", {old.id})
    upload(catalogue, NEW, on_conflict="replace")
    assert catalogue.holdings.documents == 1
    with pytest.raises(UnknownAnswerError):
        catalogue.saved_answer("answer")
