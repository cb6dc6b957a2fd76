"""A real Chroma server on loopback, and a proxy before it that can fall silent."""

import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

CHROMA = Path(sys.executable).with_name("chroma")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ChromaServer:
    """`chroma run` on a folder; it can be killed and started again on the same port."""

    def __init__(self, folder):
        self._folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process = None

    def start(self):
        command = [CHROMA, "run", "--path", self._folder, "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with suppress(OSError), urlopen(f"{self.url}/api/v2/heartbeat", timeout=5):
                return self
            time.sleep(0.05)
        raise AssertionError("chroma run did not answer")

    def kill(self):
        self._process.kill()
        self._process.wait()


class Proxy:
    """Passes on what comes, and notes it; while `silent` it takes connections and says nothing."""

    def __init__(self, port):
        self._target = port
        self.silent = False
        self.heard = bytearray()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.close()

    def _accept(self):
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                for source, target, heard in ((client, server, self.heard), (server, client, None)):
                    threading.Thread(target=self._pass_on, args=(source, target, heard), daemon=True).start()

    def _pass_on(self, source, target, heard):
        with suppress(OSError), source, target:
            while data := source.recv(65536):
                while self.silent:
                    time.sleep(0.05)
                if heard is not None:
                    heard += data
                target.sendall(data)
