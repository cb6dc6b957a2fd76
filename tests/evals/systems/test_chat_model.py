import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from evals.systems.chat_model import OpenAISystem, claims_of, marks_of_numbers, read_answer
from evals.systems.quoth import SystemFailedError
from evals.types import GivenCitation, Place
from ingest.types import Passage, Span
from retriever.types import Hit

TEXTS = {
    "bread.txt": "In June 1956 bread cost 3 zloty in Warsaw. Nobody could find butter.",
    "poznan.txt": "Workers in Poznań went on strike in June 1956. The strike was put down with 400 tanks.",
}
FILES = {"d1": "bread.txt", "d2": "poznan.txt"}
PLACES = (Place("bread.txt", Span(0, 42)), Place("poznan.txt", Span(0, 46)), Place("poznan.txt", Span(47, 86)))
DUTCH_REFUSAL = "De teksten geven hier geen antwoord op."
REFUSAL = "The texts do not answer this."


def hit(document_id, start, end):
    text = TEXTS[FILES[document_id]][start:end]
    return Hit(Passage(f"{document_id}-{start}", document_id, start, end, text, text, "en"), 1.0, "fused")


HITS = [hit("d1", 0, 42), hit("d2", 0, 46), hit("d2", 47, 86)]


class Scripted:
    """A chat completions server with a queue of replies; it keeps what it was asked."""

    def __init__(self):
        self.asked = []
        self.replies = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append((self.path, self.headers["Authorization"], body))
                status, content = outer.replies.pop(0)
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def says(self, text, **fields):
        message = {"role": "assistant", "content": text} | fields
        self.replies.append((200, json.dumps({"choices": [{"index": 0, "message": message}]}).encode()))


@pytest.fixture
def model():
    scripted = Scripted()
    with scripted.server:
        thread = threading.Thread(target=scripted.server.serve_forever, args=[0.01])
        thread.start()
        try:
            yield scripted
        finally:
            scripted.server.shutdown()
            thread.join(10)


@pytest.fixture
def system(model):
    return OpenAISystem(f"{model.url}/v1", "tiny", lambda query: HITS, TEXTS, files=FILES)


def cited(claims):
    return [[citation.place for citation in claim.citations] for claim in claims]


def numbered(count):
    return [GivenCitation(Place("a.txt", Span(n, n + 1)), str(n), str(n), None) for n in range(1, count + 1)]


def numbers_of(text, count=3):
    claims = claims_of(text, marks_of_numbers(text, numbered(count)), "en")
    return [(claim.text, [citation.quote for citation in claim.citations]) for claim in claims]


def test_the_model_gets_the_rules_the_numbered_passages_and_the_question(model, system):
    model.says("Bread cost 3 zloty [1].")
    system.answer("What did bread cost?", history=("What happened in June 1956?",))
    path, key, body = model.asked[0]
    rules, request = (message["content"] for message in body["messages"])
    assert (path, key) == ("/v1/chat/completions", None)
    assert (body["model"], body["temperature"], body["seed"]) == ("tiny", 0, 20561023)
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert f"nothing else: {REFUSAL}\n" in rules
    assert request == (
        "Passages:\n\n"
        "[1]\nIn June 1956 bread cost 3 zloty in Warsaw.\n\n"
        "[2]\nWorkers in Poznań went on strike in June 1956.\n\n"
        "[3]\nThe strike was put down with 400 tanks.\n\n"
        "Earlier questions of the conversation, oldest first:\n- What happened in June 1956?\n\n"
        "Question: What did bread cost?"
    )


def test_a_dutch_question_gets_the_dutch_refusal_sentence(model, system):
    model.says(DUTCH_REFUSAL)
    assert system.answer("Wat kostte een brood in Warschau?").status == "refused"
    assert DUTCH_REFUSAL in model.asked[0][2]["messages"][0]["content"]


def test_each_sentence_cites_the_passages_whose_numbers_stand_behind_it(model, system):
    model.says("Bread cost 3 zloty [1]. The workers went on strike and met 400 tanks [2][3].")
    given = system.answer("What happened in June 1956?")
    assert given.status == "answered"
    assert [(claim.text, claim.kind) for claim in given.claims] == [
        ("Bread cost 3 zloty.", "paraphrase"),
        ("The workers went on strike and met 400 tanks.", "paraphrase"),
    ]
    assert cited(given.claims) == [[PLACES[0]], [PLACES[1], PLACES[2]]]
    assert given.passages == PLACES
    assert all(one.quote == one.standing != "" and one.resolved is None for one in given.citations)


