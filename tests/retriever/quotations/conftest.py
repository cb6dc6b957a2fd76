import pytest

from ingest.catalogue import Catalogue
from ingest.pipeline import ingest_bytes
from retriever.quotations.checking import check_quotation
from tests.fakes import WordCountEmbedder

SCAN = (
    "The shelves in Plzefi were bare.3 On 29 May the pre\u00adsident told the nation over the ra\ndio that all talk "
    "of a reform was a mmour spread by ene\nmies. Each inhabitant could exchange 2,700 crowns in cash, and nobody "
    "was asked.\n\n"
    "The works at Škoda stood still for three days. Twelve workers were likely arrested, said “the mayor”.\n"
)
REPORT = (
    "De bakkers kregen twaalf zakken meel. Zij bakten er brood van voor de hele stad. De molenaar zweeg daarover.\n\n"
    "In het najaar kwam de commissie weer bijeen en sprak zij over de prijs van het graan in de drie provincies.\n"
)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    with Catalogue.open(tmp_path_factory.mktemp("home")) as catalogue:
        for name, text in (("Plzen.txt", SCAN), ("Bakkers.txt", REPORT)):
            ingest_bytes(name, text.encode(), catalogue, WordCountEmbedder().read_passages)
        yield catalogue


@pytest.fixture(scope="module")
def ids(catalogue):
    return {document.title: document.id for document in catalogue.documents()}


@pytest.fixture(scope="module")
def check(catalogue):
    """Check a quotation; every citation must stand."""

    def check(text, **options):
        checked = check_quotation(text, catalogue, **options)
        for part in checked.parts:
            cited = part.citation
            assert catalogue.text(cited.document_id, cited.start, cited.end) == cited.quote
        return checked

    return check
