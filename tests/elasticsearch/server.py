"""A real Elasticsearch for tests: one node or several, on loopback, never as root, removed when the context ends."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import pytest

from tests.elasticsearch.certificates import write_certificate
from tests.elasticsearch.distribution import UnavailableError, installed
from tests.elasticsearch.nodes import PASSWORD, Node

ROOM = "-Xms512m -Xmx512m"
LITTLE_ROOM = "-Xms256m -Xmx256m -XX:TieredStopAtLevel=1 -XX:-UseG1GC -XX:+UseSerialGC"
"""For one of several nodes: 450 MB each, and a start of 12 s of one core in place of 17 (measured November 2026)."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where a cluster is: an address as `open_index` takes it, but without an index's name; and our own nodes of it."""

    url: str
    nodes: tuple[Node, ...] = ()

    def address(
        self, name: str, *, user: str | None = None, secret: str | None = None, options: str | None = None
    ) -> str:
        """The address of an index in it, for `open_index`; with another user or secret, or other options."""
        parts = urlsplit(self.url)
        login, _, place = parts.netloc.rpartition("@")
        if login:
            known_user, _, known_secret = login.partition(":")
            login = f"{user or known_user}:{secret or known_secret}@"
        return urlunsplit((parts.scheme, f"{login}{place}", name, parts.query if options is None else options, ""))


@contextlib.contextmanager
def running_or_skipped(nodes: int = 1) -> Iterator[Cluster]:
    """So many nodes; where they cannot be had here, the test that wants them is skipped, or fails if it must run."""
    with contextlib.ExitStack() as stack:
        try:
            cluster = stack.enter_context(running(nodes))
        except UnavailableError as error:
            if os.environ.get("LEAGUE_TEST_REQUIRED"):
                raise
            pytest.skip(f"no Elasticsearch could be started here: {error}")
        yield cluster


@contextlib.contextmanager
def running(nodes: int = 1) -> Iterator[Cluster]:
    """So many nodes, for as long as this lasts. An UnavailableError where Maven, a JDK or the network is missing."""
    folder = Path(tempfile.mkdtemp(prefix="league-elasticsearch-"))
    started: list[Node] = []
    try:
        server = installed(folder)
        write_certificate(server.home / "config")
        room = ROOM if nodes == 1 else LITTLE_ROOM
        started += [Node(server, f"node-{at}", java_options=room) for at in range(1, nodes + 1)]
        _start(started)
        hosts = ",".join(f"127.0.0.1:{node.http_port}" for node in started)
        ca = server.home / "config" / "ca.pem"
        yield Cluster(f"https://league:{quote(PASSWORD, safe='')}@{hosts}?ca={ca}", tuple(started))
    finally:
        for node in started:
            node.end()
        shutil.rmtree(folder, ignore_errors=True)


def _start(nodes: Sequence[Node]) -> None:
    """All at once; the first one makes the cluster, the others join it as soon as they are told of its port."""
    if len(nodes) == 1:
        nodes[0].start(**{"discovery.type": "single-node"})
    for node in nodes if len(nodes) > 1 else ():
        first = {"cluster.initial_master_nodes": [node.name]} if node is nodes[0] else {}
        node.start(**{"discovery.seed_providers": "file", **first})
    for node in nodes if len(nodes) > 1 else ():
        node.wait_for_transport()
        for other in nodes:
            other.tell_of([one for one in nodes if one.transport_port])
    for node in nodes:
        node.wait()
