import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import CatalogueError, InvalidQuotationError, UnknownDocumentError
from retriever.quotations.checking import MAX_QUOTATION_CHARACTERS, check_quotation
from tests.retriever.quotations.conftest import REPORT, SCAN

SENTENCE = "Zij bakten er brood van voor de hele stad."


@pytest.mark.parametrize(
    ("quotation", "differences"),
    [
        (SENTENCE, ()),
        ("zij bakten er brood\nvan voor de hele stad", ("capitals", "spacing")),
        ("all talk of a reform was a rumour spread by enemies", ("scan", "broken_words")),
        ("told the nation over the ra-\ndio that all talk", ("broken_words",)),
        ("told the nation over the ra\ndio that all talk", ()),
        ("The shelves in Plzen were bare. On 29 May the president told the nation", ("scan", "note_marks", "letters")),
        ("The shelves in Plzefi were bare.3 On 29 May", ()),
        ("could exchange 2.700 crowns in cash, and nobody was asked", ("punctuation",)),
        ("The works at Skoda stood still for three days", ("letters",)),
        ('arrested, said "the mayor', ("quotation_marks",)),
        ("De bakkers kregen twaalf zakken meel ... voor de hele stad", ("omission",)),
        ("De bakkers [van Utrecht] kregen twaalf zakken meel", ("insertion",)),
    ],
)
def test_words_that_look_different_are_no_other_words(check, quotation, differences):
    checked = check(quotation)
    assert (checked.verdict, checked.found) == ("exact", 1.0)
    found = {difference for part in checked.parts for difference in part.differences}
    assert found >= set(differences)
    assert bool(found) == bool(differences), found


@pytest.mark.parametrize(
    ("quotation", "kind", "source", "quoted", "flags"),
    [
        ("De bakkers kregen dertien zakken meel", "replaced", "twaalf", "dertien", ("number",)),
        ("De bakkers kregen niet twaalf zakken meel", "added", "", "niet", ("negation",)),
        ("De bakkers kregen zakken meel", "left_out", "twaalf", "", ("number",)),
        ("On 29 June the president told the nation", "replaced", "May", "June", ("number",)),
        ("could exchange 27,00 crowns in cash", "replaced", "2,700", "27,00", ("number",)),
        ("Twelve workers were unlikely arrested", "replaced", "likely", "unlikely", ("negation",)),
        ("in cash, and everybody was asked", "replaced", "nobody", "everybody", ("negation",)),
        ("De molenaar sprak daarover", "replaced", "zweeg", "sprak", ()),
        ("de commissie weer bijeen en sprak weer over de prijs", "replaced", "zij", "weer", ()),
    ],
)
def test_a_changed_word_is_named_with_the_word_of_the_source(check, quotation, kind, source, quoted, flags):
    checked = check(quotation)
    assert checked.verdict == "altered"
    (change,) = checked.parts[0].changes
    assert (change.kind, change.source, change.quoted, change.flags) == (kind, source, quoted, flags)
    assert checked.quotation[change.start : change.end] == quoted
    text = REPORT if checked.parts[0].citation.document_title == "Bakkers" else SCAN
    assert text[change.source_start : change.source_end] == source


def test_parts_of_several_places_are_stitched(check, ids):
    checked = check("Twelve workers were likely arrested en sprak over de prijs van het graan")
    assert checked.verdict == "stitched"
    assert [part.citation.document_id for part in checked.parts] == [ids["Plzen"], ids["Bakkers"]]


def test_parts_in_another_order_are_stitched_though_the_gap_is_marked(check):
    assert check("De molenaar zweeg daarover ... De bakkers kregen twaalf zakken meel").verdict == "stitched"


def test_words_that_stand_elsewhere_than_said_are_found_there(check, ids):
    checked = check(SENTENCE, document_ids=[ids["Plzen"]])
    assert (checked.verdict, checked.parts[0].citation.document_id) == ("elsewhere", ids["Bakkers"])
    assert check(SENTENCE, document_ids=[ids["Bakkers"]]).verdict == "exact"


@pytest.mark.parametrize(
    "quotation", ["Zij aten er soep van in het hele land", "stad hele de voor van brood", "Utrecht"]
)
def test_what_the_texts_do_not_have_is_not_found(check, quotation):
    checked = check(quotation)
    assert (checked.verdict, checked.parts) == ("not_found", ())


def test_a_stretch_that_stands_nowhere_is_said_to_be_missing(check):
    checked = check("... op een dag in mei vertrok hij. De bakkers kregen twaalf zakken meel. Zij bakten er brood van")
    assert checked.verdict == "altered"
    changed = [checked.quotation[span.start : span.end] for span in checked.missing]
    changed += [change.quoted for part in checked.parts for change in part.changes]
    assert "vertrok" in " ".join(changed)


@pytest.mark.parametrize("quotation", ["", " … ", "“%”", "x" * (MAX_QUOTATION_CHARACTERS + 1), "half \ud800"])
def test_what_cannot_be_checked_is_an_error(check, quotation):
    with pytest.raises(InvalidQuotationError):
        check(quotation)


def test_a_document_that_is_not_there_is_an_error(check):
    with pytest.raises(UnknownDocumentError):
        check(SENTENCE, document_ids=["0" * 64])


def test_while_nothing_can_be_found_nothing_is_said(catalogue, monkeypatch):
    monkeypatch.setattr(type(catalogue), "is_rebuilding", True)
    with pytest.raises(CatalogueError, match="made anew"):
        check_quotation(SENTENCE, catalogue)


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_is_copied_from_a_text_is_exact(check, data):
    text = data.draw(st.sampled_from((SCAN, REPORT)))
    words = [at for at in range(1, len(text)) if text[at - 1] == " " and text[at].isalpha()]
    start = data.draw(st.sampled_from(words[:-6]))
    end = data.draw(st.sampled_from([at for at in words if at > start][5:] or [len(text)]))
    assert check(text[start:end]).verdict == "exact"


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.text(alphabet="aé1.…[]( )\u0301\u00ad'’-%½ \n\"", min_size=1, max_size=60))
def test_whatever_is_asked_gets_a_verdict_or_an_error_of_ours(check, text):
    try:
        check(text)
    except InvalidQuotationError:
        assert not any(map(str.isalnum, text))
