from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from archive_api.settings import Settings
from tests.exports.samples import Archive
from tests.serving import served


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive.open(Settings(home=tmp_path / "data"))
    yield archive
    archive.close()


@pytest.fixture
def client(archive: Archive) -> Iterator[httpx.Client]:
    with served(archive.settings) as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server on an archive without documents, for tests that need none."""
    settings = Settings(home=tmp_path_factory.mktemp("empty") / "data")
    with served(settings) as address, httpx.Client(base_url=address) as client:
        yield client