@pytest.mark.parametrize("number", [7, 4, 0])
def test_a_number_that_was_not_given_is_a_citation_of_nothing(model, system, number):
    model.says(f"Bread cost 3 zloty [1][{number}].")
    right, invented = system.answer("What did bread cost?").citations
    assert right.place == PLACES[0]
    assert (invented.place.file, invented.quote, invented.standing) == (f"unknown:[{number}]", f"[{number}]", "")


def test_only_the_ten_best_passages_are_given(model):
    model.says("Nothing [10][11].")
    system = OpenAISystem(model.url, "tiny", lambda query: HITS * 4, TEXTS, files=FILES)
    given = system.answer("What did bread cost?")
    assert len(given.passages) == 10
    assert [bool(citation.standing) for citation in given.citations] == [True, False]


def test_the_search_gets_the_question_as_resolved(model):
    searched = []
    system = OpenAISystem(model.url, "tiny", lambda query: searched.append(query) or HITS, TEXTS, files=FILES)
    model.says(REFUSAL)
    system.answer("And how many tanks?", history=("What happened in Poznań?",))
    assert searched == ["What happened in Poznań? And how many tanks?"]


@pytest.mark.parametrize(
    "reply",
    [
        REFUSAL,
        REFUSAL.lower().rstrip("."),
        f"“{REFUSAL}”",
        f"{REFUSAL} [1]",
        DUTCH_REFUSAL,
        "",
    ],
    ids=["exactly", "nearly", "quoted", "with a number", "in the other language", "nothing"],
)
def test_the_refusal_sentence_and_an_empty_reply_are_refusals(model, system, reply):
    model.says(reply)
    given = system.answer("Who won the World Cup?")
    assert (given.status, given.claims) == ("refused", ())
    assert given.passages == PLACES


def test_a_refusal_with_an_uncited_remark_is_a_refusal(model, system):
    model.says(f"{REFUSAL} The passages are about bread.")
    assert system.answer("Who won the World Cup?").status == "refused"


def test_a_refusal_beside_a_cited_sentence_is_half_an_answer(model, system):
    model.says(f"Bread cost 3 zloty [1]. {REFUSAL}")
    given = system.answer("What did bread and butter cost?")
    assert given.status == "partly"
    assert [claim.text for claim in given.claims] == ["Bread cost 3 zloty."]


def test_no_content_is_a_refusal(model, system):
    model.says(None)
    assert system.answer("Who won the World Cup?").status == "refused"


def test_permalinks_in_the_annotations_count_instead_of_numbers(model, system):
    def link(url, end):
        return {"type": "url_citation", "url_citation": {"url": url, "title": "t", "start_index": 0, "end_index": end}}

    text = "Bread cost 3 zloty [1]. There were 400 tanks [2]."
    links = [link("https://quoth.example/documents/d2#char=47,86", 48), link("/documents/d1#char=13,31", 22)]
    model.says(text, annotations=[*links, link("https://elsewhere.example/page", 3), {"type": "file_citation"}, "odd"])
    given = system.answer("What happened in June 1956?")
    assert cited(given.claims) == [[Place("bread.txt", Span(13, 31))], [PLACES[2]]]
    assert given.citations[0].quote == given.citations[0].standing == "bread cost 3 zloty"


def test_a_permalink_into_no_text_stands_nowhere(model, system):
    links = [
        {"type": "url_citation", "url_citation": {"url": f"/documents/{document}#char={span}", "end_index": 5}}
        for document, span in (("d9", "0,5"), ("d1", "0,500"))
    ]
    model.says("Bread was dear.", annotations=links)
    unknown, outside = system.answer("What did bread cost?").citations
    assert (unknown.place.file, unknown.standing) == ("unknown:d9", "")
    assert (outside.place.file, outside.standing) == ("bread.txt", "")


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("", "/v1/chat/completions"),
        ("/v1", "/v1/chat/completions"),
        ("/v1/", "/v1/chat/completions"),
        ("/api/openai", "/api/openai/chat/completions"),
        ("/v1/chat/completions", "/v1/chat/completions"),
        ("/v1?version=2", "/v1/chat/completions?version=2"),
    ],
)
def test_a_base_address_is_completed(model, base, path):
    model.says(REFUSAL)
    OpenAISystem(f"{model.url}{base}", "tiny", lambda query: HITS, TEXTS, files=FILES).answer("What?")
    assert model.asked[0][0] == path


