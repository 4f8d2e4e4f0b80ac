"""The application as it is served: a real server on loopback, beside the process that fills the archive."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from archive_api.app import create_app
from archive_api.settings import Settings
from tests.exports.samples import Archive


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive.open(Settings(home=tmp_path / "data"))
    yield archive
    archive.close()


@pytest.fixture
def serve() -> Callable[[Settings], AbstractContextManager[str]]:
    """What serves an archive: a context that gives its address."""
    return served


@pytest.fixture
def client(archive: Archive) -> Iterator[httpx.Client]:
    with served(archive.settings) as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server on an archive without documents, for tests that need none."""
    settings = Settings(home=tmp_path_factory.mktemp("empty") / "data")
    with served(settings) as address, httpx.Client(base_url=address) as client:
        yield client


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The address of a server that runs until the block ends."""
    config = uvicorn.Config(create_app(settings), log_config=None, ws="none")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
