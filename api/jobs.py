"""Uploads that are worked on after their request is over: what became of each file, told while it lasts and after it.

A record lies in the data folder, with names and ids but no word of a text. It outlives the server; the files do not.
"""

import asyncio
import logging
import re
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
from pydantic import TypeAdapter

from api.document_schemas import Job, JobFile, StoredDocument
from api.errors import ProblemError, ProblemItem, make_problem
from api.received import Outcome, Received, add_received
from api.uploads import UploadLine, UploadPlace
from ingest.errors import CatalogueError
from ingest.pipeline import IngestProgress
from retriever.assistant import Assistant
from retriever.logs import told_without_words

log = logging.getLogger(__name__)

FOLDER = "jobs"
MAX_KEPT = 100
KEPT_SECONDS = 24 * 3600.0
OPEN = ("waiting", "working")
JOB = TypeAdapter(Job)
_ID = re.compile(r"[0-9a-f]{32}")


class Jobs:
    """The jobs of one data folder."""

    def __init__(self, assistant: Assistant, line: UploadLine, *, max_file_bytes: int) -> None:
        self._assistant = assistant
        self._line = line
        self._max_file_bytes = max_file_bytes
        self._live: dict[str, RunningJob] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def _folder(self) -> Path:
        return self._assistant.catalogue.folder / FOLDER

    async def accept(self, received: Sequence[Received], place: UploadPlace) -> Job:
        """Begin a job, which keeps the place in the line that its request had, and return it as it is now."""
        running = RunningJob(self._folder, uuid4().hex, [file.name for file in received])
        await anyio.to_thread.run_sync(self._begin_record, running)
        self._live[running.job.id] = running
        place.is_kept = True
        task = asyncio.create_task(self._run(running, received, place))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return running.job

    def read(self, job_id: str) -> Job:
        """Return a job as it is now; a 404 problem when there is none."""
        if running := self._live.get(job_id):
            return running.job
        try:
            if not _ID.fullmatch(job_id):
                raise FileNotFoundError
            job = JOB.validate_json((self._folder / f"{job_id}.json").read_bytes())
        except (OSError, ValueError) as error:
            raise ProblemError(make_problem(404, "unknown_job", "No job of the last day has this id.")) from error
        return self._settled(job) if job.state in OPEN else job

    async def _run(self, running: "RunningJob", received: Sequence[Received], place: UploadPlace) -> None:
        try:
            work = partial(add_received, self._assistant, received, self._max_file_bytes, running)
            await self._line.in_turn(work)
            running.note(replace(running.job, state="done", progress=1.0))
        except Exception as error:  # noqa: BLE001  nobody waits for this task: the job tells what it came to
            log.error("a job was interrupted: %s", told_without_words(error))
            with suppress(CatalogueError):
                running.note(self._settled(running.job))
        finally:
            place.give_back()
            for file in received:
                file.file.close()
            self._live.pop(running.job.id, None)

    def _settled(self, job: Job) -> Job:
        """Return what a job came to that was interrupted: the catalogue knows what it had stored."""
        return replace(job, state="interrupted", files=tuple(map(self._settled_file, job.files)))

    def _settled_file(self, file: JobFile) -> JobFile:
        if file.state not in ("waiting", "adding"):
            return file
        stored = file.document_id and self._assistant.catalogue.summary(file.document_id)
        if not stored:
            return replace(file, state="not_stored")
        return replace(file, state="stored", document=StoredDocument.from_summary(stored))

    def _begin_record(self, running: "RunningJob") -> None:
        try:
            self._folder.mkdir(exist_ok=True)
            self._forget_old()
            running.note(running.job)
        except OSError as error:
            raise CatalogueError(f"The data folder cannot be written: {error.strerror}.") from error

    def _forget_old(self) -> None:
        newest_first = sorted(self._folder.glob("*.json"), key=lambda path: -path.stat().st_mtime)
        for number, path in enumerate(newest_first):
            if number >= MAX_KEPT - 1 or time.time() - path.stat().st_mtime > KEPT_SECONDS:
                path.unlink(missing_ok=True)


class RunningJob:
    """A job that is being worked on, and its record."""

    def __init__(self, folder: Path, job_id: str, names: Sequence[str]) -> None:
        self._path = folder / f"{job_id}.json"
        self.job = Job(job_id, "waiting", 0.0, tuple(JobFile(name, "waiting") for name in names))

    def note(self, job: Job) -> None:
        """Keep how the job is now; a record is whole whenever the server is killed."""
        self.job = job
        new = self._path.with_suffix(".new")
        new.write_bytes(JOB.dump_json(job, exclude_none=True))
        new.replace(self._path)

    def begin(self, document_ids: Mapping[int, str]) -> None:
        """Note which files are being added, before they are: what is stored then is known by its document."""
        changed = {number: {"state": "adding", "document_id": each} for number, each in document_ids.items()}
        self.note(replace(self.job, state="working", files=self._files(changed)))

    def go_on(self, progress: IngestProgress, *, before: int) -> None:
        """Tell how far the work is; that is not worth a write."""
        share = progress.embedded / progress.to_embed if progress.to_embed else 0.0
        done = before + progress.files_done + progress.in_hand * share
        self.job = replace(self.job, progress=min(done / len(self.job.files), 1.0))

    def end(self, number: int, outcome: Outcome) -> None:
        """Note what became of a file."""
        if isinstance(outcome, ProblemItem):
            change: dict[str, Any] = {"state": "failed", "error": outcome}
        else:
            change = {"state": outcome.status, "document_id": outcome.id, "document": outcome}
        self.note(replace(self.job, files=self._files({number: change})))

    def _files(self, changed: Mapping[int, Mapping[str, Any]]) -> tuple[JobFile, ...]:
        return tuple(replace(file, **changed.get(number, {})) for number, file in enumerate(self.job.files))