def test_the_key_is_sent_and_not_saved(model):
    model.says(REFUSAL)
    system = OpenAISystem(model.url, "tiny", lambda query: HITS, TEXTS, files=FILES, api_key="secret")
    system.answer("What?")
    assert model.asked[0][1] == "Bearer secret"
    assert "secret" not in repr(system.settings) + system.name


@pytest.mark.parametrize(
    ("status", "content", "words"),
    [
        (500, b"out of memory", "HTTP 500: out of memory"),
        (429, b"slow down", "HTTP 429: slow down"),
        (401, b"", "wants another API key"),
        (200, b"hello", "does not answer as a chat completion"),
        (200, b'{"choices": []}', "does not answer as a chat completion"),
        (200, b'{"choices": [{"message": {"content": 3}}]}', "a message without text"),
        (200, b'{"choices": [{"message": "hi"}]}', "a message without text"),
    ],
)
def test_what_is_no_reply_is_an_error(model, system, status, content, words):
    model.replies.append((status, content))
    with pytest.raises(SystemFailedError, match=words):
        system.answer("What?")


def test_a_server_that_is_not_there_is_an_error():
    system = OpenAISystem("http://127.0.0.1:9", "tiny", lambda query: HITS, TEXTS, files=FILES)
    with pytest.raises(SystemFailedError, match="cannot be reached"):
        system.answer("What?")


def test_no_forced_answer_is_asked_of_a_model(system):
    assert system.answer_forced("What?") is None


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One thing [1]. Another [2].", [("One thing.", ["1"]), ("Another.", ["2"])]),
        ("One thing.[1] Another.[2]", [("One thing.", ["1"]), ("Another.", ["2"])]),
        ("One thing. [1] Another.", [("One thing.", ["1"]), ("Another.", [])]),
        ("One [1] and two [2].", [("One and two.", ["1", "2"])]),
        ("All of it [1, 3].", [("All of it.", ["1", "3"])]),
        ("All of it [1-3].", [("All of it.", ["1", "2", "3"])]),
        ("All of it [ 1 ; 2–3 ].", [("All of it.", ["1", "2", "3"])]),
        ("这是一。[1]那是二。[2]", [("这是一。", ["1"]), ("那是二。", ["2"])]),
        ("Twice [1][1].", [("Twice.", ["1"])]),
        ("[2] begins it.", [("begins it.", ["2"])]),
        ("A list:\n- bread [1]\n- butter [2]", [("A list:", []), ("bread", ["1"]), ("butter", ["2"])]),
        ("The year [1956] is no number of a passage.", [("The year [1956] is no number of a passage.", [])]),
        ("One thing [1].\n---\n", [("One thing.", ["1"])]),
        ("[1]", []),
        ("", []),
    ],
)
def test_markers_belong_to_the_sentence_before_them(text, sentences):
    assert numbers_of(text) == [(sentence.strip(), numbers) for sentence, numbers in sentences]


@pytest.mark.parametrize(
    ("sentence", "text", "kind"),
    [
        ("“Bread cost 3 zloty.”", "Bread cost 3 zloty.", "quotation"),
        ('"Bread cost 3 zloty".', "Bread cost 3 zloty", "quotation"),
        ("„Brood kostte 3 zloty.”", "Brood kostte 3 zloty.", "quotation"),
        ("‘Poland’s bread cost 3 zloty.’", "Poland’s bread cost 3 zloty.", "quotation"),
        ("The text says “bread cost 3 zloty”.", "The text says “bread cost 3 zloty”.", "paraphrase"),
        ("“Bread” and “butter”", "“Bread” and “butter”", "paraphrase"),
        ("'Bread' and 'butter'", "'Bread' and 'butter'", "paraphrase"),
        ("Bread cost 3 zloty.", "Bread cost 3 zloty.", "paraphrase"),
    ],
)
def test_a_sentence_wholly_in_quotation_marks_is_a_quotation(sentence, text, kind):
    (claim,) = read_answer(sentence, (), "en").claims
    assert (claim.text, claim.kind) == (text, kind)
