"""Why an address is not here, whatever the address."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive_api.store import Condition, Store, open_store
from crawler.source import Limits, source_for_url
from scheduler.why import explain

AT = "2026-03-01T14:00:00.000000Z"
SOURCE = replace(source_for_url("http://tw.yunting.example/tw/"), limits=Limits(paths=("/tw/",)))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'archive.db'}")
    yield opened
    opened.close()


def test_an_address_that_was_never_seen_is_told_by_the_catalogue(store: Store) -> None:
    assert explain(store, "http://nobody.example/", [SOURCE]).what == "not_in_catalogue"
    assert explain(store, "http://www.tw.yunting.example/other/1.htm", [SOURCE]).what == "outside"
    answer = explain(store, "https://tw.yunting.example/tw/1.htm", [replace(SOURCE, enabled=False)])
    assert answer.what == "not_crawled"
    assert "switched off" in answer.because


def test_a_source_that_is_blind_is_said_to_be(store: Store) -> None:
    store.put_source(SOURCE.name, SOURCE.to_json())
    url = "http://tw.yunting.example/tw/1.htm"
    assert explain(store, url).because == f"no list and no link of {SOURCE.name} has ever led here"
    store.put_condition(Condition(source=SOURCE.name, state="blocked", reason="a wall", evidence={}, since=AT, at=AT))
    assert explain(store, url).because.endswith(f"{SOURCE.name} is blocked: a wall")
