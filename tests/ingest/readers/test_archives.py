"""Archives, mailboxes and messages are taken apart, and nothing in them leads out of them."""

import io
import stat
import tarfile
import zipfile

import pytest

from ingest.errors import FileTooLargeError, ReadError
from ingest.pipeline import ingest_files
from ingest.readers import RawFile
from ingest.readers.archives import files_in
from tests.ingest.hand_made import embedder
from tests.ingest.readers.made_files import odt, tarred, zipped
from tests.ingest.readers.test_formats import MAIL

TEXT = b"The ship paid twelve guilders."


def names(file, *, max_bytes=1_000_000):
    return [(one.name, one.path) for one in files_in(file, max_bytes=max_bytes)]


def test_the_readable_files_of_a_zip_come_with_paths_that_lead_through_it():
    inner = zipped({"deep/c.md": TEXT})
    members = {"a.txt": TEXT, "b/b.odt": odt("<text:p>Words.</text:p>"), "inner.zip": inner, "picture.png": b"PNG"}
    archive = zipped(members | {"__MACOSX/._a.txt": TEXT, ".hidden.txt": TEXT})
    assert names(RawFile("all.zip", archive, "/texts/all.zip")) == [
        ("a.txt", "/texts/all.zip/a.txt"),
        ("b.odt", "/texts/all.zip/b/b.odt"),
        ("c.md", "/texts/all.zip/inner.zip/deep/c.md"),
    ]


@pytest.mark.parametrize("name", ["../../etc/a.txt", "/etc/a.txt", "..\\..\\a.txt", "b/../../a.txt"])
def test_a_name_that_leads_out_of_an_archive_is_only_a_name(name):
    ((_, path),) = names(RawFile("all.zip", zipped({name: TEXT}), "/texts/all.zip"))
    assert path.startswith("/texts/all.zip/")
    assert ".." not in path
    ((_, path),) = names(RawFile("all.tar", tarred({name: TEXT}, "w"), "/texts/all.tar"))
    assert path.startswith("/texts/all.tar/")
    assert ".." not in path


def test_links_and_devices_are_passed_over():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            link = tarfile.TarInfo(f"{kind}.txt")
            link.type, link.linkname = kind, "/etc/passwd"
            archive.addfile(link)
    assert names(RawFile("all.tar", out.getvalue())) == []
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("a.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert names(RawFile("all.zip", out.getvalue())) == []


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked():
    bomb = zipped({f"{number}.txt": b"\0" * 300_000 for number in range(10)})
    with pytest.raises(FileTooLargeError, match="unpacked it is larger"):
        names(RawFile("bomb.zip", bomb))
    with pytest.raises(FileTooLargeError, match="unpacked it is larger"):
        names(RawFile("bomb.tgz", tarred({"a.txt": b"\0" * 2_000_000})))
    nested = zipped({"a.txt": TEXT})
    for _ in range(6):
        nested = zipped({"a.zip": nested})
    with pytest.raises(FileTooLargeError, match="archives in archives"):
        names(RawFile("nested.zip", nested))
    with pytest.raises(ReadError, match="no zip or tar"):
        names(RawFile("a.tar.gz", b"Just words."))


def test_a_mailbox_is_its_messages_and_a_message_what_is_attached_to_it():
    box = f"From a Thu Mar  5 1953\n{MAIL}\nFrom b Fri Mar  6 1953\nSubject: Two\n\n>From here on.\n"
    files = files_in(RawFile("old.mbox", box.encode(), "/old.mbox"), max_bytes=10_000)
    assert [file.path for file in files] == ["/old.mbox/message 1.eml", "/old.mbox/message 2.eml"]
    assert files[1].data == b"Subject: Two\n\nFrom here on.\n"
    attached = (
        "Subject: Tol\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
        "--x\nContent-Type: text/plain\n\nSee.\n"
        '--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename="../list.csv"\n\na,b\n--x--\n'
    )
    files = files_in(RawFile("a.eml", attached.encode(), "/a.eml"), max_bytes=10_000)
    assert [(file.name, file.path) for file in files] == [("a.eml", "/a.eml"), ("list.csv", "/a.eml/list.csv")]
    assert files[1].data.strip() == b"a,b"


def test_a_bad_file_in_an_archive_ends_in_a_sentence_and_the_others_go_in(tmp_path, catalogue):
    (tmp_path / "all.zip").write_bytes(zipped({"a.txt": TEXT, "bad.pdf": b"%PDF-", "c.txt": b"Another text."}))
    (tmp_path / "z.txt").write_bytes(b"A third text.")
    (tmp_path / "broken.zip").write_bytes(b"no zip")
    outcomes = {one.path: one for one in ingest_files([tmp_path], catalogue, embedder.read_passages)}
    archive = tmp_path / "all.zip"
    assert {path: one.status for path, one in outcomes.items()} == {
        f"{archive}/a.txt": "added",
        f"{archive}/bad.pdf": "failed",
        f"{archive}/c.txt": "added",
        str(tmp_path / "broken.zip"): "failed",
        str(tmp_path / "z.txt"): "added",
    }
    assert "damaged" in str(outcomes[f"{archive}/bad.pdf"].error)
    archive.write_bytes(zipped({"a.txt": b"The ship paid nothing."}))
    (changed,) = ingest_files([archive], catalogue, embedder.read_passages)
    assert changed.status == "replaced"
