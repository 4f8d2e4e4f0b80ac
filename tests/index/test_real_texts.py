"""Queries of the whole language cut from real texts, against brute force; the texts lie outside and stay there."""

import json
import random
from pathlib import Path

import pytest

from archive_api.document import Record
from archive_api.index.base import SearchIndex
from tests.index.making import record
from tests.index.queries import REAL, Asked, asked, hold, random_queries

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "text"


@pytest.fixture(scope="session")  # the truth is worked out once for both engines
def records() -> list[Record]:
    if not DATA.is_dir():
        pytest.skip(f"the measuring texts are not here: {DATA}")
    lines = [line for path in sorted(DATA.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").split("\n")]
    rows = [json.loads(line) for line in lines if line]
    return [record(str(at), at + 1, row["text"], title=row["title"]) for at, row in enumerate(rows)]


@pytest.fixture(scope="session")
def cut_out(records: list[Record]) -> list[Asked]:
    texts = [text for one in records for text in (one.document.text, one.document.title) if text]
    queries = random_queries(random.Random(4), texts, REAL, longest=25)
    return [asked(query, records) for query in queries]


def test_queries_cut_from_real_texts_find_what_brute_force_finds(
    index: SearchIndex, records: list[Record], cut_out: list[Asked]
) -> None:
    index.rebuild(records, seq=len(records))
    hold(index, cut_out, records)
    assert sum(0 < len(one.truth) < len(records) for one in cut_out) > REAL / 4
