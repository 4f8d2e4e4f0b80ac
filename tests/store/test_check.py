"""Each check of the store fails for the damage it is there to find."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, create_engine, inspect, text

from archive_api.document import Document
from archive_api.store import Store, open_store
from tests.store.samples import ANNEX, PAGE, annexed, found, keep, page


@contextmanager
def broken(address: str) -> Iterator[Connection]:
    """A connection to which nothing is forbidden."""
    engine = create_engine(address)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # SQLite forbids only where it is asked to
            connection.execute(text("SET session_replication_role = replica"))
        yield connection
    engine.dispose()


def fill(store: Store) -> None:
    keep(store, found(1), page("旧文。"))
    keep(store, found(2), page("新文。"))
    keep(store, found(3), page("新文。"))
    other = "http://tw.yunting.example/13.htm"
    keep(store, found(4, other), Document.from_json({**annexed().to_json(), "url": other}))
    (annex,) = store.add_captures([found(5, ANNEX)])
    store.attach(annex, other, annexed().attachments[0])
    assert store.check() == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (
            "DELETE FROM captures WHERE file || ':' || \"offset\" = 'league-1.warc.gz:1000'",
            "its capture is not in the store",
        ),
        ("DELETE FROM captures WHERE url LIKE '%.pdf'", "of an attachment is not in the store"),
        ("DELETE FROM versions WHERE version = 2", "1 versions up to number 1, but 2 were given"),
        ("DELETE FROM versions WHERE version = 2", "its current version 2 is missing"),
        ("DELETE FROM versions WHERE version = 2", "it observed version 2 of document"),
        ("UPDATE versions SET version = 3 WHERE version = 2", "2 versions up to number 3, but 2 were given"),
        ("DELETE FROM documents WHERE versions = 2", "version 1 of document"),
        ("DELETE FROM documents WHERE versions = 2", "its document"),
        ("UPDATE versions SET seq = 1", "seq 1: given to 3 versions"),
        ("DELETE FROM changes WHERE seq = 2", "its seq 2 is not in the log of changes"),
        ("UPDATE counters SET value = 1", "the counter of seq stands at 1, behind seq 4 in documents"),
        ("DELETE FROM counters", "the counter of seq is missing"),
    ],
)
def test_a_broken_store_is_found_out(store: Store, store_address: str, damage: str, said: str) -> None:
    fill(store)
    with broken(store_address) as connection:
        connection.execute(text(damage))

    lines = store.check()
    assert any(said in line for line in lines), lines
    assert not any("\n" in line for line in lines)


def test_a_seq_that_was_given_twice_is_found_out(new_address: str) -> None:
    store = open_store(new_address)
    fill(store)
    with broken(new_address) as connection:
        if connection.dialect.name == "sqlite":
            # SQLite drops no constraint: the table is made again without
            connection.execute(text("CREATE TABLE loose AS SELECT * FROM documents"))
            connection.execute(text("DROP TABLE documents"))
            connection.execute(text("ALTER TABLE loose RENAME TO documents"))
        else:
            (unique,) = inspect(connection).get_unique_constraints("documents")
            connection.execute(text(f"ALTER TABLE documents DROP CONSTRAINT {unique['name']}"))
        connection.execute(text("UPDATE documents SET seq = 4"))

    assert "seq 4: given to 2 documents" in store.check()
    store.close()


def test_a_sound_store_has_nothing_to_say(store: Store) -> None:
    assert store.check() == []
    keep(store, found(1), page(url=PAGE))
    assert store.check() == []
