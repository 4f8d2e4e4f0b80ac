"""Very long documents, very long queries, and a store that is far ahead, with either engine."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from archive_api.errors import QueryError, UserError
from archive_api.exports import export
from archive_api.index.base import Query
from archive_api.index.catchup import catch_up
from archive_api.index.query import LONGEST_QUERY
from archive_api.reading import Reading
from archive_api.settings import Settings
from tests.exports.samples import NOW, Archive, page
from tests.index.conftest import Engine
from tests.serving import served

FIVE_MEGABYTES = 5_000_000
LAST = "云汀县的最后一句话。"


def long_text() -> str:
    """Paragraphs of Han, of three bytes each, and one sentence at the very end."""
    rng = random.Random(4)
    characters = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
    paragraphs = ["".join(rng.choices(characters, k=299)) for _ in range(FIVE_MEGABYTES // 890)]
    return "\n".join([*paragraphs, LAST])


@pytest.fixture
def archive(engine: Engine, tmp_path: Path) -> Iterator[Archive]:
    archive = Archive.open(Settings(home=tmp_path / "data", index=engine()))
    yield archive
    archive.close()


@pytest.fixture
def reading(archive: Archive) -> Reading:
    return Reading(archive.store, archive.index, archive.captures)


def test_a_document_of_five_megabytes_is_found_to_its_end_shown_and_exported_whole(
    archive: Archive, reading: Reading, tmp_path: Path
) -> None:
    large = replace(page(1), text=long_text())
    assert len(large.text.encode()) >= FIVE_MEGABYTES
    archive.add(large, page(2))
    found = reading.search(Query(text="最后一句话"))
    assert (found.total, found.lag) == (1, 0)
    assert LAST in found.found[0].snippets[0].text
    middle = large.text[len(large.text) // 2 :].partition("\n")[2][:200]
    for query in (Query(text=middle), Query(text=f"NEAR/9({middle[:3]}, {middle[9:12]})"), Query(text=f'"{LAST}"')):
        assert archive.index.count(query) == 1
    manifest = export(archive.store, archive.index, Query(text="最后一句话"), tmp_path / "out", "jsonl", now=NOW)
    (row,) = (tmp_path / "out" / "data.jsonl").read_text(encoding="utf-8").splitlines()
    assert (manifest.counts.documents, json.loads(row)["text"]) == (1, large.text)


def test_a_query_of_ten_thousand_characters_is_answered_or_refused_whole(archive: Archive) -> None:
    text = long_text()[:LONGEST_QUERY].replace("\n", "")
    archive.add(replace(page(1), text=f"前{text}后"), page(2))
    phrase = text[: LONGEST_QUERY - 2]
    with suppress(UserError):  # a cluster with little memory takes fewer terms, and says so
        assert archive.index.count(Query(text=f'"{phrase}"')) == 1
        assert archive.index.count(Query(text=f'"{phrase[:-1]}缺"')) == 0
    several = " ".join(text[at : at + 3] for at in range(0, 4000, 4))
    either = " OR ".join(text[at : at + 2] for at in range(1400)).ljust(LONGEST_QUERY)
    assert len(either) == LONGEST_QUERY
    assert [archive.index.count(Query(text=query)) for query in (several, f"{several} 缺", either)] == [1, 0, 1]
    with pytest.raises(QueryError, match=f"at most {LONGEST_QUERY} characters"):
        archive.index.count(Query(text=f"{either}x"))


def test_a_store_far_ahead_is_told_on_the_page_and_by_the_api(archive: Archive) -> None:
    with served(archive.settings) as address, httpx.Client(base_url=address) as client:
        for known in (0, 30):
            archive.save(*(page(number) for number in range(known + 1, known + 31)))
            ahead = archive.store.last_seq() - archive.index.seq()
            assert ahead == 30
            found = client.get("/api/v1/search").json()
            assert (found["lag"], found["seq"], found["total"]) == (ahead, archive.index.seq(), archive.index.seq())
            assert client.get("/api/v1/health").json()["lag"] == ahead
            assert f"{ahead} changes are not in the index yet" in client.get("/?q=志愿").text
            catch_up(archive.store, archive.index)
        assert client.get("/api/v1/health").json()["lag"] == 0
