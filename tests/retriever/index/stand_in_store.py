"""A stand-in for Chroma and its child process: the upkeep of the index without the seconds that Chroma takes."""

import json
from collections import defaultdict

import numpy as np

from retriever.index.generations import GenerationError
from retriever.index.open_store import Neighbour, OpenStore

BUILD_SECONDS = 0.0


class StandInChroma:
    """Builds and opens stores at once. `tamper` changes what they say, `failure` makes every child fail."""

    def __init__(self):
        self.commands = []
        self.tamper = None
        self.failure = None
        self.before = lambda generation: None

    def run_child(self, command, generation, **_):
        self.commands.append(command)
        self.before(generation)
        if self.failure:
            raise GenerationError(self.failure)
        if command == "build":
            build(generation)

    def open(self, generation, place, **_):
        return StandInStore(self, generation, place)


def build(generation):
    generation.path.mkdir()
    lines = (generation.folder / "input" / "passages.jsonl").read_text(encoding="utf-8").splitlines()
    numbers = np.fromfile(generation.folder / "input" / "vectors.f32", dtype="<f4")
    rows = defaultdict(dict)
    for line, vector in zip(lines, numbers.reshape(len(lines), -1), strict=True):
        passage = json.loads(line)
        rows[passage["metadata"]["language"]][passage["id"]] = vector
    for language, vectors in rows.items():
        np.savez(generation.path / f"{language}.npz", passage_ids=list(vectors), vectors=list(vectors.values()))
    sample = {language: dict.fromkeys(list(vectors)[::8], "") for language, vectors in rows.items()}
    (generation.folder / "sample.json").write_text(json.dumps(sample), encoding="utf-8")
    request = json.loads((generation.folder / "request.json").read_text(encoding="utf-8"))
    manifest = request | {"chroma": "", "files_sha256": "", "seconds": BUILD_SECONDS}
    (generation.folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


class StandInStore(OpenStore):
    """Searches exactly where `OpenStore` asks Chroma."""

    def __init__(self, chroma, generation, place):
        super().__init__(generation, place)
        self._chroma = chroma
        self._rows = {}
        for collection in generation.collections:
            with np.load(generation.path / f"{collection.language}.npz") as stored:
                self._rows[collection] = stored["passage_ids"].tolist(), stored["vectors"]
        self.take_stamps()
        self.is_open = True

    def query(self, collection, query, *, limit):
        if not self.is_open:
            raise GenerationError("closed")
        passage_ids, vectors = self._rows[collection]
        scores = vectors @ query
        order = np.argsort(-scores, kind="stable")[:limit]
        neighbours = [Neighbour(passage_ids[row], float(1 - scores[row])) for row in order]
        return self._chroma.tamper(neighbours) if self._chroma.tamper else neighbours

    def close(self):
        self.is_open = False
