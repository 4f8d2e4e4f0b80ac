from collections.abc import Iterator
from pathlib import Path

import pytest

from archive_api.settings import Settings
from tests.exports.samples import Archive


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive.open(Settings(home=tmp_path / "data"))
    yield archive
    archive.close()
