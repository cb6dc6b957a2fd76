"""Each format gives the same: a text whose marks say what its parts are."""

import io
import json

import openpyxl
import pytest

from ingest.errors import ReadError, UnsupportedFileError
from ingest.readers import read_document_bytes
from ingest.splitting.split import split_into_passages
from tests.ingest.readers.made_files import docx, epub, odt


def read(name, data):
    document = read_document_bytes(name, data.encode() if isinstance(data, str) else data)
    split = split_into_passages(document)
    for passage in split.passages:
        assert document.text[passage.start : passage.end] == passage.text
    return document, split


def marked(document):
    return [(mark.kind, document.text[mark.start : mark.end]) for mark in document.marks]


def standing(split):
    return [(one.kind, *one.context, one.search_text) for one in split.sentences]


PARAGRAPH = '<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr><w:r><w:t>{text}</w:t></w:r>{after}</w:p>'


def paragraph(text, *, style="", more="", after=""):
    return PARAGRAPH.format(text=text, style=style, more=more, after=after)


def test_docx_has_headings_items_tables_and_notes_and_its_changes_accepted():
    row = "<w:tr>{}</w:tr>".format
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>".format
    body = (
        paragraph("Tolls of Holland", style="Kop1")
        + paragraph(
            "The ship paid ",
            after="<w:del><w:r><w:delText>nine</w:delText></w:r></w:del><w:ins><w:r><w:t>twelve</w:t></w:r></w:ins>"
            '<w:r><w:t xml:space="preserve"> guilders.</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>',
        )
        + paragraph("Wages", style="Mine")
        + paragraph("grain", more="<w:numPr/>")
        + paragraph("salt", more="<w:numPr/>")
        + f"<w:tbl>{row(cell('Ship') + cell('Toll'))}{row(cell('Anna') + cell('118'))}</w:tbl>"
    )
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>Ledger, fol. 3.</w:t></w:r></w:p></w:footnote>'
    core = (
        "<dc:title>The tolls</dc:title><dc:creator>A. Visser</dc:creator>"
        "<dcterms:created>1953-03-05T10:00:00Z</dcterms:created>"
    )
    document, split = read("a.docx", docx(body, footnotes=note, core=core))
    assert document.text == (
        "Tolls of Holland\n\nThe ship paid twelve guilders.¹\n\nWages\n\ngrain\nsalt\n\nShip | Toll\nAnna | 118\n\n"
        "¹ Ledger, fol. 3."
    )
    assert (document.title, document.author, document.date) == ("The tolls", "A. Visser", "1953-03-05")
    assert marked(document) == [
        *(("heading", "Tolls of Holland"), ("heading", "Wages"), ("item", "grain"), ("item", "salt")),
        *(("header", "Ship | Toll"), ("row", "Anna | 118")),
    ]
    assert ("row", "Wages", "Ship | Toll", "Anna | 118") in standing(split)
    assert ("paragraph", "Tolls of Holland", "The ship paid twelve guilders.") in standing(split)


def test_odt_has_headings_items_tables_and_notes_and_nothing_that_was_struck_out():
    body = (
        "<text:tracked-changes><text:p>struck out</text:p></text:tracked-changes>"
        '<text:h text:outline-level="2">Wages</text:h>'
        '<text:p>Paid<text:s text:c="2"/>in <text:span>grain</text:span>'
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Ledger.</text:p>"
        "</text:note-body></text:note>, not coin.</text:p>"
        "<text:list><text:list-item><text:p>salt</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Ship</text:p></table:table-cell><table:table-cell>"
        "<text:p>Toll</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>Anna</text:p>"
        "</table:table-cell><table:table-cell><text:p>118</text:p></table:table-cell></table:table-row></table:table>"
    )
    document, _ = read("a.odt", odt(body, meta="<dc:title>The tolls</dc:title><dc:date>1953-03-05T10:00:00</dc:date>"))
    assert document.text == "Wages\n\nPaid in grain¹, not coin.\n\nsalt\n\nShip | Toll\nAnna | 118\n\n¹ Ledger."
    assert marked(document)[:2] == [("heading", "Wages"), ("item", "salt")]
    assert (document.title, document.date) == ("The tolls", "1953-03-05")


PAGE = """<!doctype html><html><head><title>Tolls | The Archive</title><meta name="author" content="A. Visser">
<meta property="article:published_time" content="1953-03-05T10:00"><script>var a = "not text";</script></head>
<body><nav><a href="/">Home</a></nav><div class="cookie-banner">We use cookies.</div>
<h1>Tolls of
Holland</h1><p>The ship paid <b>twelve</b> guilders,<br>in coin.</p><ul><li>salt</li><li>grain</li></ul>
<table><tr><th>Ship</th><th>Toll</th></tr><tr><td>Anna</td><td>118</td></tr></table>
<footer>All rights reserved.</footer></body></html>"""


