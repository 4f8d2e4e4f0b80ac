"""The walk through the layers where the index lies in a cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing

import pytest

from archive_api.index import open_index
from archive_api.index.catchup import catch_up
from archive_api.verify import verify
from tests.elasticsearch.clusters import client_of, drop, name_of
from tests.elasticsearch.server import Cluster
from tests.ingest.site import TEXT, Place, article, exchange


@pytest.fixture
def address(elasticsearch_cluster: Cluster) -> Iterator[str]:
    address = elasticsearch_cluster.address(f"league-own-{os.getpid()}-verify")
    yield address
    drop(address)


def test_documents_deleted_by_hand_and_an_alias_of_something_else_are_told(place: Place, address: str) -> None:
    for number in range(1, 4):
        place.ingest.add(exchange(f"/tzgg/{number}.html", n=number, body=article(text=TEXT * number)))
    place.ingest.flush()
    place.captures.close()
    second = place.store.changes(0)[1].id
    with closing(open_index(address)) as index, client_of(address) as client:
        catch_up(place.store, index)
        assert verify(place.captures, place.store, index).problems == ()
        client.delete(index=name_of(address), id=second, refresh=True)
        (problem,) = verify(place.captures, place.store, index).problems
        assert problem == f"the index lacks 1 documents, first {second}: rebuild the index"
        drop(address)
        client.indices.create(index=f"{name_of(address)}-other", aliases={name_of(address): {}})
        (problem,) = verify(place.captures, place.store, index).problems
        assert "is something else" in problem
        assert "point the alias back" in problem
