"""A stand-in for Chroma and its child process: the upkeep of the index without the seconds that Chroma takes."""

import json

import numpy as np

from retriever.index.generations import GenerationError, is_untouched, stamps
from retriever.index.open_store import Neighbour


class StandInChroma:
    """Builds and opens stores at once. `tamper` changes what they say, `failure` makes every child fail."""

    def __init__(self):
        self.commands = []
        self.tamper = None
        self.failure = None
        self.before = lambda generation: None

    def run_child(self, command, generation, *, is_unwanted):
        self.commands.append(command)
        self.before(generation)
        if self.failure:
            raise GenerationError(self.failure)
        if command == "build":
            generation.path.mkdir()
            lines = (generation.folder / "input" / "passages.jsonl").read_text(encoding="utf-8").splitlines()
            passage_ids = [json.loads(line)["id"] for line in lines]
            vectors = np.load(generation.folder / "input" / "vectors.npy")
            np.savez(generation.path / "store.npz", passage_ids=passage_ids, vectors=vectors)
            request = json.loads((generation.folder / "request.json").read_text(encoding="utf-8"))
            manifest = request | {"content_sha256": "", "graph_sha256": ""}
            (generation.folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    def open(self, generation, *, is_unwanted):
        return StandInStore(self, generation)


class StandInStore:
    def __init__(self, chroma, generation):
        self.generation = generation
        self._chroma = chroma
        with np.load(generation.path / "store.npz") as stored:
            self._passage_ids, self._vectors = stored["passage_ids"].tolist(), stored["vectors"]
        self._stamps = stamps(generation)
        self.is_open = True

    def query(self, query, *, limit, seconds):
        assert self.is_open
        scores = self._vectors @ query
        order = np.argsort(-scores, kind="stable")[:limit]
        neighbours = [Neighbour(self._passage_ids[row], float(1 - scores[row])) for row in order]
        return self._chroma.tamper(neighbours) if self._chroma.tamper else neighbours

    def is_untouched(self):
        return is_untouched(self._stamps)

    def close(self):
        self.is_open = False
