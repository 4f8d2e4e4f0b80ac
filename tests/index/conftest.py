import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive_api.index import open_index
from archive_api.index.base import SearchIndex
from tests.elasticsearch.clusters import drop
from tests.elasticsearch.server import Cluster
from tests.index.making import Shelf, record

Engine = Callable[[], str]

RUN = os.getpid()


@pytest.fixture(scope="session", params=["tantivy", "elasticsearch"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """One engine after the other; gives the address of an index that was never written."""
    if request.param == "tantivy":
        return lambda: f"tantivy://{tmp_path_factory.mktemp('engine') / 'index'}"
    new: Engine = request.getfixturevalue("cluster_address")
    return new


@pytest.fixture(scope="session")
def cluster_address(elasticsearch_cluster: Cluster) -> Iterator[Engine]:
    numbers = itertools.count(1)
    made: list[str] = []

    def new() -> str:
        made.append(elasticsearch_cluster.address(f"league-test-{RUN}-{next(numbers)}"))
        return made[-1]

    yield new
    for address in made:
        drop(address)


@pytest.fixture
def index(engine: Engine) -> Iterator[SearchIndex]:
    index = open_index(engine())
    yield index
    index.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(*(record(f"d{at}", at, f"志愿{at}") for at in range(1, 6)))
