import os
import random
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import EmptyFileError, FileTooLargeError, ReadError, UndecodableFileError, UnsupportedFileError
from ingest.readers import RawFile, document_from, encoding_notice, read_document, read_document_bytes
from ingest.types import Page

DUTCH = "Chroesjtsjov herstelde de relatie met Joegoslavië.\r\nDe officiële lezing volgde in Genève."


def charset_of(document):
    return document.media_type.partition("charset=")[2]


def test_a_file_becomes_a_document(tmp_path):
    path = tmp_path / "de_eerste-lezing.txt"
    path.write_bytes(DUTCH.encode())
    document = read_document(path)
    assert document.text == DUTCH
    assert document.id == sha256(DUTCH.encode()).hexdigest()
    assert document.text_sha256 == sha256(DUTCH.encode()).hexdigest()
    assert (document.title, document.path, document.language) == ("De eerste lezing", str(path), "nl")
    assert document.media_type == "text/plain; charset=utf-8"
    assert document.pages == ()
    assert encoding_notice(document) is None


def test_an_upload_is_read_like_a_file(tmp_path):
    path = tmp_path / "lezing.md"
    path.write_bytes(DUTCH.encode())
    from_file, uploaded = read_document(path), read_document_bytes("lezing.md", DUTCH.encode())
    assert (from_file.path, uploaded.path) == (str(path), "")
    assert replace(from_file, path="") == uploaded


@pytest.mark.parametrize(
    ("encoding", "mark", "charset"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("utf-32-le", b"\xff\xfe\x00\x00", "utf-32-le"),
        ("cp1252", b"", "windows-1252"),
    ],
)
def test_encodings_are_found_and_the_mark_is_no_part_of_the_text(encoding, mark, charset):
    document = read_document_bytes("lezing.txt", mark + DUTCH.encode(encoding))
    assert document.text == DUTCH
    assert charset_of(document) == charset
    notice = encoding_notice(document)
    assert notice is None if charset == "utf-8" else "not in UTF-8" in notice


@pytest.mark.parametrize(
    "text",
    [
        "Één coördinaat.",
        "Hij zei: ‘zo’n reünie’ – voor € 5.",
        "café",
        "Oekraïne, Roemenië en Mongolië",
        "§ 3. De “kleine Stalins”…",
        "Mátyás Rákosi en András Hegedüs",
        "naïef, ruïne, geïnd, creëren, zeeën, vóór",
        "GENÈVE, BELGIË, ÉÉN",
        "Außerdem über Straßenkämpfe in Tirol",
    ],
)
def test_short_western_texts_in_windows_1252(text):
    document = read_document_bytes("kort.txt", text.encode("cp1252"))
    assert document.text == text
    assert charset_of(document) == "windows-1252"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Nagy Imrét a nép a Parlament előtt várta; a tüntetők zűrzavarban, őrök között énekeltek. " * 5, "cp1250"),
        ("W Poznaniu robotnicy wyszli na ulice, żądając chleba i wolności. Władza użyła wojska. " * 5, "cp1250"),
        ("Хрущёв выступил на закрытом заседании съезда с докладом о культе личности. " * 5, "cp1251"),
    ],
    ids=["Hungarian", "Polish", "Russian"],
)
def test_central_and_east_european_files(text, encoding):
    assert read_document_bytes("tekst.txt", text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("工人们要求面包和自由，政府没有回答。十月里新的领导人来了，人们在街上等他。", "gb18030"),
        ("工人們要求麵包和自由，政府沒有回答。十月裡新的領導人來了，人們在街上等他。", "big5"),
        ("労働者はパンと自由を求めたが、政府は答えなかった。十月に新しい指導者が来た。", "shift_jis"),
        ("労働者はパンと自由を求めたが、政府は答えなかった。十月に新しい指導者が来た。", "euc_jp"),
        ("노동자들은 빵과 자유를 요구했지만 정부는 대답하지 않았다. 시월에 새 지도자가 왔다.", "euc_kr"),
    ],
)
def test_east_asian_files(text, encoding):
    assert read_document_bytes("tekst.txt", text.encode(encoding)).text == text


