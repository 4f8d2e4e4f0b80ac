"""Problem details (RFC 9457): one shape for every error of the API."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from archive_api.errors import ArchiveError, QueryError

MEDIA_TYPE = "application/problem+json"
_NOTHING_SAID = "出错了，详情见服务器日志。 Something went wrong; the server's log has the details."


class Problem(BaseModel):
    """What went wrong. `column` counts characters of `q` from 1, for a query that does not parse.

    `errors` has a `name` and a `reason` for each parameter that is wrong.
    """

    type: str = Field(default="about:blank", examples=["/api/v1/problems/query"])
    title: str = Field(examples=["Bad Request"])
    status: int = Field(examples=[400])
    detail: str | None = Field(default=None, examples=["a quotation mark is not closed"])
    column: int | None = Field(default=None, examples=[7])
    errors: tuple[dict[str, str], ...] | None = Field(
        default=None, examples=[[{"name": "limit", "reason": "Input should be less than or equal to 200"}]]
    )

    def response(self, headers: dict[str, str] | None = None) -> Response:
        """The problem as an HTTP response."""
        body = self.model_dump_json(exclude_none=True)
        return Response(body, status_code=self.status, media_type=MEDIA_TYPE, headers=headers)


def problem(error: Exception) -> Problem:
    """The problem that an error is: ours by their status, anything unknown as a 500 that says nothing of it."""
    match error:
        case ArchiveError():
            return _archive(error)
        case RequestValidationError():
            return _wrong_parameters(error.errors())
        case HTTPException():
            return Problem(title=HTTPStatus(error.status_code).phrase, status=error.status_code, detail=error.detail)
        case _:
            return _of(HTTPStatus.INTERNAL_SERVER_ERROR, _NOTHING_SAID)


def _archive(error: ArchiveError) -> Problem:
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _of(error.status, _NOTHING_SAID)  # such a message may name files of this machine
    return _of(error.status, str(error), column=error.column if isinstance(error, QueryError) else None)


def _wrong_parameters(errors: Sequence[object]) -> Problem:
    complaints = tuple(_complaint(error) for error in errors if isinstance(error, dict))
    detail = "; ".join(f"{complaint['name']}: {complaint['reason']}" for complaint in complaints)
    return _of(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=complaints)


def _complaint(error: dict[str, object]) -> dict[str, str]:
    """Where and why; never the input itself, which may be long."""
    place = error.get("loc", ())
    parts = [str(part) for part in place if part not in {"query", "path"}] if isinstance(place, tuple) else []
    return {"name": ".".join(parts), "reason": str(error.get("msg", ""))}


def _of(
    status: HTTPStatus, detail: str, *, column: int | None = None, errors: tuple[dict[str, str], ...] | None = None
) -> Problem:
    return Problem(title=status.phrase, status=status, detail=detail, column=column, errors=errors)
