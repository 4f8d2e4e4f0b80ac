from collections.abc import Iterator

import pytest

from tests.elasticsearch.server import Cluster, running_or_skipped


@pytest.fixture(scope="module")
def three_nodes() -> Iterator[Cluster]:
    """Three nodes of our own, whatever cluster the other tests use: some of them are killed."""
    with running_or_skipped(nodes=3) as cluster:
        yield cluster
