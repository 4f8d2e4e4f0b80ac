"""What is the cluster's own: generations behind an alias, faults, secrets, sizes."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from archive_api.document import Record
from archive_api.errors import BusyError, DamagedError, SettingsError, StorageError, UserError
from archive_api.index import elastic_asking
from archive_api.index.base import Query, Sort
from archive_api.index.catchup import catch_up, rebuild
from archive_api.index.elastic import ElasticIndex
from archive_api.index.elastic_address import parse_address
from archive_api.index.elastic_entries import MAPPING, index_name, mapping, settings
from archive_api.index.query import DEEPEST_QUERY, LONGEST_QUERY
from tests.elasticsearch.clusters import client_of, drop, indexes_of, name_of
from tests.elasticsearch.server import Cluster
from tests.index.making import Shelf, found, record

ROOT = Path(__file__).parents[2]
FIVE = ["d1", "d2", "d3", "d4", "d5"]


@pytest.fixture
def address(elasticsearch_cluster: Cluster) -> Iterator[str]:
    address = elasticsearch_cluster.address(f"league-own-{os.getpid()}")
    yield address
    drop(address)


@pytest.fixture
def index(address: str) -> Iterator[ElasticIndex]:
    index = ElasticIndex(parse_address(address), patience=0.5)
    yield index
    index.close()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(*(record(f"d{at}", at, f"志愿{at}") for at in range(1, 6)))


def test_an_overtaken_writer_moves_nothing_back(index: ElasticIndex) -> None:
    index.apply([record("a", 7, "新文"), record("b", 6, "二")], seq=7)
    assert index.apply([record("a", 3, "旧文"), record("c", 5, "三")], seq=5) == 1
    assert (index.seq(), found(index), found(index, "旧文")) == (7, ["c", "b", "a"], [])
    assert index.apply([record("a", 7, "新文")], seq=7) == 1


def test_an_index_that_was_never_written_is_empty_and_leaves_no_trace(address: str, index: ElasticIndex) -> None:
    assert (index.seq(), index.count(Query()), found(index), index.check()) == (0, 0, [], [])
    assert index.search(Query(text="志愿")).hits == ()
    assert indexes_of(address) == []


def test_during_a_rebuild_searches_see_the_old_index_and_afterwards_only_the_new_one_is_there(
    address: str, index: ElasticIndex, shelf: Shelf
) -> None:
    catch_up(shelf, index)
    seen = []

    def watched() -> Iterator[Record]:
        for at in (6, 7):
            seen.append((found(index), index.seq(), len(indexes_of(address))))
            yield record(f"n{at}", at, "新")

    index.rebuild(watched(), seq=7)
    assert seen == [(FIVE, 5, 2)] * 2
    assert (found(index), index.seq(), index.check(), len(indexes_of(address))) == (["n6", "n7"], 7, [], 1)


def test_a_generation_that_is_read_is_removed_by_the_next_writer_that_finds_it_free(
    address: str, index: ElasticIndex, shelf: Shelf
) -> None:
    catch_up(shelf, index)
    ids = index.scan(Query())
    rebuild(shelf, index)
    assert len(indexes_of(address)) == 2
    assert list(ids) == FIVE
    index.apply([], seq=5)
    assert len(indexes_of(address)) == 1


def test_a_writer_whose_index_is_taken_away_says_so_and_brings_nothing_back(
    address: str, index: ElasticIndex, shelf: Shelf
) -> None:
    catch_up(shelf, index)

    def slow() -> Iterator[Record]:
        rebuild(shelf, ElasticIndex(parse_address(address)))
        yield record("d9", 9, "晚了")

    with pytest.raises(BusyError, match="built it anew"):
        index.apply(slow(), seq=9)
    assert (found(index), index.seq(), len(indexes_of(address))) == (FIVE, 5, 1)


def test_an_error_in_the_records_leaves_the_cursor_and_no_half_filled_index(
    address: str, index: ElasticIndex, shelf: Shelf
) -> None:
    def broken() -> Iterator[Record]:
        yield record("d6", 6, "换了")
        raise RuntimeError("the store broke")

    for before in (0, 5):
        with pytest.raises(RuntimeError, match="the store broke"):
            index.apply(broken(), seq=6)
        assert index.seq() == before
        catch_up(shelf, index)
        with pytest.raises(RuntimeError, match="the store broke"):
            index.rebuild(broken(), seq=6)
        assert (index.seq(), len(indexes_of(address))) == (5, 1)
    shelf.put(record("d6", 6, "志愿6"))
    assert catch_up(shelf, index) == 1
    assert (found(index), found(index, "换了")) == ([*FIVE, "d6"], [])


KILLED = """
    import sys
    from archive_api.index import open_index
    from tests.index.making import record

    def endless():
        at = 100
        while True:
            yield record(f"k{at}", at, "夭折" * 5)
            at += 1
            if at == 1200:
                print("in the middle", flush=True)

    getattr(open_index(sys.argv[1]), sys.argv[2])(endless(), seq=10**6)
