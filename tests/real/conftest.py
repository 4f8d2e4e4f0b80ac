"""Real pages, kept outside the project: a test here skips, saying so, where they are absent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"the real pages are not here: {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def gold(shared: Path) -> list[dict[str, Any]]:
    with (shared / "pages.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
