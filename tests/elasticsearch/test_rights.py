"""Users and API keys with no more rights than docs/elasticsearch.md asks for, in the server's real security."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from archive_api.errors import SettingsError
from archive_api.index.base import Query
from archive_api.index.catchup import catch_up, rebuild
from archive_api.index.elastic import ElasticIndex
from archive_api.index.elastic_address import parse_address
from tests.elasticsearch.clusters import client_of, drop, indexes_of
from tests.elasticsearch.server import Cluster
from tests.index.making import Shelf, found, record

NAME = f"league-own-{os.getpid()}"
FIVE = ["d1", "d2", "d3", "d4", "d5"]
OPTIONS = {"writer": ["read", "index", "manage"], "reader": ["read", "view_index_metadata"]}

Open = Callable[[str], ElasticIndex]


@pytest.fixture
def own(elasticsearch_cluster: Cluster) -> Cluster:
    if not elasticsearch_cluster.nodes:
        pytest.skip("LEAGUE_TEST_ELASTICSEARCH has users of its own")
    return elasticsearch_cluster


@pytest.fixture(params=["user", "API key"])
def as_(request: pytest.FixtureRequest, own: Cluster) -> Iterator[Open]:
    """The index as somebody with the rights of that role sees it."""
    opened: list[ElasticIndex] = []

    def open_as(role: str) -> ElasticIndex:
        address = own.address(NAME, user=role) if request.param == "user" else with_key(own, OPTIONS[role])
        opened.append(ElasticIndex(parse_address(address), patience=0.5))
        return opened[-1]

    yield open_as
    for index in opened:
        index.close()
    drop(own.address(NAME))


def with_key(own: Cluster, privileges: list[str]) -> str:
    """An address with a new API key, by which one may do that and nothing else."""
    rights = {"league": {"indices": [{"names": ["league-own-*"], "privileges": privileges}]}}
    with client_of(own.address(NAME)) as client:
        encoded = client.security.create_api_key(name="league-test", role_descriptors=rights)["encoded"]
    address = own.address(NAME)
    scheme, _, rest = address.partition("//")
    return f"{scheme}//{rest.rpartition('@')[2]}&api_key={encoded}"


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(*(record(f"d{at}", at, f"志愿{at}") for at in range(1, 6)))


def test_a_writer_needs_no_more_than_three_rights(own: Cluster, as_: Open, shelf: Shelf) -> None:
    index = as_("writer")
    assert (index.seq(), index.check()) == (0, [])
    assert catch_up(shelf, index) == 5
    shelf.put(record("d6", 6, "志愿6"))
    assert catch_up(shelf, index) == 1
    assert rebuild(shelf, index) == 6
    assert (found(index), index.check(), len(indexes_of(own.address(NAME)))) == ([*FIVE, "d6"], [], 1)


def test_a_reader_searches_and_checks_and_is_told_that_it_may_not_write(as_: Open, shelf: Shelf) -> None:
    catch_up(shelf, as_("writer"))
    index = as_("reader")
    assert (index.seq(), index.count(Query(text="志愿")), found(index), index.check()) == (5, 5, FIVE, [])
    shelf.put(record("d6", 6, "志愿6"))
    for write in (catch_up, rebuild):
        with pytest.raises(
            SettingsError, match=r"this user may not do that: .*indices:[^\n]* is unauthorized"
        ) as caught:
            write(shelf, index)
        assert "\n" not in str(caught.value)
    assert (index.seq(), found(index)) == (5, FIVE)


def test_a_right_that_is_missing_is_named_and_a_key_that_is_gone_is_refused(own: Cluster, shelf: Shelf) -> None:
    for missing, act in (
        ("manage", lambda index: rebuild(shelf, index)),
        ("index", lambda index: catch_up(shelf, index)),
        ("read", lambda index: index.count(Query())),
    ):
        few = [privilege for privilege in OPTIONS["writer"] if privilege != missing]
        index = ElasticIndex(parse_address(with_key(own, few)), patience=0.5)
        with pytest.raises(SettingsError, match=r"may not do that: .*is unauthorized for API key"):
            act(index)
        index.close()
    address = with_key(own, OPTIONS["writer"])
    with client_of(own.address(NAME)) as client:
        client.security.invalidate_api_key(name="league-test")
    index = ElasticIndex(parse_address(address))
    with pytest.raises(SettingsError, match="refuses this user, secret or API key"):
        index.seq()
    index.close()
    drop(own.address(NAME))
