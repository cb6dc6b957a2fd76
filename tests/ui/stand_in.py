"""An assistant with three documents and answers written by hand, for tests of the page."""

import hashlib
import threading
from dataclasses import replace
from pathlib import Path

from ingest.errors import (
    CatalogueError,
    EmptyFileError,
    UnknownAnswerError,
    UnknownDocumentError,
    UnsupportedFileError,
)
from ingest.pipeline import Ingested
from ingest.types import Document, DocumentSummary, Page, Passage
from retriever.events import AnswerGiven, ClaimChecked, EvidenceFound, ProseChecked, StillWriting, WritingProgress
from retriever.evidence_model.evidence_models import EvidenceModels
from retriever.types import (
    Answer,
    Citation,
    Claim,
    Disagreement,
    DroppedSentence,
    Hit,
    Label,
    Prose,
    Receipt,
)
from tests.fakes import ScriptedLanguageModel

AUSTRIA = """Oostenrijk werd weer vrij

Op 15 mei 1955 tekenden vier ministers in Wenen het staatsverdrag. De bezetters beloofden te vertrekken en Oostenrijk
zei toe neutraal te blijven. Molotov had zich tot het laatst verzet.

In oktober was de laatste soldaat weg.
"""
BALLOONS = (
    "In the spring of 1954 balloons carried leaflets across the frontier of Czecho\n"
    "slovakia. The senders counted on the wind, which in those months blows \n"
    "from west to east, and on the curiosity of those who found the paper in a \n"
    "field. Some four hundred balloons went up in one night.3 The police col\n"
    "lected what it could and burned it. \n"
    "\n"
    "The treaty with Austria was signed on 16 May 1955, and the launching \n"
    "sites were moved. \n"
)
HOSTILE_TITLE = "<img src=x onerror=alert(1)> ${alert(2)} {{alert(3)}} ![x](//evil.example/p.png)"
HOSTILE = (
    "<script>alert(1)</script> ${alert(2)} {{alert(3)}} `x` ![x](https://evil.example/p.png) zei de man. Meer niet.\n"
)

WHEN = "Wanneer werd het staatsverdrag getekend?"
WHO = "Wie verzette zich?"
LABELLED = "Who burned the balloons?"
HOW_MANY = "How many balloons went up in one night?"
CROSS = "When was the treaty with Austria signed?"
UNKNOWN = "Who won the football World Cup?"
BROKEN = "What happens when the catalogue breaks?"
HOW_MANY_DUTCH = "Hoeveel ballonnen gingen in één nacht omhoog?"
HOSTILE_QUESTION = "Wat zei de man? <img src=x onerror=alert(4)> ${alert(5)}"


