"""A catalogue with two small texts, and their sentences under numbers."""

from dataclasses import dataclass

import pytest

from ingest.catalogue import Catalogue
from ingest.pipeline import ingest_bytes
from retriever.drafting import cite
from retriever.prose.evidence import NumberedSentence
from retriever.types import Reading
from retriever.verification import verify_claim
from tests.fakes import NumberVerifier, WordCountEmbedder

FERRY = "Het veer naar Marken stopte op 12 maart 1957. Veertig gezinnen leefden ervan. De schipper heette Kees Wolf."
REPORT = "The ferry carried 300 people a day. Its boats were sold in 1958. Nobody in the village was asked."


@dataclass(frozen=True)
class Shelf:
    """A catalogue, its sentences by number in reading order, and the verifier that verifies."""

    catalogue: Catalogue
    sentences: list[NumberedSentence]
    verifier: NumberVerifier

    def verify(self, claim, **_):
        """Verify as strictly as one of Quoth's own sentences, so that the numbers decide and no line for prose does."""
        return verify_claim(claim, self.catalogue, self.verifier)

    def sentence(self, words):
        """Return the sentence that holds these words."""
        (found,) = (one for one in self.sentences if words in one.text)
        return found


@pytest.fixture
def shelf(tmp_path):
    embedder = WordCountEmbedder()
    with Catalogue.open(tmp_path / "data") as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        for name, text in (("veer.txt", FERRY), ("report.txt", REPORT)):
            ingest_bytes(name, text.encode(), catalogue, embedder.read_passages)
        documents = {document.id: document for document in catalogue.documents()}
        passages = {one.id: one for one in catalogue.passages(catalogue.passage_vectors().passage_ids)}
        sentences = catalogue.sentences(sorted(passages, key=lambda id: passages[id].language))
        readings = [Reading(one, passages[one.passage_id], 0.9) for one in sentences]
        numbered = [
            NumberedSentence(number, one, cite(one, documents[one.sentence.document_id]), answers=True)
            for number, one in enumerate(readings, start=1)
        ]
        yield Shelf(catalogue, numbered, NumberVerifier())
