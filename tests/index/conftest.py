from pathlib import Path

import pytest

from archive_api.index.embedded import EmbeddedIndex
from tests.index.making import Shelf, record


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(folder: Path) -> EmbeddedIndex:
    return EmbeddedIndex(folder, wait=0.2)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(*(record(f"d{at}", at, f"志愿{at}") for at in range(1, 6)))
