"""The application: one archive over HTTP, read only. `create_app` for a server of your own, `serve` for ours."""

from __future__ import annotations

import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http import HTTPStatus
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from archive_api import metrics, routes, web
from archive_api.border import Border
from archive_api.errors import ArchiveError, UserError
from archive_api.problems import problem
from archive_api.reading import open_reading
from archive_api.settings import Settings

log = logging.getLogger(__name__)

_ERRORS: tuple[type[Exception], ...] = (ArchiveError, RequestValidationError, HTTPException)


def create_app(settings: Settings) -> FastAPI:
    """The application. The archive is opened when the server starts, and closed when it ends."""
    app = FastAPI(
        title="League Archive API",
        summary="共青团文献档案：检索、取件、导出。 Search, read and export the archive.",
        version="1",
        lifespan=_lifespan(settings),
        openapi_url=f"{routes.PREFIX}/openapi.json",
        docs_url=None,  # both viewers load scripts from elsewhere
        redoc_url=None,
        middleware=[Middleware(Border, failed=_unexpected)],
        exception_handlers=dict.fromkeys(_ERRORS, _answer),
    )
    app.include_router(routes.router)
    app.include_router(web.router)
    app.include_router(metrics.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    return app


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until interrupted. Nothing is said of the server's software to strangers.

    UserError where nothing can listen there; what the archive cannot be opened for is raised before anything listens.
    """
    open_reading(settings).close()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        raise UserError(f"{host}:{port} cannot be listened on: {error.strerror or error}") from error
    config = uvicorn.Config(create_app(settings), server_header=False, log_level="warning")
    with listening:
        uvicorn.Server(config).run(sockets=[listening])


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.reading = open_reading(settings)
        try:
            yield
        finally:
            app.state.reading.close()

    return lifespan


async def _answer(request: Request, error: Exception) -> Response:
    """The one place where an error becomes a response: a problem for programs, a page for people."""
    if isinstance(error, ArchiveError) and error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("%s: %s", request.url.path, error, exc_info=error)
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if request.url.path.startswith(routes.PREFIX):
        return problem(error).response(headers)
    page = web.error_page(request, error)
    page.headers.update(headers)
    return page


def _unexpected(request: Request) -> Response:
    error = RuntimeError("unexpected")
    if request.url.path.startswith(routes.PREFIX):
        return problem(error).response()
    return web.error_page(request, error)
