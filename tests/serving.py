"""The application as it is served: a real server on loopback, beside the process that fills the archive."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from archive_api.app import create_app
from archive_api.settings import Settings


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