HIGH, LETTERS, HANZI = range(0x80, 0x100), range(0xC0, 0x100), range(0xB0, 0xF8)
SPACED = [*LETTERS, *b" " * 12]


@pytest.mark.parametrize("size", [60, 400, 20_000])
@pytest.mark.parametrize(
    "signs", [HIGH, LETTERS, SPACED, HANZI, [*HIGH, *b" " * 20], [*range(0xA1, 0xFF), *range(0x20, 0x7F)]]
)
@pytest.mark.parametrize("seed", range(3))
def test_bytes_that_make_words_in_no_encoding_are_refused(signs, size, seed):
    data = bytes(random.Random(seed).choices(signs, k=size))
    with pytest.raises((UndecodableFileError, UnsupportedFileError)) as caught:
        read_document_bytes("ruis.txt", data)
    assert "make words" in str(caught.value) or "no text file" in str(caught.value)


def test_a_few_strange_bytes_in_a_plain_text_are_read():
    text = "Het bedrag was " + "ongeveer vijf of zes gulden, zei de boekhouder, " * 5
    assert "boekhouder" in read_document_bytes("geld.txt", text.encode() + b"\x81\x9d").text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200))
@settings(max_examples=150, deadline=None)
def test_utf8_text_is_unaltered(text):
    try:
        document = read_document_bytes("tekst.txt", text.encode())
    except ReadError:
        return
    assert document.text == text.removeprefix("\ufeff")
    assert document.text_sha256 == sha256(document.text.encode()).hexdigest()


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_document_or_a_read_error(data):
    try:
        document = read_document_bytes("bytes.txt", data)
    except ReadError as error:
        assert str(error).startswith("bytes.txt: ")
        return
    document.text.encode()  # no lone surrogates


def refusal(error, name, data, **options):
    with pytest.raises(error) as caught:
        read_document_bytes(name, data, **options)
    return str(caught.value)


def test_empty_files_are_refused():
    assert "empty" in refusal(EmptyFileError, "leeg.txt", b"")
    for data in (b" \n\t\r\n", b"\xef\xbb\xbf", b"\xff\xfe", "\u200b\u00ad\n".encode(), b"\f\f"):
        assert "only white space" in refusal(EmptyFileError, "leeg.txt", data)


def test_binary_files_are_refused():
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x10\x08\x06"
    for data in (png, b"text\x00text", b"abc" + bytes(range(1, 9)) * 5, os.urandom(2000) + b"\x00"):
        assert "no text file" in refusal(UnsupportedFileError, "beeld.txt", data)


def test_too_large_files_are_refused(tmp_path):
    assert "limit" in refusal(FileTooLargeError, "groot.txt", b"a" * 11, max_bytes=10)
    path = tmp_path / "groot.txt"
    with path.open("wb") as file:
        file.truncate(10_000_000_000)
    with pytest.raises(FileTooLargeError, match="limit"):
        read_document(path)


def test_damaged_utf8_is_refused_and_not_read_as_something_else():
    data = DUTCH.encode() * 3 + b"\xc3" + DUTCH.encode()
    assert f"byte {3 * len(DUTCH.encode())}" in refusal(UndecodableFileError, "stuk.txt", data)


def test_damaged_utf16_is_refused():
    assert "UTF-16" in refusal(UndecodableFileError, "stuk.txt", b"\xff\xfea\x00\x00\xd8a\x00")


@pytest.mark.parametrize("name", ["stuk", "stuk.txt.exe", ".txt", ""])
def test_other_kinds_are_refused_and_the_readable_ones_named(name):
    assert "Quoth reads .txt, .md, .pdf" in refusal(UnsupportedFileError, name, b"text")