def test_html_is_what_a_page_is_about_without_its_menus():
    document, split = read("a.html", PAGE)
    assert document.text == (
        "Tolls of Holland\n\nThe ship paid twelve guilders,\nin coin.\n\nsalt\ngrain\n\nShip | Toll\nAnna | 118"
    )
    assert (document.title, document.author, document.date) == ("Tolls | The Archive", "A. Visser", "1953-03-05")
    assert ("row", "Tolls of Holland", "Ship | Toll", "Anna | 118") in standing(split)


def test_html_in_an_encoding_that_it_states():
    page = '<html><head><meta charset="windows-1250"></head><body><p>Plzeň a Łódź</p></body></html>'
    assert read("a.htm", page.encode("cp1250"))[0].text == "Plzeň a Łódź"


def test_epub_has_its_chapters_in_the_order_in_which_it_is_read():
    chapter = "<html><body><h1>{}</h1><p>{}</p></body></html>".format
    document, _ = read("a.epub", epub({"z": chapter("One", "First."), "a": chapter("Two", "Then.")}))
    assert document.text == "One\n\nFirst.\n\nTwo\n\nThen."
    assert (document.title, document.author, document.date) == ("The book of tolls", "A. Visser", "1953-03")
    assert marked(document) == [("heading", "One"), ("heading", "Two")]


def test_rtf_has_its_paragraphs_and_rows():
    rtf = (
        r"{\rtf1\ansi{\info{\title The tolls}{\author A. Visser}{\creatim\yr1953\mo3\dy5}}"
        r"Zo\u8217\'92n tol.\par Twaalf gulden.\par\trowd Ship\cell Toll\cell\row\trowd Anna\cell 118\cell\row}"
    )
    document, _ = read("a.rtf", rtf)
    assert document.text == "Zo’n tol.\n\nTwaalf gulden.\n\nShip | Toll\nAnna | 118"
    assert (document.title, document.author, document.date) == ("The tolls", "A. Visser", "1953-03-05")


MAIL = """From: Pieter <pieter@example.org>
To: An
Date: Thu, 05 Mar 1953 10:00:00 +0100
Subject: =?utf-8?q?De_p=C3=A1cht?=
MIME-Version: 1.0
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

Zestig gulden, =E9=E9n keer.

> Hoeveel is de
> pacht?
"""


def test_mail_has_its_head_and_its_text_and_quoted_lines_are_told_from_it():
    document, split = read("a.eml", MAIL)
    assert document.text.startswith("From: Pieter <pieter@example.org>\nTo: An\nDate: ")
    assert "Zestig gulden, één keer.\n\n> Hoeveel" in document.text
    assert (document.title, document.author, document.date) == ("De pácht", "Pieter <pieter@example.org>", "1953-03-05")
    assert ("mail", "Hoeveel is de pacht?") in [(one.kind, one.search_text) for one in split.sentences]


def test_mail_in_html_alone_is_read_as_its_text():
    mail = "From: An\nSubject: Tol\nContent-Type: text/html\n\n<p>Zestig <b>gulden</b>.</p>"
    assert read("a.eml", mail)[0].text == "From: An\nSubject: Tol\n\nZestig gulden."


SUBTITLES = """1
00:00:01,000 --> 00:00:04,000
<i>The ship paid</i>

2
00:00:04,500 --> 00:00:06,000
twelve guilders. Nobody
asked why.
"""


def test_subtitles_are_what_is_said_and_their_times_stay_in_the_text():
    document, split = read("a.srt", SUBTITLES)
    assert document.text == SUBTITLES
    assert [one.search_text for one in split.sentences] == ["The ship paid twelve guilders.", "Nobody asked why."]
    vtt = "WEBVTT - tolls\n\nNOTE made by hand\n\n00:01.000 --> 00:04.000 line:0\n<v An>Sixty guilders.\n"
    assert [one.search_text for one in read("a.vtt", vtt)[1].sentences] == ["Sixty guilders."]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_row_of_a_table_is_a_sentence_under_the_names_of_its_columns(separator):
    rows = [["Ship", "Yard", "Toll"], ["Anna", '"Hoogezand, Gr. No. 3"', "118"], ["Drie Zusters", "Veendam", "96"]]
    document, split = read("a.csv", "\r\n".join(separator.join(row) for row in rows))
    assert document.text == "Ship | Yard | Toll\nAnna | Hoogezand, Gr. No. 3 | 118\nDrie Zusters | Veendam | 96"
    assert standing(split)[1:] == [
        ("row", "Ship | Yard | Toll", "Anna | Hoogezand, Gr. No. 3 | 118"),
        ("row", "Ship | Yard | Toll", "Drie Zusters | Veendam | 96"),
    ]


