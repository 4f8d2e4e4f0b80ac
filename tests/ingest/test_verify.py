from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive_api.captures import CaptureStore, warc
from archive_api.index import open_index
from archive_api.index.base import Query
from archive_api.index.catchup import catch_up
from archive_api.verify import Report, verify
from tests.ingest.site import TEXT, Place, article, exchange


@dataclass
class FakeIndex:
    reached: int
    documents: list[str]

    def seq(self) -> int:
        return self.reached

    def scan(self, _query: Query) -> Iterator[str]:
        return iter(self.documents)

    def check(self) -> list[str]:
        return []


@pytest.fixture
def sound(place: Place) -> Place:
    place.ingest.add(exchange(n=1))
    place.ingest.add(exchange(n=2))
    place.ingest.add(exchange(n=3, body=article(text=TEXT + "补充。")))
    place.ingest.add(exchange("/tzgg/2.html", n=4))
    place.ingest.add(exchange("/gone", b"", status=404))
    place.ingest.flush()
    place.captures.close()
    return place


def verified(place: Place, *, behind: int = 0, documents: list[str] | None = None) -> Report:
    held = [record.id for record in place.store.changes(0)] if documents is None else documents
    return verify(place.captures, place.store, FakeIndex(place.store.last_seq() - behind, held))


def the_file(place: Place) -> Path:
    (file,) = place.captures.files()
    return place.folder / "captures" / file


def change_the_store(place: Place, statement: str) -> None:
    with sqlite3.connect(place.folder / "archive.db") as connection:
        connection.execute(statement)
    connection.close()


def test_a_sound_archive_has_no_problems(sound: Place) -> None:
    report = verified(sound)
    assert report.problems == ()
    assert (report.counts["captures"], report.counts["documents"], report.counts["files"]) == (5, 2, 1)
    assert report.counts["index_behind"] == report.counts["captures_not_in_store"] == 0


def test_an_empty_archive_has_no_problems(place: Place) -> None:
    assert verified(place).problems == ()


def test_a_layer_that_is_behind_is_counted_and_is_no_problem(sound: Place) -> None:
    sound.open()
    sound.captures.append(exchange("/tzgg/3.html"))
    sound.captures.close()
    report = verified(sound, behind=1, documents=[])
    assert report.problems == ()
    assert (report.counts["index_behind"], report.counts["captures_not_in_store"]) == (1, 1)


def test_a_file_that_is_being_written_is_walked_to_its_last_record(sound: Place) -> None:
    with CaptureStore(sound.folder / "captures", max_bytes=1 << 30) as other:
        other.append(exchange("/tzgg/3.html"))
        report = verified(sound)
    assert report.problems == ()
    assert report.counts["files_in_use"] == 1


def test_an_index_that_is_ahead_is_damage(sound: Place) -> None:
    (problem,) = verified(sound, behind=-1).problems
    assert "ahead" in problem


def test_an_index_of_other_documents_is_damage_however_many_they_are(sound: Place) -> None:
    ids = [record.id for record in sound.store.changes(0)]
    lacks, alone = verified(sound, documents=["ffff", *ids[1:]]).problems
    assert f"lacks 1 documents, first {ids[0]}" in lacks
    assert "alone holds 1 documents, first ffff" in alone


def flip(place: Place) -> None:
    path = the_file(place)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(place: Place) -> None:
    path = the_file(place)
    path.write_bytes(path.read_bytes()[:-10])


def remove(place: Place) -> None:
    the_file(place).unlink()


@pytest.mark.parametrize("damage", [flip, cut, remove])
def test_damage_to_a_file_is_found(sound: Place, damage: Callable[[Place], None]) -> None:
    name = the_file(sound).name
    damage(sound)
    report = verified(sound)
    assert report.problems
    assert any(name in problem or "captures of the store" in problem for problem in report.problems)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE captures SET payload_sha256 = 'x' WHERE id = 1",
        "UPDATE captures SET url = 'http://b.example/' WHERE id = 1",
        'UPDATE captures SET "offset" = "offset" + 1 WHERE id = 1',
        'UPDATE captures SET "end" = "end" + 1 WHERE id = 1',
        "DELETE FROM captures WHERE id = 4",
        "UPDATE counters SET value = 1",
    ],
)
def test_a_store_that_says_something_else_than_the_files_is_found(sound: Place, statement: str) -> None:
    change_the_store(sound, statement)
    assert verified(sound).problems


def test_digests_are_computed_again_not_believed(sound: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "digest_field", lambda *_parts: "sha256:" + "0" * 64)
    sound.open()
    sound.captures.append(exchange("/tzgg/3.html"))
    sound.captures.close()
    monkeypatch.undo()
    assert any("block digest of the response record" in problem for problem in verified(sound).problems)


def test_the_real_index_is_walked_too(sound: Place) -> None:
    folder = sound.folder / "index"
    with closing(open_index(f"tantivy://{folder}")) as index:
        behind = verify(sound.captures, sound.store, index)
        assert behind.problems == ()
        assert behind.counts["index_behind"] == sound.store.last_seq()
        catch_up(sound.store, index)
        report = verify(sound.captures, sound.store, index)
        assert report.problems == ()
        assert report.counts["index_behind"] == 0


def test_an_index_that_cannot_be_read_is_a_problem_and_no_crash(sound: Place) -> None:
    folder = sound.folder / "index"
    with closing(open_index(f"tantivy://{folder}")) as index:
        catch_up(sound.store, index)
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(b"x")
    with closing(open_index(f"tantivy://{folder}")) as index:
        (problem,) = verify(sound.captures, sound.store, index).problems
    assert "rebuild the index" in problem


@pytest.mark.parametrize("part", ["segment", "schema"])
def test_one_wrong_byte_in_the_index_is_found(sound: Place, part: str) -> None:
    folder = sound.folder / "index"
    with closing(open_index(f"tantivy://{folder}")) as index:
        catch_up(sound.store, index)
    (meta,) = folder.rglob("meta.json")
    segments = [path for path in meta.parent.glob("*.*") if path != meta]
    damaged = meta if part == "schema" else max(segments, key=lambda path: path.stat().st_size)
    data = bytearray(damaged.read_bytes())
    data[data.index(b"published") if part == "schema" else len(data) // 2] ^= 1
    damaged.write_bytes(data)
    with closing(open_index(f"tantivy://{folder}")) as index:
        problems = verify(sound.captures, sound.store, index).problems
    assert any("rebuild the index" in problem for problem in problems), problems


def test_an_index_that_does_not_answer_takes_nothing_from_the_other_layers(sound: Place) -> None:
    with closing(open_index("http://127.0.0.1:9/league")) as index:
        report = verify(sound.captures, sound.store, index)
    assert [problem for problem in report.problems if "no cluster answers there" in problem] == list(report.problems)
    assert report.counts["captures"] == 5
