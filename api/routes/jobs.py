"""Uploads that are worked on after their request."""

from fastapi import APIRouter

from api.dependencies import AllJobs
from api.document_schemas import Job
from api.openapi import example, problems

router = APIRouter(prefix="/jobs", tags=["documents"])


@router.get(
    "/{job_id}",
    response_model_exclude_none=True,
    responses=example("job", without_empty=True) | problems(404, 422, 503),
)
def read_job(job_id: str, jobs: AllJobs) -> Job:
    """Say how far an upload is that was sent with `Prefer: respond-async`, and what became of each file.

    It is kept for a day. A job that was interrupted by the end of the server says what was stored; send the rest again.
    """
    return jobs.read(job_id)
