"""What a cluster of three real nodes goes through: nodes that are killed, and come back."""

from __future__ import annotations

import contextlib
import gc
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Self

import pytest
from elasticsearch import Elasticsearch

from archive_api.document import Record
from archive_api.errors import ArchiveError, BusyError, StorageError
from archive_api.index import elastic_asking, elastic_writing
from archive_api.index.base import Query
from archive_api.index.catchup import catch_up
from archive_api.index.elastic import ElasticIndex
from archive_api.index.elastic_address import parse_address
from tests.elasticsearch.clusters import client_of, drop, indexes_of
from tests.elasticsearch.nodes import Node
from tests.elasticsearch.server import Cluster
from tests.index.making import Shelf, found, record

pytestmark = [
    pytest.mark.three_nodes,
    # a socket to a node that was killed in the middle of a handshake is left by the client's library to the collector
    pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl:pytest.PytestUnraisableExceptionWarning"),
]

BEFORE, ALL = 100, 600


@pytest.fixture
def address(three_nodes: Cluster) -> Iterator[str]:
    """The address of an index in a cluster whose nodes are all there."""
    bring_back(*(node for node in three_nodes.nodes if not node.is_running))
    address = three_nodes.address(f"league-own-{os.getpid()}")
    yield address
    drop(address)
    gc.collect()


@pytest.fixture
def index(address: str) -> Iterator[ElasticIndex]:
    index = ElasticIndex(parse_address(address), patience=150)
    yield index
    index.close()


@pytest.fixture
def client(address: str) -> Iterator[Elasticsearch]:
    with client_of(address) as client:
        yield client


@pytest.fixture(autouse=True)
def small_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elastic_writing, "BULK_DOCUMENTS", 20)


def numbered(first: int, last: int) -> list[Record]:
    return [record(f"d{at:04}", at, "志愿服务" + ("旧" if at <= BEFORE else "新")) for at in range(first, last + 1)]


def holding(cluster: Cluster, client: Elasticsearch, address: str) -> Node:
    """The node that takes what is written."""
    told = client.search_shards(index=parse_address(address).name)
    (key,) = [copy["node"] for copies in told["shards"] for copy in copies if copy["primary"]]
    return next(node for node in cluster.nodes if node.name == told["nodes"][key]["name"])


def wait_for_copies(client: Elasticsearch) -> None:
    client.cluster.health(
        wait_for_status="green", wait_for_nodes="3", timeout="60s", wait_for_no_initializing_shards=True
    )


def bring_back(*nodes: Node) -> None:
    for node in nodes:
        node.start(**{"discovery.seed_providers": "file"})
    for node in nodes:
        node.wait()


class Watch(threading.Thread):
    """Counts again and again, until the context ends."""

    def __init__(self, count: Callable[[], int]) -> None:
        super().__init__()
        self.answers: set[int | str] = set()
        self._count = count
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.05):
            try:
                self.answers.add(self._count())
            except ArchiveError as error:
                self.answers.add(repr(error))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()


def test_nodes_killed_in_mid_bulk_and_brought_back_lose_nothing_and_nothing_is_there_twice(
    three_nodes: Cluster, client: Elasticsearch, address: str, index: ElasticIndex
) -> None:
    everything = numbered(1, ALL)
    catch_up(Shelf(*everything[:BEFORE]), index)
    wait_for_copies(client)
    killed: list[Node] = []
    counted: set[int | str] = set()

    def killing() -> Iterator[Record]:
        yield from everything[BEFORE:200]
        with Watch(lambda: index.count(Query(text="服务旧"))) as watch:
            killed.append(holding(three_nodes, client, address))
            killed[0].kill()
            yield from everything[200:400]
        counted.update(watch.answers)
        # without two of three nodes there is no master, and without this one no copy of the shard
        killed.append(holding(three_nodes, client, address))
        killed[1].kill()
        yield from everything[400:]

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(index.apply, killing(), seq=ALL)
        while len(killed) < 2 or killed[1].is_running:
            time.sleep(0.05)
        with pytest.raises(StorageError, match=r"^index https://127.*: [^\n]*$"):
            index.count(Query())
        bring_back(*killed)
        done = writing.result()
    assert (done, index.seq(), counted) == (ALL - BEFORE, ALL, {BEFORE})
    assert found(index, "志愿服务") == [one.id for one in everything]
    wait_for_copies(client)
    assert (index.count(Query()), index.check(), len(indexes_of(address))) == (ALL, [], 1)


def test_one_of_three_nodes_killed_changes_no_count_and_stops_no_writer(
    three_nodes: Cluster, client: Elasticsearch, address: str, index: ElasticIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elastic_asking, "BATCH", 50)
    catch_up(Shelf(*numbered(1, ALL)), index)
    wait_for_copies(client)
    reading = index.scan(Query(text="志愿服务"))
    begun = [next(reading)]
    with Watch(lambda: index.count(Query(text="志愿服务"))) as watch:
        holding(three_nodes, client, address).kill()
        assert found(index, "志愿服务") == [one.id for one in numbered(1, ALL)]
    assert watch.answers == {ALL}
    with contextlib.suppress(BusyError, StorageError):  # the copy that it read in may have been the killed one
        begun += reading
        assert begun == found(index, "志愿服务")
    index.apply([record("d0000", ALL + 1, "志愿服务")], seq=ALL + 1)
    assert (index.count(Query()), index.seq(), index.check()) == (ALL + 1, ALL + 1, [])
