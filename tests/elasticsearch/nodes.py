"""One node of a test's cluster: its own settings, data and log, below the folder of the server."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.elasticsearch.distribution import Installed, UnavailableError

PASSWORD = "云汀-secret/1"
USERS = {"league": "superuser", "writer": "league_writer", "reader": "league_reader"}
ROLES = """
league_writer:
  indices:
    - names: ["league-own-*"]
      privileges: [read, index, manage]
league_reader:
  indices:
    - names: ["league-own-*"]
      privileges: [read, view_index_metadata]
"""
"""What docs/elasticsearch.md says that a user needs."""

START_SECONDS = 150
END_SECONDS = 30
_Condition = Callable[[str], bool]
_PUBLISHED = re.compile(r"(TransportService|HttpServer\w*) *\].*publish_address \{127\.0\.0\.1:(\d+)\}")


def _hashed(password: str) -> str:
    salt = os.urandom(32)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 1000, 32)
    return f"{{PBKDF2}}1000${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


_HASHED = _hashed(PASSWORD)


class Node:
    """A node that can be killed and brought back, with the same ports and the same data. It ends with this process."""

    def __init__(self, server: Installed, name: str, *, java_options: str) -> None:
        self.name = name
        self._server = server
        self._folder = server.home.parent / name
        self._java_options = java_options
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0
        self.http_port = self.transport_port = 0

    @property
    def config(self) -> Path:
        """The folder of its settings."""
        return self._folder / "config"

    @property
    def is_running(self) -> bool:
        """Whether it was started and did not end."""
        return self._process is not None and self._process.poll() is None

    def start(self, **settings: object) -> None:
        """Begin; `wait` waits for it. Settings are added to those of every node."""
        if not self._folder.exists():
            shutil.copytree(self._server.home / "config", self.config)
            options = self.config / "jvm.options"
            kept = [line for line in options.read_text(encoding="utf-8").splitlines() if "-Xlog:gc" not in line]
            options.write_text("\n".join(kept), encoding="utf-8")  # older versions write that log below their own home
        self._configure(settings)
        self._starts += 1
        owner = "nobody" if os.geteuid() == 0 else None
        if owner:
            self._folder.parent.chmod(0o755)
            for path in [self._folder, *self._folder.rglob("*")]:
                shutil.chown(path, owner)
        environment = {
            "ES_JAVA_HOME": str(self._server.java),
            "ES_JAVA_OPTS": self._java_options,
            "ES_PATH_CONF": str(self.config),
            "CLI_JAVA_OPTS": "-XX:TieredStopAtLevel=1",
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            "TMPDIR": str(self._folder),
        }
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [self._server.home / "bin" / "elasticsearch"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                env=environment,
                user=owner,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Return once it is a node of a cluster that has a master."""
        self._until(lambda log: "] started" in log)

    def wait_for_transport(self) -> None:
        """Return once other nodes can reach it."""
        self._until(lambda _: self.transport_port > 0)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._signal(signal.SIGKILL)

    def end(self) -> None:
        """End it, if it runs."""
        if self.is_running:
            self._signal(signal.SIGTERM)
        if self.is_running:
            self.kill()

    def tell_of(self, others: Sequence[Node]) -> None:
        """Where it finds the others; it looks again and again."""
        hosts = "".join(f"127.0.0.1:{node.transport_port}\n" for node in others)
        (self.config / "unicast_hosts.txt").write_text(hosts, encoding="utf-8")

    @property
    def _log(self) -> Path:
        return self._folder / f"output-{self._starts}.log"

    def _configure(self, settings: dict[str, object]) -> None:
        every = {
            "cluster.name": "league-test",
            "node.name": self.name,
            "path.data": str(self._folder / "data"),
            "path.logs": str(self._folder / "logs"),
            "network.host": "127.0.0.1",
            "http.port": self.http_port,
            "transport.port": self.transport_port,
            "cluster.routing.allocation.disk.threshold_enabled": False,
            "xpack.security.enabled": True,
            "xpack.security.enrollment.enabled": False,
            "xpack.security.authc.password_hashing.algorithm": "pbkdf2_1000",
            "xpack.security.transport.ssl.enabled": False,
            "xpack.security.http.ssl.enabled": True,
            "xpack.security.http.ssl.key": "node.key",
            "xpack.security.http.ssl.certificate": "node.pem",
        }
        lines = [f"{name}: {json.dumps(value)}" for name, value in {**every, **settings}.items()]
        (self.config / "elasticsearch.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (self.config / "users").write_text("".join(f"{name}:{_HASHED}\n" for name in USERS), encoding="utf-8")
        roles = "".join(f"{role}:{name}\n" for name, role in USERS.items())
        (self.config / "users_roles").write_text(roles, encoding="utf-8")
        (self.config / "roles.yml").write_text(ROLES, encoding="utf-8")

    def _until(self, done: _Condition) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            log = self._log.read_text(encoding="utf-8", errors="replace")
            for match in _PUBLISHED.finditer(log):
                if match[1] == "TransportService":
                    self.transport_port = int(match[2])
                else:
                    self.http_port = int(match[2])
            if done(log):
                return
            if not self.is_running:
                break
            time.sleep(0.1)
        log = self._log.read_text(encoding="utf-8", errors="replace")
        raise UnavailableError(f"Elasticsearch did not start:\n{log[-3000:]}")

    def _signal(self, number: int) -> None:
        """The launcher and the server are a session of their own, with nothing else in it."""
        assert self._process, "the node was started"
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_SECONDS)
