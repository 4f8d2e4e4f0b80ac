"""Real pages, kept outside the project: a test here skips, saying so, where they are absent."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
CRAWL_SECONDS = 300
"""Bounds a crawl that never ends; no test asserts how long one takes."""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep the test's output readable."""


@dataclass(frozen=True)
class Command:
    home: Path

    def __call__(self, *arguments: str, code: int = 0) -> str:
        command = [sys.executable, "-m", "scheduler.cli", "--home", str(self.home), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=CRAWL_SECONDS, check=False)
        assert done.returncode == code, done.stderr
        return done.stdout

    def lines(self, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self(*arguments, code=code).splitlines()]


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"the real pages are not here: {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def gold(shared: Path) -> list[dict[str, Any]]:
    with (shared / "pages.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def serve(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()
