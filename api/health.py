"""How the assistant is: what it says now, or what it said last when it takes too long to say."""

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor

from retriever.assistant import Assistant

PATIENCE_SECONDS = 0.05
"""A monitor asks on the loop that serves everyone, and wants to know soon."""

Health = dict[str, object]


class LastHealth:
    """Asks in a thread of its own, for a catalogue that is being written to may take its time."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="health")
        self._asked: Future[Health] | None = None
        self._heard: Health | None = None

    async def read(self) -> Health:
        """Give the health of the assistant."""
        if self._asked is None or self._asked.done():
            self._asked = self._thread.submit(self._assistant.health)
        waiting = asyncio.wrap_future(self._asked)
        await asyncio.wait([waiting], timeout=None if self._heard is None else PATIENCE_SECONDS)
        if waiting.done() or self._heard is None:
            self._heard = waiting.result()
        return self._heard

    async def status(self) -> str:
        """Tell in a word how things are."""
        return str((await self.read())["status"])
