import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, insert, text

from archive_api.store import Store, open_store
from archive_api.store.schema import counters, metadata


@contextmanager
def own_database(server: URL) -> Iterator[URL]:
    name = f"league_{uuid.uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
        try:
            yield server.set(database=name)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "archive.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgresql_database(postgresql_server: URL) -> Iterator[str]:
    with own_database(postgresql_server) as address:
        named = address.render_as_string(hide_password=False)
        open_store(named).close()
        yield named


@pytest.fixture(params=["sqlite", "postgresql"])
def new_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a store that is yet to be made, on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'archive.db'}"
        return
    with own_database(request.getfixturevalue("postgresql_server")) as address:
        yield address.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store, on each engine: a copied file, an emptied database; making either takes longer."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_file"), tmp_path / "archive.db")
        return f"sqlite:///{tmp_path / 'archive.db'}"
    address: str = request.getfixturevalue("postgresql_database")
    engine = create_engine(address)
    with engine.begin() as connection:
        tables = ", ".join(table.name for table in metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
        connection.execute(insert(counters), {"name": "seq", "value": 0})
    engine.dispose()
    return address


@pytest.fixture
def store(store_address: str) -> Iterator[Store]:
    opened = open_store(store_address)
    yield opened
    opened.close()
