"""Is the server alive, and can it answer?"""

from fastapi import APIRouter, Request

from api.openapi import example, problems
from api.schemas import Health, Readiness

router = APIRouter(tags=["health"])


@router.get("/health", responses=example("health"))
async def read_health(request: Request) -> Health:
    """Say that the server is alive; needs no key."""
    return Health(await request.app.state.health.status(), request.app.version)


@router.get("/ready", response_model=Readiness, responses=example("readiness") | problems(503))
async def read_ready(request: Request) -> dict[str, object]:
    """Say that the models are loaded and the catalogue is open; 503 with the reason until then.

    Under load this may be what it was a moment ago: it is told at once all the same.
    """
    return await request.app.state.health.read()