def test_a_workbook_has_its_sheets_with_numbers_and_dates_as_they_are_meant():
    from datetime import datetime

    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "Tolls"
    for row in (["Ship", "Day", "Toll"], ["Anna", datetime(1953, 3, 5), 118.0], ["Zwaan", None, 2.5]):
        book.active.append(row)
    book.create_sheet("Wages").append(["An", 12])
    book.save(out)
    document, _ = read("a.xlsx", out.getvalue())
    assert document.text == "Tolls\n\nShip | Day | Toll\nAnna | 1953-03-05 | 118\nZwaan |  | 2.5\n\nWages\n\nAn | 12"


def test_a_record_is_a_row_with_its_names_and_its_long_text_below():
    long = "The ship paid twelve guilders. " * 10
    records = [{"name": "Anna", "yard": {"place": "Hoogezand"}, "tags": ["a", "b"], "text": long}, {"name": "Zwaan"}]
    document, split = read("a.json", json.dumps(records))
    assert document.text == f"name: Anna; yard place: Hoogezand; tags: a, b\n\n{long.strip()}\n\nname: Zwaan"
    assert standing(split)[0] == ("row", "name: Anna; yard place: Hoogezand; tags: a, b")
    assert read("a.jsonl", "\n".join(map(json.dumps, records)))[0].text == document.text
    with pytest.raises(ReadError, match="no JSON in line 2"):
        read("a.jsonl", '{"a": 1}\n{"a": ')


def test_tei_has_its_text_with_what_its_editor_reads():
    tei = (
        '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><titleStmt><title>The tolls</title><author>A. Visser'
        "</author></titleStmt></teiHeader><text><body><div><head>Wages</head><p>Paid in <choice><sic>grian</sic><corr>"
        'grain</corr></choice>,<lb/>not coin<note n="1">Ledger.</note>.<fw>HEAD 42</fw></p></div></body></text></TEI>'
    )
    document, _ = read("a.xml", tei)
    assert document.text == "Wages\n\nPaid in grain,\nnot coin¹.\n\n¹ Ledger."
    assert (document.title, document.author) == ("The tolls", "A. Visser")


def test_what_text_recognition_gives_has_its_pages_and_lines():
    page = (
        '<PcGts><Page><ReadingOrder><RegionRefIndexed regionRef="b"/><RegionRefIndexed regionRef="a"/></ReadingOrder>'
        '<TextRegion id="a"><TextLine><TextEquiv><Unicode>Second.</Unicode></TextEquiv></TextLine></TextRegion>'
        '<TextRegion id="b"><TextLine><TextEquiv><Unicode>Fir-</Unicode></TextEquiv></TextLine><TextLine><TextEquiv>'
        "<Unicode>stly.</Unicode></TextEquiv></TextLine></TextRegion></Page></PcGts>"
    )
    assert read("a.xml", page)[0].text == "Fir-\nstly.\n\nSecond."
    alto = (
        "<alto><Layout><Page><TextBlock><TextLine><String CONTENT='Four'/><SP/><String CONTENT='hun'/>"
        "<HYP CONTENT='-'/></TextLine><TextLine><String CONTENT='dred.'/></TextLine></TextBlock></Page>"
        "<Page><TextBlock><TextLine><String CONTENT='Next.'/></TextLine></TextBlock></Page></Layout></alto>"
    )
    document, split = read("a.xml", alto)
    assert document.text == "Four hun-\ndred.\n\nNext."
    assert [page.number for page in document.pages] == [1, 2]
    assert split.sentences[0].search_text == "Four hundred."
    line = "<span class='ocr_line'>One <b>line</b></span>"
    hocr = f"<html><body><div class='ocr_page'><p class='ocr_par'>{line}</p></div></body></html>"
    assert read("a.hocr", hocr)[0].text == "One line"
    with pytest.raises(UnsupportedFileError, match="of XML Quoth reads TEI"):
        read("a.xml", "<settings/>")


@pytest.mark.parametrize("name", ["a.docx", "a.odt", "a.epub", "a.xlsx", "a.rtf"])
def test_what_only_has_the_name_of_a_format_is_refused(name):
    with pytest.raises(UnsupportedFileError, match="whatever its name says"):
        read(name, b"PK\x03\x04 and nothing else")


def test_what_a_file_holds_is_stronger_than_its_name():
    assert read("a.txt", odt("<text:p>Words.</text:p>"))[0].text == "Words."
