"""People are told of a change of a source's state, once."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from archive_api.settings import Settings
from archive_api.store import Condition, SourceState, Store, open_store
from scheduler.telling import tell_changes

AT = "2026-03-01T14:00:00.000000Z"


@contextmanager
def hook(told: list[dict[str, object]], status: int = 200) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.append(json.loads(body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'archive.db'}")
    yield opened
    opened.close()


def judged(store: Store, state: SourceState, at: str = AT) -> None:
    store.put_condition(
        Condition(source="yunting", state=state, reason="一面墙", evidence={"blocked.ruishu": 3}, since=at, at=at)
    )


def test_a_change_is_told_once_and_so_is_the_way_back(store: Store, tmp_path: Path) -> None:
    told: list[dict[str, object]] = []
    with hook(told) as address:
        settings = Settings(home=tmp_path, webhook=address)
        for state in ("ok", "blocked", "blocked", "ok", "ok"):
            judged(store, state)
            assert tell_changes(settings, store) == []
    assert [(one["before"], one["state"], one["reason"]) for one in told] == [
        (None, "blocked", "一面墙"),
        ("blocked", "ok", "一面墙"),
    ]


def test_what_could_not_be_delivered_is_told_after_the_next_crawl(store: Store, tmp_path: Path) -> None:
    told: list[dict[str, object]] = []
    judged(store, "broken")
    with hook(told, status=500) as address:
        (complaint,) = tell_changes(Settings(home=tmp_path, webhook=address), store)
    assert "yunting is broken, which could not be told: HTTP Error 500" in complaint
    with hook(told) as address:
        assert tell_changes(Settings(home=tmp_path, webhook=address), store) == []
    assert len(told) == 2


def test_a_state_keeps_the_moment_since_which_it_lasts(store: Store) -> None:
    judged(store, "blocked")
    judged(store, "blocked", at="2026-03-02T14:00:00.000000Z")
    found = store.condition("yunting")
    assert found is not None
    assert (found.since, found.at) == (AT, "2026-03-02T14:00:00.000000Z")
