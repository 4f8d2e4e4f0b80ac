"""The border of the process: what holds for every response, whatever made it.

Headers that keep a browser from running or leaking anything; HEAD as GET without its body; an ETag, and 304 where the
reader has that already; and an unexpected error becomes a plain 500, told to the log and to nobody else.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHOD = "league.method"  # scope key: the method that was asked, before HEAD became GET

_CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_OK = 200
_NOT_MODIFIED = 304
_ERRORS = 400

log = logging.getLogger(__name__)


class Border:
    """The outermost of our layers. `failed` makes the response to an unexpected error."""

    def __init__(self, app: ASGIApp, failed: Callable[[Request], Response]) -> None:
        self._app, self._failed = app, failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (the ASGI interface)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        inner = {**scope, METHOD: scope["method"]}
        if scope["method"] == "HEAD":
            inner["method"] = "GET"
        answer = _Answer(scope, send)
        try:
            await self._app(inner, receive, answer.send)
        except Exception:  # the border: a bug must reach the log, and the reader as a page that says nothing of it
            log.exception("unexpected error at %s", scope["path"])
            if answer.begun:
                raise
            await self._failed(Request(inner))(inner, receive, answer.send)


class _Answer:
    """One response on its way out. Its head is held back until the first piece of the body is there."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._asked, self._head_only = Headers(scope=scope), scope["method"] == "HEAD"
        self._send = send
        self._head: Message | None = None
        self._bodiless = False
        self.begun = False

    async def send(self, message: Message) -> None:
        """Take one ASGI message of the response."""
        if message["type"] == "http.response.start":
            self._head = message
            return
        if self._head is not None:
            head, self._head = self._head, None
            self._complete(head, message)
            self.begun = True
            await self._send(head)
        if self._bodiless or self._head_only:
            message = {**message, "body": b""}
        await self._send(message)

    def _complete(self, head: Message, body: Message) -> None:
        headers = MutableHeaders(raw=head["headers"])
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("cache-control", "no-store" if head["status"] >= _ERRORS else "no-cache")
        if head["status"] == _OK and not body.get("more_body"):
            headers.setdefault("etag", f'"{hashlib.sha256(body.get("body", b"")).hexdigest()[:32]}"')
        if head["status"] == _OK and _has(self._asked.get("if-none-match", ""), headers.get("etag")):
            head["status"], self._bodiless = _NOT_MODIFIED, True
            del headers["content-length"]
        head["headers"] = headers.raw


def _has(known: str, etag: str | None) -> bool:
    """Whether If-None-Match names the tag, compared weakly (RFC 9110, 13.1.2)."""
    tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
    return etag is not None and (etag.removeprefix("W/") in tags or "*" in tags)
