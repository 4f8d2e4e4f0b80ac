"""A small web server on loopback whose every answer is scripted, and which remembers what it was asked."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Asked:
    path: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """`chunks` are sent one by one, with no Content-Length; `reset` breaks the connection after the body."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    chunks: Iterable[bytes] | None = None
    reset: bool = False


Script = Answer | Callable[[Asked], Answer]


@dataclass
class Site:
    """`pages` by path with query; `otherwise` answers the rest."""

    pages: dict[str, Script] = field(default_factory=dict)
    otherwise: Script = Answer(b"<h1>404</h1>", 404)
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        script = self.pages.get(asked.path, self.otherwise)
        return script if isinstance(script, Answer) else script(asked)


def html(title: str, *body: str) -> Answer:
    head = f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head>"
    return Answer(f"{head}<body>{''.join(body)}</body></html>".encode())


def redirect(target: str, status: int = 302, *headers: tuple[str, str]) -> Answer:
    return Answer(b"", status, (("Location", target), ("Content-Type", "text/html"), *headers))


@contextmanager
def serve(site: Site) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def do_GET(self) -> None:
            answer = site.answer(Asked(self.path, {name.lower(): value for name, value in self.headers.items()}))
            with suppress(OSError):  # the crawler may hang up: that is what some scripts are for
                self._send(answer)

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header(
                "Connection" if answer.chunks else "Content-Length",
                "close" if answer.chunks else str(len(answer.body) + answer.reset),
            )
            self.end_headers()
            for chunk in answer.chunks or (answer.body,):
                self.wfile.write(chunk)
            if answer.reset:
                self.wfile.flush()
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
            if answer.chunks:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002 - the base's signature
            return

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - the base's signature
            return

    server = Server(("127.0.0.1", 0), Handler)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def listing(title: str, rows: Iterable[tuple[str, str, str]], *more: str) -> Answer:
    """A list page: (address, title, date) a row."""
    items = "".join(f"<li><a href='{url}'>{name}</a><span>[{date}]</span></li>" for url, name, date in rows)
    return html(f"{title}-云汀团县委", f"<h2>{title}</h2><ul class='list'>{items}</ul>", *more)


def article(title: str, date: str, text: str, *more: str) -> Answer:
    """An article with a dateline and two paragraphs."""
    head = f"<h1>{title}</h1><p class='info'>发布时间：{date}　来源：云汀团县委　点击数：12</p>"
    first, second = (
        f"{text}全县各级团组织围绕中心工作，服务青少年成长，取得新的成绩。",
        "一是抓学习，二是抓服务，三是抓基层，四是抓队伍。" * 4,
    )
    return html(
        f"{title}-云汀团县委", head, f"<div class='article-content'><p>{first}</p><p>{second}</p>", *more, "</div>"
    )
