"""A catalogue that is asked by hand: a reader that follows a script, and texts to read."""

from dataclasses import replace

from ingest.pipeline import ingest_bytes
from retriever.answering import AnsweringParts, answer_question, stream_answer
from retriever.index.dense_index import DenseIndex
from retriever.reading.reader import Borders, Read
from retriever.search import EVERYTHING, search
from retriever.types import Reading
from tests.fakes import WordCountEmbedder

embedder = WordCountEmbedder()

MILL = "De molen van Zaltbommel brandde op 3 mei 1953 af. Bij de brand vielen 57 doden. De molenaar zweeg daarover."
FIRE = "The mill of Zaltbommel burned down in May. In the fire 74 people died. The miller never spoke of it."
BAKERS = "De bakkers kregen twaalf zakken meel. Zij bakten er brood van voor de hele stad."
DEATHS = "Hoeveel doden vielen er bij de brand van de molen?"


class ScriptedReader:
    """A `Reader` that gives a sentence the score written for a few of its words, and 0.01 to all others.

    That the texts answer is as likely as that the best sentence does. With `pointing` it takes these words for the
    ones that answer.
    """

    name = "scripted"
    borders = Borders(answered=0.6, unsure=0.3)

    def __init__(self, catalogue, scores, *, pointing=False):
        self._catalogue = catalogue
        self._scores = scores
        self._pointing = pointing
        self.questions = []

    def read(self, question, hits):
        self.questions.append(question)
        passages = {hit.passage.id: hit.passage for hit in hits}
        sentences = self._catalogue.sentences(list(passages))
        readings = [self._read(one, passages[one.passage_id]) for one in sentences]
        best_first = sorted(readings, key=lambda one: (-one.score, one.sentence.document_id, one.sentence.start))
        return Read(tuple(best_first), best_first[0].score if best_first else 0.0)

    def _read(self, sentence, passage):
        found = [(score, words) for words, score in self._scores.items() if words in sentence.search_text]
        score, words = max(found, default=(0.01, None))
        return Reading(sentence, passage, score, answer_text=words if self._pointing else None)


class Library:
    """A catalogue with everything that a question needs, and a reader that follows a script."""

    def __init__(self, catalogue, folder, embedder=embedder):
        self.catalogue = catalogue
        self.embedder = embedder
        self._dense_index = DenseIndex(catalogue, folder, exact_only=True)

    def add(self, name, text):
        return ingest_bytes(name, text.encode(), self.catalogue, self.embedder.read_passages).document

    def search(self, query, scope, limit):
        vector = self.embedder.embed_queries([query])[0]
        return search(query, vector, self.catalogue, self._dense_index, limit=limit, scope=scope)

    def parts(self, scores, *, pointing=False, **others):
        reader = ScriptedReader(self.catalogue, scores, pointing=pointing)
        return replace(AnsweringParts(self.catalogue, self.search, reader), **others)

    def answer(self, question, scores, history=(), scope=EVERYTHING, **others):
        return answer_question(question, history, parts=self.parts(scores, **others), scope=scope)

    def events(self, question, scores, **others):
        return stream_answer(question, parts=self.parts(scores, **others))