def test_a_file_that_is_not_what_its_name_says_is_refused():
    assert "no .pdf file, whatever its name says" in refusal(UnsupportedFileError, "stuk.pdf", b"text")


def test_what_is_no_regular_file_is_refused(tmp_path):
    folder, pipe, device = tmp_path / "map.txt", tmp_path / "pijp.txt", tmp_path / "apparaat.txt"
    folder.mkdir()
    os.mkfifo(pipe)
    device.symlink_to("/dev/zero")
    for path, kind in ((folder, "folder"), (pipe, "named pipe"), (device, "device")):
        with pytest.raises(UnsupportedFileError, match=kind):
            read_document(path)


def test_a_link_to_a_file_is_followed(tmp_path):
    (tmp_path / "echt.txt").write_text(DUTCH, encoding="utf-8")
    link = tmp_path / "link.txt"
    link.symlink_to(tmp_path / "echt.txt")
    assert read_document(link).path == str(link)


def test_files_that_cannot_be_opened(tmp_path, monkeypatch):
    with pytest.raises(ReadError, match="no such file"):
        read_document(tmp_path / "weg.txt")
    with pytest.raises(ReadError, match="cannot be opened"):
        read_document(tmp_path / ("x" * 300 + ".txt"))
    with pytest.raises(ReadError):
        read_document(Path("a\x00b.txt"))

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(ReadError, match="may not be read"):
        read_document(tmp_path / "dicht.txt")


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.md", "Inleiding.\n\n# De *geheime* rede #\n\n## Later", "De geheime rede"),
        ("a.md", "De rede\n=======\n\n# Later", "De rede"),
        ("a.md", "# [Rede](http://voorbeeld) in `code`", "Rede in code"),
        ("a.md", "---\n# geen titel\n---\n```\n# ook niet\n```\n# Wel", "Wel"),
        ("mijn_tekst-1956.md", "Geen kop hier. Alleen een zin.", "Mijn tekst 1956"),
        ("mijn_tekst.txt", "# Geen Markdown", "Mijn tekst"),
        ("rood\x00\n\x1b[31m\u202egnp.txt", "tekst", "Rood[31mgnp"),
        ("___.txt", "\n De rede.\nMeer.", "De rede."),
        ("001 26a8231737937b84.txt", "Een eerste regel\n\nMeer.", "Een eerste regel"),
        ("scan0012.txt", "woord " * 40, f"{'woord ' * 12}woord…"),
        ("map/../../etc/naam.txt", "tekst", "Naam"),
    ],
)
def test_titles_come_from_a_heading_or_the_name(name, text, title):
    assert read_document_bytes(name, text.encode()).title == title


def test_file_names_that_are_no_text_can_be_stored(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_text("Een tekst.", encoding="utf-8")
    document = read_document(path)
    assert document.title == "Caf\ufffd"
    document.path.encode()


def test_form_feeds_make_pages():
    assert read_document_bytes("a.txt", b"een\ftwee\fdrie").pages == (Page(1, 0, 4), Page(2, 4, 9), Page(3, 9, 13))
    assert read_document_bytes("a.txt", b"een\ftwee\f").pages == (Page(1, 0, 4), Page(2, 4, 9))


def test_a_mistyped_name_is_missing_rather_than_of_the_wrong_kind(tmp_path):
    with pytest.raises(ReadError, match="no such file"):
        read_document(tmp_path / "lezing")


def test_a_text_of_too_many_characters_is_told_from_a_file_of_too_many_bytes():
    file = RawFile("a.txt", "één twee".encode())
    with pytest.raises(FileTooLargeError, match="8 characters, the limit is 7"):
        document_from(file, max_characters=7)
    with pytest.raises(FileTooLargeError, match="MB, the limit is"):
        document_from(file, max_bytes=9)
    assert document_from(file, max_bytes=10, max_characters=8).text == "één twee"
