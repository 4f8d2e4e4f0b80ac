"""A loopback site that misbehaves on purpose, and the command as a user runs it."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter

MIB = 1024 * 1024
SECONDS = 120
"""Bounds a command that never ends; no test asserts how long one takes."""


def article(title: str, body: str) -> bytes:
    return (
        f"<html><head><meta charset=utf-8><title>{title}_共青团云汀县委</title></head><body>"
        f"<div>当前位置：<a href=/>首页</a> &gt; <a href=/list.html>通知公告</a> &gt; 正文</div>"
        f"<h1>{title}</h1><p>发布时间：2024-05-06 来源：团县委办公室</p>"
        f"<div class=content><p>{body}</p></div></body></html>"
    ).encode()


def listing(paths: list[str]) -> bytes:
    rows = "".join(
        f"<li><a href='{path}'>关于开展第{number}期青年活动的通知</a><span>2024-05-06</span></li>"
        for number, path in enumerate(paths, start=1)
    )
    head = "<html><head><meta charset=utf-8><title>通知公告_共青团云汀县委</title></head><body>"
    where = "<div>当前位置：<a href=/>首页</a> &gt; 通知公告</div>"
    return f"{head}{where}<h2>通知公告</h2><ul>{rows}</ul></body></html>".encode()


def pdf(*, password: str | None = None) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    if password:
        writer.encrypt(password)
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def bomb(size: int) -> bytes:
    data = io.BytesIO()
    with gzip.GzipFile(fileobj=data, mode="wb") as stream:
        for _ in range(size // MIB):
            stream.write(b" " * MIB)
    return data.getvalue()


Answer = Callable[[BaseHTTPRequestHandler], None]


def plain(body: bytes, media_type: str = "text/html; charset=utf-8", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", media_type)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def redirect(to: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def endless(size: int) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.end_headers()
        try:
            for _ in range(size // MIB):
                handler.wfile.write(b"<p>" + b"x" * (MIB - 7) + b"</p>")
        except OSError:
            return  # the crawler hung up, as it should

    return answer


@dataclass
class Site:
    answers: dict[str, Answer] = field(default_factory=dict)
    pause: float = 0.0
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def publish(self, answers: dict[str, Answer]) -> None:
        """These pages, and a list that leads to each."""
        self.answers.update({"/": plain(listing(list(answers))), **answers})


@pytest.fixture
def site() -> Iterator[Site]:
    played = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            played.asked.append(self.path)
            time.sleep(played.pause)
            answer = played.answers.get(self.path)
            if answer is None:
                self.send_error(404)
            else:
                answer(self)
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Keep the test's output readable."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    played.address = f"http://127.0.0.1:{server.server_port}"
    yield played
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass(frozen=True)
class League:
    home: Path

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "scheduler.cli", "--home", str(self.home), *arguments]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=SECONDS, check=False)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def lines(self, *arguments: str) -> list[dict[str, Any]]:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def status(self) -> dict[str, Any]:
        return self.lines("status", "--json")[0]

    def problems(self) -> dict[str, str]:
        """Reason by the path of the address."""
        return {
            problem["url"].split("/", 3)[-1]: problem["reason"]
            for problem in self.lines("status", "--problems", "--json")
        }

    def crawl(self, site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("crawl", "--url", site.address + "/", "--delay", "0", *arguments)

    def is_sound(self) -> bool:
        done = self.run("verify")
        assert done.returncode == 0, done.stderr
        return True


@pytest.fixture
def league(tmp_path: Path) -> League:
    return League(tmp_path / "home")