class StandIn:
    """Has the methods of an `Assistant` that the page uses; knows the questions above and refuses all others.

    One that `writes` puts HOW_MANY_DUTCH in prose, waiting for `go_on` before each sentence; CROSS comes to nothing.
    """

    max_file_bytes = 1_000_000

    def __init__(self, *, empty: bool = False, writes: bool = False) -> None:
        self.models = EvidenceModels(language_model=ScriptedLanguageModel([]) if writes else None)
        self.go_on = threading.Semaphore(0)
        self.closed = threading.Event()
        self.known: dict[str, Document] = {}
        self.calls: list[dict] = []
        self.given: set[str] = set()
        self.flags: dict[str, str] = {}
        if not empty:
            self._keep("Staatsverdrag van Oostenrijk", AUSTRIA, "nl")
            self._keep("Balloons over Bohemia", BALLOONS, "en", pages=2)
            self._keep(HOSTILE_TITLE, HOSTILE, "nl")

    def documents(self):
        return sorted((_summary(document) for document in self.known.values()), key=lambda found: found.title)

    def document(self, document_id):
        if document_id not in self.known:
            raise UnknownDocumentError("No document has this id.")
        return self.known[document_id]

    def suggested_questions(self, language):
        if not self.known:
            return []
        return [WHEN, HOSTILE_QUESTION] if language == "nl" else [HOW_MANY, CROSS]

    def add_bytes(self, name, data, **options):
        if Path(name).suffix not in (".txt", ".md"):
            raise UnsupportedFileError(f"{name} is not text.")
        if not data.strip():
            raise EmptyFileError(f"{name} is empty.")
        document = self._keep(Path(name).stem, data.decode(), "en")
        return Ingested(path=name, document=_summary(document), status="added", notice=None, error=None)

    def stream_answer(self, question, *, history=(), document_ids=None, language=None):
        self.calls.append({"question": question, "history": list(history), "document_ids": document_ids})
        if question == BROKEN:
            raise CatalogueError("The catalogue at /secret/path is damaged.")
        answer = self._answer(question)
        self.given.add(answer.id)
        yield EvidenceFound(answer.evidence)
        for claim in answer.claims:
            yield ClaimChecked(claim)
        if self.models.language_model and answer.claims:
            answer = yield from self._write(answer)
            self.given.add(answer.id)
        yield AnswerGiven(answer)

    def _write(self, answer):
        """Yield prose, and return the answer that has it, or that says why it has none."""
        if answer.question != HOW_MANY_DUTCH:
            return replace(answer, prose=Prose("scripted", 0, 0, fallback="too_slow"))
        (many, police), balloons = (claim.citations for claim in answer.claims), "Balloons over Bohemia"
        counted = self._claim(balloons, "The senders", "a \nfield.").citations
        written = (
            Claim("Er gingen in één nacht ongeveer 400 ballonnen omhoog.", "paraphrase", many, 0.9, "supported"),
            Claim(f"Van de politie staat er: “{answer.claims[1].text}”", "paraphrase", police, 0.9, "supported"),
            Claim("De afzenders rekenden dus op de wind.", "inference", (*counted, *many), 0.8, "supported"),
        )
        try:
            for claim in written:
                for _ in range(120):
                    if self.go_on.acquire(timeout=0.5):
                        break
                    yield StillWriting(WritingProgress(0))
                else:
                    raise AssertionError("nobody let the model go on for a minute")
                yield ProseChecked(claim)
        except GeneratorExit:
            self.closed.set()
            raise
        dropped = (DroppedSentence("De ballonnen waren rood.", "not_carried"),)
        return replace(answer, claims=written, prose=Prose("scripted", 4, 3, dropped))

    def flag_answer(self, answer_id, verdict, note=""):
        if answer_id not in self.given:
            raise UnknownAnswerError("No answer has this id.")
        self.flags[answer_id] = verdict

    def id_of(self, title):
        return next(document.id for document in self.known.values() if document.title == title)

    def _answer(self, question):
        austria, balloons = "Staatsverdrag van Oostenrijk", "Balloons over Bohemia"
        if question == WHEN:
            return self._answered(question, "nl", self._claim(austria, "Op 15 mei 1955", "staatsverdrag."))
        if question == WHO:
            claim = self._claim(austria, "Molotov had", "verzet.")
            return self._answered(question, "nl", claim, resolved="Wie verzette zich tegen het staatsverdrag?")
        if question in (HOW_MANY, HOW_MANY_DUTCH):
            claims = (
                self._claim(balloons, "Some four", "night.", said="Some four hundred balloons went up in one night."),
                self._claim(
                    balloons, "The police", "burned it.", said="The police collected what it could and burned it."
                ),
            )
            return self._answered(question, "en" if question == HOW_MANY else "nl", *claims)
        if question == LABELLED:
            claim = self._claim(balloons, "The police", "burned it.")
            (above,) = self._claim(balloons, "Some four", "night.").citations
            label = Label(above.start, above.end, above.quote)
            labelled = replace(claim, citations=(replace(claim.citations[0], label=label),))
            return self._answered(question, "en", labelled)
        if question == CROSS:
            there = self._claim(austria, "Op 15 mei 1955", "staatsverdrag.")
            here = self._claim(
                balloons,
                "The treaty",
                "moved.",
                said="The treaty with Austria was signed on 16 May 1955, and the launching sites were moved.",
            )
            differing = Disagreement("date", ("15 mei 1955", "16 May 1955"), (there.citations[0], here.citations[0]))
            return self._answered(question, "en", there, here, disagreements=(differing,))
        if question == HOSTILE_QUESTION:
            return self._answered(question, "nl", self._claim(HOSTILE_TITLE, "<script>", "man."))
        return self._refused(question)

    def _answered(self, question, language, *claims, resolved=None, disagreements=()):
        marks = " ".join(f"{claim.text} [{number}]" for number, claim in enumerate(claims, start=1))
        return Answer(
            hashlib.sha256(question.encode()).hexdigest(), question, "answered", 0.9, claims, marks, language,
            disagreements=disagreements, receipt=_receipt(question, resolved or question),
        )  # fmt: skip

    def _refused(self, question):
        reason = "not_in_sources" if self.known else "no_documents"
        nearest = [Hit(self._passage(document), 0.2, "read") for document in self.known.values()]
        return Answer(
            hashlib.sha256(question.encode()).hexdigest(), question, "refused", 0.1, (), "No.", "en",
            nearest=tuple(nearest), reason=reason, receipt=_receipt(question, question),
        )  # fmt: skip

    def _claim(self, title, first, last, said=None):
        document = self.known[self.id_of(title)]
        start = document.text.index(first)
        end = document.text.index(last, start) + len(last)
        page = next((page.number for page in document.pages if page.start <= start < page.end), None)
        quote = document.text[start:end]
        link = f"/documents/{document.id}#char={start},{end}"
        citation = Citation(
            document.id, title, "p", start, end, quote, document.language, page, link, document.text_sha256
        )
        return Claim(said or " ".join(quote.split()), "quotation", (citation,), 0.9, "supported")

    def _passage(self, document):
        whole = document.text
        view = " ".join(whole.split())
        return Passage(f"p-{document.id}", document.id, 0, len(whole), whole, view, document.language)

    def _keep(self, title, text, language, pages=0):
        half = len(text) // 2
        paged = (Page(1, 0, half), Page(2, half, len(text))) if pages else ()
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        key = hashlib.sha256((title + text).encode()).hexdigest()
        self.known[key] = Document(key, title, f"{title[:9]}.txt", "text/plain", language, text, sha256, paged)
        return self.known[key]


def _summary(document):
    return DocumentSummary(
        document.id, document.title, document.path, document.media_type, document.language,
        document.text_sha256, len(document.text), 3,
    )  # fmt: skip


def _receipt(question, resolved):
    return Receipt("0", question, resolved, (), None, None, "", "words", "hand", 0.6, 0.2)
