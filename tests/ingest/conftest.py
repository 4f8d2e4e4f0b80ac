from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive_api.captures import CaptureStore
from archive_api.store import open_store
from crawler.ingest import Ingest
from tests.ingest.site import Place


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    store = open_store(f"sqlite:///{tmp_path / 'archive.db'}")
    captures = CaptureStore(tmp_path / "captures", max_bytes=1 << 30)
    made = Place(folder=tmp_path, captures=captures, store=store, ingest=Ingest(captures, store), reads=[])
    made.open()
    yield made
    made.captures.close()
    store.close()
