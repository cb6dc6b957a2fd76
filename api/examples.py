"""Examples of what goes out, made of the real shapes."""

from api.document_schemas import AddedDocuments, DocumentList, Job, JobFile, StoredDocument
from api.errors import ProblemItem
from api.openai.answers import completion_of, response_of
from api.openai.shapes import Model, ModelList
from api.schemas import Health, HitList, Readiness
from ingest.flags import Flag
from ingest.types import Passage, Span
from retriever.claim_check import ClaimCheck
from retriever.drafting import answer_text
from retriever.events import WritingProgress
from retriever.evidence_model.types import Judgement
from retriever.quotations.citations import CitationCheck
from retriever.quotations.types import QuotationCheck, QuotedPart, WordChange
from retriever.replay import Replay
from retriever.types import Answer, Citation, Claim, DroppedSentence, Evidence, Hit, Prose, Receipt

TEXT = "De bezetters vertrokken in het najaar. Op 15 mei 1955 kreeg Oostenrijk zijn staatsverdrag."
QUOTE = TEXT[39:]
DOCUMENT_ID = "4c1d1c0c3f6f3f1c2f7f0c5b0a4e9d8b7a6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e"
PASSAGE_ID = "9b2e6a7f1d3c5b4a8e7d6c5f4b3a2d1e0f9c8b7a6d5e4f3c2b1a0d9e8f7c6b5a"
TEXT_SHA256 = "1f0e9d8c7b6a5f4e3d2c1b0a9f8e7d6c5b4a3f2e1d0c9b8a7f6e5d4c3b2a1f0e"
JOB_ID = "5b0a4e9d8b7a4c1d9c0c3f6f3f1c2f7f"
ANSWER_ID = "0d9e8f7c6b5a4c1d1c0c3f6f3f1c2f7f"

DOCUMENT = StoredDocument(DOCUMENT_ID, "Oostenrijk 1955", "nl", characters=90, passages=1, status="stored")
ADDED = StoredDocument(
    DOCUMENT_ID,
    "Oostenrijk 1955",
    "nl",
    characters=90,
    passages=1,
    status="added",
    notice="Read as windows-1252, since it is not UTF-8.",
)
REFUSED_FILE = ProblemItem(
    "unsupported_file", "photo.jpg is no text that Quoth reads. Give it .txt or .md.", status=415, name="photo.jpg"
)

PASSAGE = Passage(PASSAGE_ID, DOCUMENT_ID, 0, len(TEXT), text=TEXT, search_text=TEXT, language="nl")
CITATION = Citation(
    document_id=DOCUMENT_ID,
    document_title="Oostenrijk 1955",
    passage_id=PASSAGE_ID,
    start=39,
    end=len(TEXT),
    quote=QUOTE,
    language="nl",
    page=None,
    permalink=f"/documents/{DOCUMENT_ID}#char=39,{len(TEXT)}",
    text_sha256=TEXT_SHA256,
)
MISQUOTED = QUOTE.replace("1955", "1956")
CHANGE = WordChange(
    "replaced", quoted="1956", source="1955", start=10, end=14, source_start=49, source_end=53, flags=("number",)
)
CLAIM = Claim(QUOTE, "quotation", (CITATION,), support=1.0, verdict="supported")
WRITTEN = "Austria got its state treaty on 15 May 1955."
SENTENCE = Claim(WRITTEN, "paraphrase", (CITATION,), support=0.97, verdict="supported")
LANGUAGE_MODEL = "openai:qwen2.5-7b-instruct"
PROSE = Prose(
    LANGUAGE_MODEL,
    written=2,
    shown=1,
    dropped=(DroppedSentence("Its chancellor signed it in Moscow.", "not_carried"),),
    tokens_in=312,
    tokens_out=41,
)
QUESTION = "When did Austria get its state treaty?"
EVIDENCE = (Evidence(1, PASSAGE, "Oostenrijk 1955", (Span(39, len(TEXT)),)),)
RECEIPT = Receipt(
    version="0.1.0",
    question=QUESTION,
    resolved_question=QUESTION,
    history=(),
    document_ids=None,
    language=None,
    texts_sha256=TEXT_SHA256,
    embedding_model="multilingual-e5-small",
    reader="similarity",
    threshold=0.6,
    unsure_threshold=0.2,
    language_model=LANGUAGE_MODEL,
)
ANSWER = Answer(
    id=ANSWER_ID,
    question=QUESTION,
    status="answered",
    confidence=0.93,
    claims=(SENTENCE,),
    text=answer_text((SENTENCE,), (), "en", PROSE),
    language="en",
    evidence=EVIDENCE,
    receipt=RECEIPT,
    prose=PROSE,
)

COMPLETION = completion_of(ANSWER, model="quoth", origin="http://127.0.0.1:8000")
RESPONSE = response_of(ANSWER, model="quoth", origin="http://127.0.0.1:8000", previous=None)

READER_VERIFIER = "reader-verifier@673f82a2bc7966ac"
READINESS = Readiness(
    "ok",
    10,
    {"state": "ready", "detail": "142 passages"},
    "multilingual-e5-small",
    reader=f"{READER_VERIFIER}+similarity",
    verifier=READER_VERIFIER,
    language_model=LANGUAGE_MODEL,
    detail=None,
)

EXAMPLES = {
    "health": Health("ok", "0.1.0"),
    "readiness": READINESS,
    "document": DOCUMENT,
    "documents": DocumentList((DOCUMENT,)),
    "added_documents": AddedDocuments((ADDED,), (REFUSED_FILE,)),
    "job": Job(
        JOB_ID,
        "working",
        0.5,
        (
            JobFile("oostenrijk.txt", "added", DOCUMENT_ID, ADDED),
            JobFile("photo.jpg", "failed", error=REFUSED_FILE),
            JobFile("polen.txt", "adding", PASSAGE_ID),
            JobFile("hongarije.txt", "waiting"),
        ),
    ),
    "hits": HitList((Hit(PASSAGE, 0.031, "fused"),)),
    "evidence": EVIDENCE,
    "claim": CLAIM,
    "writing": WritingProgress(0),
    "prose": SENTENCE,
    "answer": ANSWER,
    "claim_check": ClaimCheck(0.97, "supported", Judgement(0.97, 0.01, 0.02), READER_VERIFIER),
    "quotation_check": QuotationCheck(
        MISQUOTED, "altered", found=0.875, parts=(QuotedPart(0, len(MISQUOTED), CITATION, (CHANGE,)),)
    ),
    "replay": Replay("changed", ("confidence",), ("texts_sha256",), ANSWER),
    "citation_check": CitationCheck("moved", QUOTE, (QuotedPart(0, len(QUOTE), CITATION),)),
    "models": ModelList((Model("quoth"), Model("quoth-quotations"))),
    "model": Model("quoth"),
    "completion": COMPLETION,
    "response": RESPONSE,
    "flag": Flag(ANSWER_ID, "wrong-citation", "The treaty is named one sentence earlier.", "2025-06-28T09:30:00Z"),
}
