"""The HTTP API, `/api/v1`: thin routes over one Reading."""

from fastapi import APIRouter

from archive_api.problems import MEDIA_TYPE, Problem
from archive_api.routes import documents, operation, searching

PREFIX = "/api/v1"


def _error(what: str) -> dict[str, object]:
    return {"description": what, "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}


router = APIRouter(
    prefix=PREFIX,
    responses={
        400: _error("the query does not parse, or cannot be asked"),
        404: _error("no such thing in the archive"),
        422: _error("a parameter is unknown or has a wrong value"),
        500: _error("something failed here; the server's log has the details"),
    },
)
for part in (searching, documents, operation):
    router.include_router(part.router)
