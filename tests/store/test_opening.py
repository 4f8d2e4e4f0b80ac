"""Addresses, damaged files, full disks, versions of the store."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from archive_api.errors import DamagedError, SettingsError, StorageError
from archive_api.store import Store, open_store
from archive_api.store.migrations.upgrade import configuration
from archive_api.store.schema import REVISION, metadata
from tests.store.samples import found, keep, page


def change(address: str, statement: str) -> None:
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("archive.db", "'archive.db' is no address"),
        ("postgresql:/reader:geheim@localhost/league", "'localhost/league' is no address"),
        ("postgresql://reader:geheim@localhost:port/league", "'localhost:port/league' is no address"),
        ("mysql://localhost/league", "no such kind of store 'mysql'"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite+aiosqlite:///a.db", "write sqlite:///FILE"),
        ("postgresql+asyncpg://localhost/league", "write postgresql"),
        ("postgresql+psycopg://reader:geheim@127.0.0.1:1/league", "does not answer"),
    ],
)
def test_a_wrong_address_is_told_in_one_line_without_its_password(address: str, said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        open_store(address)

    assert said in str(raised.value)
    assert "\n" not in str(raised.value)
    assert "geheim" not in str(raised.value)


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is a folder"):
        open_store(f"sqlite:///{tmp_path}")


def test_a_database_that_the_server_does_not_have_is_an_error_of_settings(new_address: str) -> None:
    if new_address.startswith("sqlite"):
        assert open_store(new_address + "-2").last_seq() == 0
        return
    with pytest.raises(SettingsError, match=r"league_\w+nowhere"):
        open_store(new_address.replace("?", "nowhere?"))


def test_the_folder_of_the_store_is_made(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path / 'a' / 'b' / 'archive.db'}").close()

    assert (tmp_path / "a" / "b" / "archive.db").exists()


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="cannot be made"):
        open_store(f"sqlite:///{tmp_path / 'file' / 'archive.db'}")


def test_a_file_that_is_no_database_is_damaged_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes("这不是数据库。".encode() * 400)
    with pytest.raises(DamagedError, match="not a database"):
        open_store(f"sqlite:///{path}")

    assert path.read_bytes() == "这不是数据库。".encode() * 400


def test_a_database_of_something_else_is_left_alone(new_address: str) -> None:
    change(new_address, "CREATE TABLE documents (x TEXT)")
    with pytest.raises(DamagedError, match="name another database"):
        open_store(new_address)


def test_a_store_of_a_newer_version_is_not_touched(new_address: str) -> None:
    open_store(new_address).close()
    change(new_address, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DamagedError, match=r"newer version \(revision 9999\)"):
        open_store(new_address)


def test_the_migrations_give_the_tables_of_the_schema(new_address: str) -> None:
    open_store(new_address).close()
    engine = create_engine(new_address)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()

    assert ScriptDirectory.from_config(configuration()).get_current_head() == REVISION


def test_paging_through_changes_walks_an_index(store: Store) -> None:
    keep(store, found(1), page())
    with store._database.read() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))  # it would read three rows as they lie
            explain = "EXPLAIN "
        else:
            explain = "EXPLAIN QUERY PLAN "
        query = "SELECT id FROM documents WHERE seq > 0 ORDER BY seq LIMIT 10"
        plan = " ".join(str(row) for row in connection.execute(text(explain + query)))

    assert re.search(r"SEARCH documents USING .*INDEX|Index (Only )?Scan using documents_seq_key", plan), plan
    assert "SORT" not in plan.upper().replace("SORTED", "")


def test_a_store_is_opened_again_as_it_was(store: Store, store_address: str) -> None:
    saved = keep(store, found(1), page())
    again = open_store(store_address)

    assert again.record(saved.id) == store.record(saved.id)
    again.close()


def test_a_migrated_store_is_opened_without_loading_alembic(sqlite_file: Path) -> None:
    script = (
        "import sys; from archive_api.store import open_store; open_store(sys.argv[1]); print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, f"sqlite:///{sqlite_file}"], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"


def test_sqlite_syncs_at_each_commit_and_writes_ahead(tmp_path: Path) -> None:
    opened = open_store(f"sqlite:///{tmp_path / 'archive.db'}")
    with opened._database.read() as connection:
        pragmas = [
            connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    opened.close()

    assert pragmas == ["wal", 2, 1]


def test_a_full_disk_is_a_storage_error_and_nothing_of_the_write_stays(tmp_path: Path) -> None:
    opened = open_store(f"sqlite:///{tmp_path / 'archive.db'}")
    keep(opened, found(1), page())
    with opened._database.read() as connection:
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(StorageError, match=r"database or disk is full; nothing was recorded") as raised:
        keep(opened, found(2), page("团" * 100_000))
    assert "\n" not in str(raised.value)

    assert opened.record(page().url).document == page()
    assert opened.check() == []
    opened.close()


def test_a_store_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    opened = open_store(f"sqlite:///{path}")
    with opened._database.read() as connection:
        connection.execute(text("PRAGMA query_only = ON"))
    with pytest.raises(StorageError, match="readonly"):
        opened.put_source("yunting", {})
    opened.close()


def test_a_folder_without_leave_to_write_is_a_storage_error() -> None:
    # nobody makes a file there, root neither
    with pytest.raises(StorageError, match="unable to open database file"):
        open_store("sqlite:////proc/archive.db")


def test_a_damaged_page_of_the_file_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    opened = open_store(f"sqlite:///{path}")
    for minute in range(30):
        keep(opened, found(minute), page(f"{minute}" * 3000))
    opened.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(DamagedError, match="restore it from a backup"):
        open_store(f"sqlite:///{path}").counts()
