"""PDFs become documents: words in reading order, what belongs to pages set aside, and where each word stands."""

import shutil

import pypdfium2
import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from ingest.errors import EmptyFileError, ReadError, UnsupportedFileError
from ingest.pages import ocr
from ingest.pages.word_boxes import boxes_of
from ingest.readers import ocr_programs, read_document_bytes, scan_notice
from ingest.splitting.split import split_into_passages
from tests.ingest.readers.made_pdfs import WIDTH, Pages

STORY = (
    "The harbour of Delfshaven silted up after the winter of 1421, and the council ordered the dredging of the "
    "southern channel. Four hundred labourers were paid in grain, since the treasury held no coin. Their foreman kept "
    "a ledger of every barge that passed the sluice. In the spring a storm broke the outer dike near Schiedam. The "
    "repairs took two summers and the wages of ninety carpenters. Nobody asked the bishop, who owned the tolls. "
)


def sentences(document):
    return [sentence.search_text for sentence in split_into_passages(document).sentences]


def marked(document, kind):
    return [document.text[mark.start : mark.end] for mark in document.marks if mark.kind == kind]


@pytest.fixture(scope="module")
def two_columns():
    pages, rest = Pages(), STORY * 3
    pages.canvas.setTitle("Harbours")
    pages.canvas.setAuthor("A. Visser")
    for number in (41, 42, 43):
        pages.line("HARBOURS OF HOLLAND", 60, 40, size=9)
        pages.line(str(number), 520, 40, size=9)
        for x in (60, 310):
            if rest:
                _, rest = pages.prose(rest, x, 80, width=225, most=11)
        pages.end_page()
    return read_document_bytes("harbours.pdf", pages.made())


def test_columns_are_read_one_after_another_and_sentences_go_on_over_pages(two_columns):
    assert " ".join(sentences(two_columns)) == (STORY * 3).strip()
    assert (two_columns.title, two_columns.author, two_columns.media_type) == (
        "Harbours",
        "A. Visser",
        "application/pdf",
    )


def test_heads_and_page_numbers_are_set_aside(two_columns):
    assert " ".join(marked(two_columns, "aside")).split() == [
        words for number in ("41", "42", "43") for words in ("HARBOURS", "OF", "HOLLAND", number)
    ]
    assert [page.number for page in two_columns.pages] == [1, 2, 3]


def test_each_word_is_lit_where_it_stands(two_columns):
    start = two_columns.text.index("treasury\nheld no coin")
    (box, other) = boxes_of(two_columns.word_boxes, start, start + len("treasury\nheld no coin"))
    assert (box.page, other.page) == (1, 1)
    assert box.top < other.top
    assert 0.1 < other.left < other.right < box.right < 0.5
    assert box.bottom - box.top < 0.03
    whole = boxes_of(two_columns.word_boxes, 0, len(two_columns.text))
    assert {one.page for one in whole} == {1, 2}  # on the third nothing but its head
    assert max(one.right for one in whole if one.page == 1) > 0.8


def test_a_word_that_a_page_breaks_is_whole_in_the_search_view():
    pages = Pages()
    pages.prose(STORY * 2 + "and in that year the lease was raised by the coun-", 60, 80)
    pages.end_page()
    pages.prose("cil to sixty guilders. " + STORY, 60, 80)
    assert any(
        "raised by the council to sixty guilders." in one
        for one in sentences(read_document_bytes("a.pdf", pages.made()))
    )


def test_a_word_that_a_line_breaks_with_no_space_in_the_file_stands_on_two_lines():
    pages = Pages()
    text = pages.canvas.beginText(60, 700)
    text.setFont("Times-Roman", 11)
    for line in ("The council ordered that the lease was raised by the coun-", "cil to sixty guilders in that year."):
        text.textLine(line)
    pages.canvas.drawText(text)
    document = read_document_bytes("a.pdf", pages.made())
    assert sentences(document) == [
        "The council ordered that the lease was raised by the council to sixty guilders in that year."
    ]
    assert len(boxes_of(document.word_boxes, 0, len(document.text))) == 2


