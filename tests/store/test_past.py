"""Documents as they stood after each change."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from archive_api.document import Attachment, Document, Kind, Record, TextStatus, document_id
from archive_api.errors import NotFoundError
from archive_api.store import Store, open_store
from archive_api.store.migrations.upgrade import configuration
from tests.store.samples import PAGE, at, found, keep, page

FILES = tuple(Attachment(name=f"表{n}", url=f"http://tw.qinglan.example/{n}.xls") for n in (1, 2))


def now(store: Store) -> Record:
    return store.record(PAGE)


def test_every_standing_of_a_document_can_be_read_again(store: Store) -> None:
    stood: list[Record] = []
    listing = replace(page("甲。"), attachments=FILES)
    keep(store, found(5), listing)
    stood.append(now(store))
    for number, file in enumerate(FILES, 1):
        (capture,) = store.add_captures([found(5 + number, file.url, payload=f"表{number}")])
        store.attach(capture, PAGE, replace(file, text=f"表{number}的字", text_status=TextStatus.OK))
        stood.append(now(store))
    keep(store, found(9), replace(page("乙。"), attachments=FILES))
    stood.append(now(store))
    first = store.captures_of(PAGE)[-1].id
    store.reread(first, replace(listing, kinds=(Kind.PLAN,), issuer="共青团清岚市委员会"))
    stood.append(now(store))
    keep(store, found(1), listing)
    stood.append(now(store))

    assert [one.seq for one in stood] == [1, 2, 3, 4, 5, 6]
    assert [one.first_seen for one in stood] == [at(5)] * 5 + [at(1)]
    assert [one.edited for one in stood] == [False] * 3 + [True] * 3
    key = document_id(PAGE)
    for one in stood:
        (then,) = store.records([key], as_of=one.seq)
        assert replace(then, last_seen=one.last_seen) == one
    held = store.with_past([now(store)])
    assert [(one.seq, one.until) for one in held] == [(6, None), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6)]
    assert [one.document for one in held[1:]] == [one.document for one in stood[:-1]]
    with pytest.raises(NotFoundError):
        store.records([key], as_of=0)
    assert store.check() == []


def test_only_what_differs_is_kept_of_a_content_that_was_replaced(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'archive.db'}")
    long = replace(page("甲。" * 1000), attachments=FILES)
    keep(store, found(1), long)
    (capture,) = store.add_captures([found(2, FILES[0].url, payload="表")])
    store.attach(capture, PAGE, replace(FILES[0], text="字" * 1000, text_status=TextStatus.OK))
    with create_engine(f"sqlite:///{tmp_path / 'archive.db'}").connect() as connection:
        (kept,) = connection.scalars(text("SELECT content FROM superseded"))
    assert json.loads(kept).keys() == {"attachments"}
    assert json.loads(kept)["attachments"][1] is None
    assert len(kept) < 300
    store.close()


def test_what_changed_again_after_a_window_comes_with_it(store: Store) -> None:
    other = "http://tw.qinglan.example/other.htm"
    keep(store, found(1), page("甲。"))
    keep(store, found(2, other), page("甲。", other))
    keep(store, found(3), page("乙。"))
    window = store.changes(0, 1)
    assert [one.seq for one in window] == [2]
    assert [(one.seq, one.until) for one in store.with_past(window, after=0)] == [(2, None), (3, None), (1, 3)]
    assert [one.seq for one in store.with_past(window)] == [2]
    assert store.with_past([], after=0) == []


def test_an_archive_from_before_learns_what_it_can_know(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    engine = create_engine(url)
    config = configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        for statement in OLD.strip().split(";\n"):
            connection.execute(text(statement), {"content": content()})
    engine.dispose()

    store = open_store(url)
    assert [one.edited for seq in (1, 2, 3) for one in store.records(["a" * 16], as_of=seq)] == [False, False, True]
    assert [one.version for seq in (1, 2, 3) for one in store.records(["a" * 16], as_of=seq)] == [1, 2, 3]
    assert {one.first_seen for one in store.with_past(store.changes(0))} == {at(1)}
    assert {one.state.value for one in store.with_past(store.changes(0))} == {"live"}
    store.close()


def content() -> str:
    return json.dumps(Document(url=PAGE, text="甲。").to_json())


OLD = f"""
INSERT INTO documents VALUES ('{"a" * 16}', 'u', 's', 3, 3, 'live', 1, '{at(1)}', '{at(9)}', 3);
INSERT INTO captures (id, file, "offset", "end", url, url_key, status, fetched_at, payload_sha256)
VALUES (1, 'f', 0, 1, 'u', 'k', 200, '{at(1)}', 'x');
INSERT INTO versions VALUES ('{"a" * 16}', 1, 'h1', 'publisher', 1, 1, :content);
INSERT INTO versions VALUES ('{"a" * 16}', 2, 'h2', 'extractor', 1, 2, :content);
INSERT INTO versions VALUES ('{"a" * 16}', 3, 'h3', 'publisher', 1, 3, :content);
INSERT INTO changes (seq, document, version, current, what, state) VALUES (1, '{"a" * 16}', 1, 1, 'new', 'live');
INSERT INTO changes (seq, document, version, current, what, state) VALUES (2, '{"a" * 16}', 2, 2, 'version', 'live');
INSERT INTO changes (seq, document, version, current, what, state) VALUES (3, '{"a" * 16}', 3, 3, 'version', 'live');
UPDATE counters SET value = 3 WHERE name = 'seq'
"""
