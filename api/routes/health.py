"""Is the server alive, and can it answer?"""

from fastapi import APIRouter, Request

from api.dependencies import ReadyAssistant
from api.openapi import example, problems
from api.schemas import Health, Readiness

router = APIRouter(tags=["health"])


@router.get("/health", responses=example("health"))
def read_health(request: Request) -> Health:
    """Say that the server is alive; needs no key."""
    return Health(request.app.state.loader.status(), request.app.version)


@router.get("/ready", response_model=Readiness, responses=example("readiness") | problems(503))
def read_ready(assistant: ReadyAssistant) -> dict[str, object]:
    """Say that the models are loaded and the catalogue is open; 503 with the reason until then."""
    return assistant.health()
