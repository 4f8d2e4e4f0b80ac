import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

SERVE = """
import sys
from pathlib import Path
from archive_api.app import serve
from archive_api.settings import Settings
serve(Settings(home=Path(sys.argv[1])), "127.0.0.1", int(sys.argv[2]))
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def answered(address: str) -> httpx.Response:
    for _ in range(600):
        try:
            return httpx.get(address)
        except httpx.ConnectError:
            time.sleep(0.05)
    raise AssertionError("the server never answered")


def test_it_serves_until_it_is_interrupted(tmp_path: Path) -> None:
    port = free_port()
    server = subprocess.Popen([sys.executable, "-c", SERVE, str(tmp_path / "data"), str(port)])
    try:
        answer = answered(f"http://127.0.0.1:{port}/api/v1/health")
        assert answer.json()["status"] == "ok"
        assert "server" not in answer.headers
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