"""


@pytest.mark.parametrize("method", ["apply", "rebuild"])
def test_after_a_killed_writer_the_next_one_ends_with_the_same_index(
    address: str, index: ElasticIndex, shelf: Shelf, method: str
) -> None:
    catch_up(shelf, index)
    shelf.last = 6
    command = [sys.executable, "-c", textwrap.dedent(KILLED), address, method]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout
        assert process.stdout.readline() == b"in the middle\n"
        os.kill(process.pid, signal.SIGKILL)
    assert index.seq() == 5
    for at in range(100, 103):
        shelf.put(record(f"k{at}", at, "夭折" * 5))
    catch_up(shelf, index)
    assert (index.seq(), {"k100", "k101", "k102"} <= set(found(index, "夭折"))) == (102, True)
    rebuild(shelf, index)
    assert (found(index, "夭折"), len(indexes_of(address))) == (["k100", "k101", "k102"], 1)


def test_an_index_deleted_by_hand_is_built_from_the_store(address: str, index: ElasticIndex, shelf: Shelf) -> None:
    catch_up(shelf, index)
    drop(address)
    assert (index.seq(), index.count(Query())) == (0, 0)
    assert catch_up(shelf, index) == 5
    assert found(index) == FIVE


def test_a_cursor_deleted_by_hand_or_other_rules_mean_building_anew(
    address: str, index: ElasticIndex, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    def delete_cursor() -> None:
        with client_of(address) as client:
            client.delete(index=name_of(address), id="@cursor")

    for damage in (delete_cursor, lambda: plant(address, lambda name: re.sub("-fold-[0-9]+-", "-fold-0-", name))):
        catch_up(shelf, index)
        damage()
        with pytest.raises(DamagedError, match="rebuild"):
            index.count(Query())
        assert "rebuild" in index.check()[0]
        assert catch_up(shelf, index) == 5
        assert "building it anew" in caplog.text
        assert (found(index), index.check()) == (FIVE, [])


@pytest.mark.parametrize(
    ("rename", "says"),
    [
        (lambda name: name.replace(f"-m{MAPPING}-", "-m999-"), "newer League Archive .mapping 999"),
        (lambda name: f"{name}-other", "is something else"),
    ],
)
def test_what_a_newer_version_or_somebody_else_made_is_left_alone(
    address: str, index: ElasticIndex, shelf: Shelf, rename: Callable[[str], str], says: str
) -> None:
    plant(address, rename)
    for act in (index.seq, lambda: index.count(Query()), lambda: catch_up(shelf, index), lambda: rebuild(shelf, index)):
        with pytest.raises(SettingsError, match=says):
            act()
    assert len(indexes_of(address)) == 1


def plant(address: str, rename: Callable[[str], str]) -> None:
    """An index with a cursor behind the alias, of a name that another version gives."""
    name = name_of(address)
    index = rename(index_name(name, 1))
    with client_of(address) as client:
        drop(address)
        client.indices.create(index=index, mappings=mapping(), settings=settings(1), aliases={name: {}})
        client.index(index=index, id="@cursor", document={"cursor": 5})


def add_a_field(client: Elasticsearch, name: str) -> None:
    client.indices.put_mapping(index=name, properties={"note": {"type": "keyword"}})


def change_a_document(client: Elasticsearch, name: str) -> None:
    client.update(index=name, id="d2", doc={"text": "改 了"}, refresh=True)


def add_a_document(client: Elasticsearch, name: str) -> None:
    client.index(index=name, id="x", document={"seq": 3, "text": "多 的"}, refresh=True)


def move_the_cursor(client: Elasticsearch, name: str) -> None:
    client.index(index=name, id="@cursor", document={"cursor": 5}, refresh=True)


def put_an_index_behind(client: Elasticsearch, name: str) -> None:
    client.indices.create(index=f"{name}-other", mappings=mapping(), settings=settings(1), aliases={name: {}})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (add_a_field, "the mapping of .* was changed by hand"),
        (change_a_document, "1 entries of .* were written by hand, first d2"),
        (add_a_document, "1 entries of .* were written by hand, first x"),
        (move_the_cursor, "1 entries of .* were written by hand, first @cursor"),
        (put_an_index_behind, "stands for several indexes: run league index --rebuild"),
    ],
)
def test_what_was_changed_by_hand_is_found_and_mended_by_a_rebuild(
    address: str, index: ElasticIndex, shelf: Shelf, change: Callable[[Elasticsearch, str], None], says: str
) -> None:
    catch_up(shelf, index)
    assert index.check() == []
    with client_of(address) as client:
        change(client, name_of(address))
    (line,) = index.check()
    assert re.search(says, line)
    assert rebuild(shelf, index) == 5
    assert (index.check(), found(index)) == ([], FIVE)


def test_an_index_put_behind_the_alias_by_hand_is_taken_from_it_and_kept(
    address: str, index: ElasticIndex, shelf: Shelf
) -> None:
    catch_up(shelf, index)
    with client_of(address) as client:
        put_an_index_behind(client, name_of(address))
        catch_up(shelf, index)
        assert client.indices.exists(index=f"{name_of(address)}-other")


def test_a_cluster_that_is_full_takes_nothing_and_goes_on_when_it_has_room(
    address: str, index: ElasticIndex, shelf: Shelf
) -> None:
    catch_up(shelf, index)
    shelf.put(record("d6", 6, "志愿6"))
    block = {"index.blocks.read_only_allow_delete": True}
    with client_of(address) as client:
        client.indices.put_settings(index=name_of(address), settings=block)
        with pytest.raises(StorageError, match="takes no writes"):
            catch_up(shelf, index)
        assert (index.seq(), found(index)) == (5, FIVE)
        client.indices.put_settings(index=name_of(address), settings=dict.fromkeys(block))
    assert catch_up(shelf, index) == 1


def test_a_writer_waits_for_a_full_cluster_and_goes_on_when_it_has_room(address: str, shelf: Shelf) -> None:
    index = ElasticIndex(parse_address(address), patience=30)
    catch_up(shelf, index)
    shelf.put(record("d6", 6, "志愿6"))
    block = {"index.blocks.read_only_allow_delete": True}
    with client_of(address) as client, ThreadPoolExecutor(1) as pool:
        client.indices.put_settings(index=name_of(address), settings=block)
        writing = pool.submit(catch_up, shelf, index)
        with pytest.raises(TimeoutError):
            writing.result(0.6)
        client.indices.put_settings(index=name_of(address), settings=dict.fromkeys(block))
        assert writing.result() == 1
    assert found(index) == [*FIVE, "d6"]
    index.close()


def test_a_reading_that_the_cluster_has_ended_says_so_and_is_never_taken_for_whole(
    address: str, index: ElasticIndex, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elastic_asking, "BATCH", 2)
    catch_up(shelf, index)
    with client_of(address) as client:
        point = client.open_point_in_time(index=name_of(address), keep_alive="1m")["id"]
        monkeypatch.setattr(index._asking, "open_point", lambda _: point)
        ids = index.scan(Query())
        assert [next(ids), next(ids)] == ["d1", "d2"]
        client.close_point_in_time(id=point)
    with pytest.raises(BusyError, match="this reading was cut off; begin it anew"):
        next(ids)


def test_a_wrong_secret_a_certificate_of_nobody_and_no_server_are_told_in_one_line(
    elasticsearch_cluster: Cluster, address: str
) -> None:
    if not elasticsearch_cluster.url.startswith("https://"):
        pytest.skip("LEAGUE_TEST_ELASTICSEARCH is a cluster without security")
    wrong = elasticsearch_cluster.address("league", secret="geheim")
    strange = address.partition("?")[0]
    for url, error, says in (
        (wrong, SettingsError, "refuses this user"),
        (strange, SettingsError, "certificate is not to be trusted"),
        ("http://league:geheim@127.0.0.1:9/league", StorageError, "no cluster answers there"),
    ):
        index = ElasticIndex(parse_address(url), patience=0.1)
        for ask in (index.seq, lambda index=index: index.apply([], seq=1), index.check):
            with pytest.raises(error, match=says) as caught:
                ask()
            assert "geheim" not in str(caught.value)
            assert "\n" not in str(caught.value)


def test_a_page_may_be_larger_than_ten_thousand_hits(index: ElasticIndex) -> None:
    number = 10_200
    index.rebuild((record(f"d{at}", at, "志愿") for at in range(1, number + 1)), seq=number)
    results = index.search(Query(text="志愿", sort=Sort.SEQ, limit=number - 1))
    assert (results.total, results.hits[-1].seq, len(results.hits)) == (number, number - 1, number - 1)
    assert results.cursor
    assert index.count(Query(text="志愿")) == sum(1 for _ in index.scan(Query(text="志愿"))) == number


def test_a_large_document_a_long_query_and_a_deep_one_are_answered(index: ElasticIndex) -> None:
    text = "".join(chr(0x4E00 + at * 7 % 20_000) for at in range(5_000_000 // 3))
    index.apply([record("large", 1, text), record("small", 2, "志愿服务")], seq=2)
    assert found(index, f'"{text[:2_000]}"') == ["large"]
    with contextlib.suppress(UserError):  # a cluster with little memory takes less, and says so
        assert found(index, f'"{text[:9_900]}"') == ["large"]
    words = " OR ".join(chr(0x4E00 + at) for at in range((LONGEST_QUERY - 1) // 5))
    assert found(index, words) == ["large", "small"]
    deep = "(志愿 OR (没有 NOT " * (DEEPEST_QUERY // 3) + "服务" + "))" * (DEEPEST_QUERY // 3)
    assert found(index, deep) == ["small"]
    assert found(index, "NOT (" * (DEEPEST_QUERY // 2) + "志愿" + ")" * (DEEPEST_QUERY // 2)) == ["large"]
