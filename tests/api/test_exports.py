"""An answer leaves in the formats of others, and every quote in them stands."""

import io
import json
import re
import zipfile
from xml.etree import ElementTree

import pytest

from ingest.readers import read_document
from tests.api.conftest import AUSTRIA

QUESTION = "In welk jaar werd het staatsverdrag van Oostenrijk getekend?"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture
def answer(client, austria):
    return client.post("/v1/answers", json={"question": QUESTION}).json()


@pytest.fixture
def export(client, answer):
    def get(format):
        response = client.get(f"/v1/answers/{answer['id']}/export", params={"format": format})
        assert response.status_code == 200, response.text
        assert response.headers["content-disposition"].startswith("attachment; filename=")
        return response

    return get


def cited(answer):
    return [one for claim in answer["claims"] for one in claim["citations"]]


def test_markdown_has_a_footnote_for_each_citation_with_its_quote_and_permalink(export, answer):
    text = export("markdown").text
    notes = dict(re.findall(r"^\[\^(\d+)\]: (.*)$", text, re.MULTILINE))
    body = text.partition("[^1]:")[0]
    assert notes.keys() == {str(number) for number in range(1, len(cited(answer)) + 1)}
    assert set(re.findall(r"\[\^(\d+)\]", body)) == notes.keys()
    for note, one in zip(notes.values(), cited(answer), strict=True):
        plain = re.sub(r"\\(.)", r"\1", note)
        assert " ".join(one["quote"].split()) in plain
        assert f"http://testserver{one['permalink']}" in plain


def test_nothing_of_a_text_is_read_as_markdown_tex_or_xml(client, upload):
    hostile = (
        "Het teken ![x](http://evil.example/a.png) <b>&amp; $5_000 {of} 10% ]]> [^9] stond op de molen van Hulst.\n"
    )
    upload(("Molen & 100% _kaf_.txt", hostile.encode()))
    answer = client.post("/v1/answers", json={"question": "Welk teken stond op de molen van Hulst?"}).json()
    assert cited(answer)
    get = lambda format: client.get(f"/v1/answers/{answer['id']}/export", params={"format": format})  # noqa: E731
    markdown = get("markdown").text
    assert not re.search(r"(?<!\\)!\[|(?<!\\)<b>|(?<!\\)\[\^9", markdown)
    assert r"title = {Molen \& 100\% kaf}" in get("bibtex").text
    with zipfile.ZipFile(io.BytesIO(get("docx").content)) as packed:
        for name in packed.namelist():
            ElementTree.fromstring(packed.read(name))


def test_a_word_document_has_real_footnotes_and_can_be_read_again(export, answer, tmp_path):
    content = export("docx").content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        document, notes = (
            ElementTree.fromstring(packed.read(f"word/{name}.xml")) for name in ("document", "footnotes")
        )
    pointed_at = [each.get(f"{W}id") for each in document.iter(f"{W}footnoteReference")]
    held = {each.get(f"{W}id"): "".join(each.itertext()) for each in notes.iter(f"{W}footnote")}
    for number, one in enumerate(cited(answer), start=1):
        assert str(number) in pointed_at
        assert " ".join(one["quote"].split()) in held[str(number)]
    file = tmp_path / "answer.docx"
    file.write_bytes(content)
    assert QUESTION in read_document(file).text
    assert export("docx").content == content


def test_annotations_find_the_words_by_quote_and_by_position(export, answer):
    items = json.loads(export("annotations").text)["items"]
    assert len(items) == len(cited(answer))
    for item in items:
        quote, position = item["target"]["selector"]
        start, end = position["start"], position["end"]
        assert AUSTRIA[start:end] == quote["exact"]
        around = quote["prefix"] + quote["exact"] + quote["suffix"]
        assert AUSTRIA[start - len(quote["prefix"]) : end + len(quote["suffix"])] == around


def test_the_cited_documents_are_entries_of_a_bibliography(export, austria):
    url = f"http://testserver/documents/{austria['id']}"
    key = f"oostenrijk-1955-{austria['id'][:8]}"
    (item,) = json.loads(export("csl-json").text)
    assert (item["id"], item["title"], item["URL"]) == (key, "Oostenrijk 1955", url)
    assert export("bibtex").text.startswith(f"@misc{{{key},\n  title = {{Oostenrijk 1955}},")
    ris = export("ris").text
    assert ris.startswith("TY  - GEN\r\n")
    assert ("TI  - Oostenrijk 1955\r\n" in ris, ris.endswith("ER  - \r\n")) == (True, True)


def test_a_format_that_is_none_and_an_answer_that_is_not_there_are_problems(client, answer):
    assert client.get(f"/v1/answers/{answer['id']}/export", params={"format": "pdf"}).status_code == 422
    assert client.get("/v1/answers/0/export", params={"format": "ris"}).json()["code"] == "unknown_answer"
