"""Serving sites on loopback, each on a port of its own, and remembering who asked for what and when."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from tests.simulator.model import Answer, Asked, Role
from tests.simulator.site import Site

PACE, SLOW = 0.01, 0.15
"""Seconds that an answer takes at least, and in a slow night: in no time at all, no two would be seen at once."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request: when it came and was answered (seconds), and what was answered."""

    began: float
    ended: float
    target: str
    role: Role
    status: int


@dataclass
class Served:
    """A site under an address, with the requests since the log was last emptied."""

    site: Site
    port: int = 0
    log: list[Seen] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address of the home page."""
        return f"http://127.0.0.1:{self.port}/"

    def exchange(self, asked: Asked) -> tuple[Answer, bytes]:
        """The answer and its bytes; it is written into the log."""
        began = time.monotonic()
        answer = self.site.answer(asked)
        time.sleep(SLOW if "slow" in self.site.tonight else PACE)
        body = answer.body if isinstance(answer.body, bytes) else answer.body.encode(self._encoding(answer))
        self.log.append(Seen(began, time.monotonic(), asked.target, answer.role, answer.status))
        return answer, body

    def content_type(self, answer: Answer) -> str:
        """The Content-Type header, with the site's lie where it has one."""
        if answer.media_type == "text/html":
            return answer.media_type + self.site.header
        return answer.media_type if isinstance(answer.body, bytes) else f"{answer.media_type}; charset=utf-8"

    def tag(self, answer: Answer, body: bytes) -> str | None:
        """The ETag of a page, on every other site: it changes when, and only when, the body does."""
        if self.site.index % 4 > 1 or answer.status != HTTPStatus.OK:
            return None
        return f'"{hashlib.sha256(body).hexdigest()[:20]}"'

    def _encoding(self, answer: Answer) -> str:
        return self.site.encoding if answer.media_type == "text/html" else "utf-8"


@contextmanager
def serve(sites: tuple[Site, ...]) -> Iterator[tuple[Served, ...]]:
    """The sites, served until the block ends."""
    with ExitStack() as stack:
        yield tuple(stack.enter_context(_serve_one(site)) for site in sites)


@contextmanager
def _serve_one(site: Site) -> Iterator[Served]:
    served = Served(site)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(Asked(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode("latin-1")
            self._answer(Asked(self.path, tuple(parse_qsl(body, keep_blank_values=True))))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

        def _answer(self, asked: Asked) -> None:
            answer, body = served.exchange(asked)
            tag = served.tag(answer, body)
            is_known = tag is not None and self.headers.get("If-None-Match") == tag
            self.send_response(304 if is_known else answer.status)
            if tag is not None:
                self.send_header("ETag", tag)
            if is_known:
                self.end_headers()
                return
            headers = (
                ("Content-Type", served.content_type(answer)),
                ("Content-Length", str(len(body))),
                *answer.headers,
            )
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
