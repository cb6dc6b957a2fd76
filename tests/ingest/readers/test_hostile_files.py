"""Files made to do harm end in one sentence, in time, and cost themselves alone."""

import random
import time
import zlib
from contextlib import closing

import pytest

from ingest.errors import ReadError
from ingest.readers import RawFile
from ingest.splitting.process import SplittingProcess
from tests.ingest.readers.made_files import W, docx, epub, odt, zipped
from tests.ingest.readers.made_pdfs import Pages
from tests.ingest.readers.test_formats import MAIL, PAGE, SUBTITLES

LAUGHS = '<!DOCTYPE a [<!ENTITY b "hahahaha">' + "".join(
    f'<!ENTITY {chr(ord("c") + n)} "{("&" + chr(ord("b") + n) + ";") * 10}">' for n in range(9)
)
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
DEEP = 100_000


def pdf_of(*objects):
    """Return a PDF of these objects, without a table of them."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R >>\n%%EOF"


def stream(data, entries=b""):
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


FLATE = zlib.compress(b"\0" * 50_000_000, 9)
PAGES = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE_OF = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"

BOMBS = {
    "pages in a circle.pdf": pdf_of(PAGES[0], b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 99999 >>"),
    "many pages.pdf": pdf_of(PAGES[0], b"<< /Type /Pages /Kids [%s] /Count 100000 >>" % (b"3 0 R " * 100_000), PAGE_OF),
    "flate.pdf": pdf_of(*PAGES, PAGE_OF, stream(FLATE, b"/Filter /FlateDecode")),
    "xref in a circle.pdf": b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \n"
    b"trailer << /Prev 9 /Root 1 0 R >>\nstartxref\n9\n%%EOF",
    "a page of ten kilometres.pdf": pdf_of(*PAGES, PAGE_OF.replace(b"0 0 9 9", b"0 0 9e9 9e9"), stream(b"")),
    "laughs.xml": f"{LAUGHS}]><TEI><text><p>&k;</p></text></TEI>".encode(),
    "outside.xml": f"{OUTSIDE}<TEI><text><p>&x;</p></text></TEI>".encode(),
    "laughs.docx": zipped({"word/document.xml": f"{LAUGHS}]><w:document {W}><w:p><w:t>&k;</w:t></w:p></w:document>"}),
    "zeros.docx": zipped({"word/document.xml": b"\0" * 90_000_000}),
    "spaces.odt": odt("<text:p>" + '<text:s text:c="999999999"/>' * 100 + "</text:p>"),
    "deep.html": b"<div>" * DEEP + b"words" + b"</div>" * DEEP,
    "deep list.html": b"<ul><li>" * DEEP + b"words",
    "deep.json": b"[" * DEEP + b"]" * DEEP,
    "deep.rtf": b"{\\rtf1 " + b"{" * DEEP + b"words" + b"}" * DEEP,
    "numbers.json": b'{"a": ' + b"9" * 1_000_000 + b"}",
    "quotes.csv": b'"' * 2_000_000,
    "columns.csv": b"," * 2_000_000,
    "parts.eml": b"Content-Type: multipart/mixed; boundary=a\n\n"
    + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 5_000,
    "heads.eml": b"".join(b"X-%d: a\n" % n for n in range(100_000)) + b"\nwords",
    "cues.srt": b"1\n00:00:01,000 --> 00:00:02,000\n" * 20_000 + b"<" * 200_000,
    "no part.epub": zipped({"mimetype": "application/epub+zip", "META-INF/container.xml": "<a/>"}),
    "a book of itself.epub": epub({"a": "<html/>"}).replace(b"OEBPS/a.xhtml", b"OEBPS/book.op"),
    "no words.pdf": Pages().made(),
}  # fmt: skip


@pytest.fixture(scope="module")
def process():
    with closing(SplittingProcess(seconds_a_file=30)) as process:
        yield process


def outcome(process, name, data):
    """Return what became of a file: its document, or the sentence that says why there is none."""
    started = time.monotonic()
    try:
        document = process.split(RawFile(name, data), max_bytes=100_000_000).document
    except ReadError as error:
        assert str(error).endswith((".", "…")), error
        assert "\n" not in str(error)
        assert time.monotonic() - started < 45
        return str(error)
    assert len(document.text) <= 5_000_000
    assert "root:" not in document.text
    return document


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_one_sentence_and_the_next_file_goes_in(process, name):
    outcome(process, name, BOMBS[name])
    assert outcome(process, "a.txt", b"The ship paid twelve guilders.").text == "The ship paid twelve guilders."


def whole():
    """Return a good file of each format, small, so that a mutation strikes something."""
    pages = Pages()
    pages.prose("The ship paid twelve guilders and nobody asked why. " * 6, 60, 80)
    body = "<w:p><w:r><w:t>The ship paid.</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    return {
        "a.pdf": pages.made(),
        "a.docx": docx(body),
        "a.odt": odt("<text:h>Wages</text:h><text:p>Paid.</text:p>"),
        "a.epub": epub({"a": "<h1>One</h1><p>First.</p>"}),
        "a.html": PAGE.encode(),
        "a.rtf": rb"{\rtf1\ansi{\info{\title The tolls}}Zo\u8217\'92n tol.\par\trowd Ship\cell Toll\cell\row}",
        "a.eml": MAIL.encode(),
        "a.srt": SUBTITLES.encode(),
        "a.csv": b"Ship,Toll\nAnna,118\nZwaan,96\n",
        "a.json": b'[{"name": "Anna", "toll": 118}, {"name": "Zwaan"}]',
        "a.xml": b"<TEI><text><body><div><head>Wages</head><p>Paid<note>L</note>.</p></div></body></text></TEI>",
    }


def mutated(data, chance):
    """Return a file with some bytes changed, cut, doubled or put elsewhere."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        place, length = chance.randrange(len(changed)), chance.randint(1, 40)
        piece = bytes(changed[place : place + length])
        kind = chance.randrange(5)
        if kind == 0:
            changed[place] = chance.randrange(256)
        elif kind == 1 and len(changed) > length + 1:
            del changed[place : place + length]
        elif kind == 2:
            changed[place:place] = piece * chance.randint(1, 20)
        elif kind == 3:
            changed[place : place + length] = chance.randbytes(length)
        else:
            other = chance.randrange(len(changed))
            changed[other:other] = piece
    return bytes(changed)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", whole())
def test_two_thousand_mutants_of_a_file_end_in_a_document_or_a_sentence(process, name):
    chance = random.Random(name)
    data = whole()[name]
    assert not isinstance(outcome(process, name, data), str)
    for _ in range(2_000):
        outcome(process, name, mutated(data, chance))
