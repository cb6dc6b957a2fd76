"""A small server that speaks the OpenAI protocol on this machine, and goes wrong in the way that it is told to."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USAGE = {
    "prompt_tokens": 20,
    "completion_tokens": 3,
    "total_tokens": 23,
    "prompt_tokens_details": {"cached_tokens": 16},
}


class ChatServer(ThreadingHTTPServer):
    """`way` is how to reply; `requests` holds what was asked; the events say what happened, or let it go on."""

    daemon_threads = True
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), ChatHandler)
        self.way = "good"
        self.status = 200
        self.requests = []
        self.keys = []
        self.client_left = threading.Event()
        self.may_go_on = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class ChatHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def do_GET(self):
        self.server.keys.append(self.headers["Authorization"])
        self._send_status(self.server.status, {"object": "list", "data": []} if self.path == "/v1/models" else {})

    def do_POST(self):
        self.server.keys.append(self.headers["Authorization"])
        self.server.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        if self.server.status != 200:
            self._send_status(self.server.status, {"error": {"message": f"no: {self.headers['Authorization']}"}})
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            getattr(self, f"_write_{self.server.way}")()
        except OSError:
            self.server.client_left.set()

    def _write_good(self):
        for piece in ("", "Op ", "28 ", "oktober [1]."):
            self._piece(piece)
        self._chunk({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        self._chunk({"choices": [], "usage": USAGE})
        self._line("data: [DONE]")

    def _write_half_characters(self):
        self._line('data: {"id": "1", "choices": [{"index": 0, "delta": {"content": "a\\ud800b"}}]}')
        self._write_good()

    def _write_cut_off(self):
        self._piece("Op 28 ")

    def _write_garbage(self):
        self._line("data: {this is no JSON")

    def _write_bad_bytes(self):
        self.wfile.write(b"data: \xff\xfe\x00\n\n")

    def _write_nothing(self):
        pass

    def _write_page(self):
        self._line("<html>Log in first</html>")

    def _write_endless(self):
        while True:
            self._piece("and on ")

    def _write_stalled(self):
        self._piece("Op ")
        self.server.may_go_on.wait(60)

    def _piece(self, text):
        self._chunk({"choices": [{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}]})

    def _chunk(self, chunk):
        self._line("data: " + json.dumps({"id": "1", "object": "chat.completion.chunk", "model": "m"} | chunk))

    def _line(self, line):
        self.wfile.write(f"{line}\n\n".encode())

    def _send_status(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if 300 <= status < 400:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *arguments):
        pass


@contextmanager
def chat_server():
    server = ChatServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.may_go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()