def test_notes_stand_behind_the_text_with_their_own_page():
    pages = Pages()
    first = "The council ordered the dredging of the southern channel in those years."
    y, _ = pages.prose(first, 60, 80)
    pages.line("3", 60 + stringWidth(first, "Times-Roman", 11), 76, size=6)
    y, _ = pages.prose(STORY * 2 + "The bishop, who owned the tolls, was", 60, y)
    pages.line("3 Ledger of Pieter Jansz, fol. 12.", 60, 700, size=8)
    pages.end_page()
    pages.prose("never asked. " + STORY, 60, 80)
    document = read_document_bytes("a.pdf", pages.made())
    said = sentences(document)
    assert any("who owned the tolls, was never asked." in one for one in said)
    assert document.text.endswith("3 Ledger of Pieter Jansz, fol. 12.")
    assert document.pages[-1].number == 1
    assert "years.³" in document.text


def test_headings_are_what_the_outline_names_else_what_is_set_large():
    def made(*, outlined):
        pages = Pages()
        pages.line("The tolls of Holland", 60, 80, size=16)
        y, _ = pages.prose(STORY, 60, 110)
        pages.line("Wages", 60, y + 20, size=16)
        pages.prose(STORY, 60, y + 50)
        if outlined:
            pages.canvas.bookmarkPage("wages")
            pages.canvas.addOutlineEntry("Wages", "wages")
        return read_document_bytes("a.pdf", pages.made())

    assert marked(made(outlined=False), "heading") == ["The tolls of Holland", "Wages"]
    assert marked(made(outlined=True), "heading") == ["Wages"]
    assert made(outlined=False).title == "The tolls of Holland"


def test_a_page_that_is_turned_is_read_as_it_is_seen():
    pages = Pages()
    pages.canvas.setPageRotation(90)
    pages.canvas.translate(WIDTH, 0)
    pages.canvas.rotate(90)
    pages.canvas.setFont("Times-Roman", 11)
    for number, words in enumerate(("The first line of a turned page", "and the second one below it.")):
        pages.canvas.drawString(60, WIDTH - 80 - 14 * number, words)
    document = read_document_bytes("a.pdf", pages.made())
    assert document.text == "The first line of a turned page\nand the second one below it."
    (first, second) = boxes_of(document.word_boxes, 0, len(document.text))
    assert first.top < second.top
    assert first.left == pytest.approx(60 / WIDTH, abs=0.01)


def test_a_file_with_a_password_says_that_it_asks_for_one():
    pages = Pages(encrypt="geheim")
    pages.line("Hidden.", 60, 80)
    with pytest.raises(ReadError, match="asks for a password"):
        read_document_bytes("a.pdf", pages.made())


def test_what_only_has_the_name_of_a_pdf_is_none():
    with pytest.raises(UnsupportedFileError, match=r"no \.pdf file"):
        read_document_bytes("a.pdf", b"Just words.")
    with pytest.raises(ReadError, match="damaged"):
        read_document_bytes("a.pdf", b"%PDF-1.7 and then nothing of one")


@pytest.fixture(scope="module")
def scan():
    pages = Pages()
    pages.prose(STORY, 60, 80, size=13)
    document = pypdfium2.PdfDocument(pages.made())
    picture = document[0].render(scale=200 / 72).to_pil()
    document.close()
    from io import BytesIO

    png = BytesIO()
    picture.save(png, "PNG")
    scanned = Pages()
    scanned.picture(png.getvalue())
    return scanned.made()


def test_without_tesseract_a_scan_says_what_is_missing(scan, monkeypatch):
    monkeypatch.setattr(ocr, "known_languages", lambda: "")
    monkeypatch.setattr(ocr_programs, "known_languages", lambda: "")
    with pytest.raises(EmptyFileError, match=r"pictures without text\. Install tesseract"):
        read_document_bytes("a.pdf", scan)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("tesseract"), reason="tesseract is not installed")
def test_with_tesseract_a_scan_is_read_and_says_so(scan):
    document = read_document_bytes("a.pdf", scan)
    assert document.media_type == "application/pdf; ocr=1"
    assert "read by tesseract" in scan_notice(document)
    assert " ".join(sentences(document)) == STORY.strip()
    (box, *_) = boxes_of(document.word_boxes, 0, 20)
    assert 0.05 < box.left < 0.15
