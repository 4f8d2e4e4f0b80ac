import csv
import errno
import hashlib
import json
import os
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive_api.document import Kind, Record
from archive_api.errors import DamagedError, QueryError, StorageError, UserError
from archive_api.exports import Format, Manifest, export, select
from archive_api.exports.fields import FIELDS
from archive_api.index.base import Filters, Query, Sort
from tests.exports.samples import NOW, Archive, Made, page, record

EVERYTHING = Query()


def written(made: Made, out: Path, format_: Format = "jsonl") -> Manifest:
    return export(made, made, EVERYTHING, out, format_, now=NOW)


def rows_of(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "data.jsonl").read_text(encoding="utf-8").splitlines()]


def test_the_rows_are_the_documents_that_the_index_counts(archive: Archive, tmp_path: Path) -> None:
    archive.add(*(page(number) for number in range(1, 8)), page(8, kinds=(Kind.PLAN,)))
    query = Query(text="志愿服务", kinds=(Kind.NOTICE,))

    manifest = export(archive.store, archive.index, query, tmp_path / "out", "jsonl", now=NOW)

    rows = rows_of(tmp_path / "out")
    assert len(rows) == archive.index.count(query) == manifest.counts.documents == 7
    assert [row["seq"] for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    first = archive.store.record(rows[0]["id"])
    assert rows[0]["capture"] == {"file": first.capture.file, "offset": first.capture.offset}
    assert (rows[0]["version"], rows[0]["url"], rows[0]["text"]) == (1, first.document.url, first.document.text)


def test_the_manifest_says_how_to_make_and_check_the_export(archive: Archive, tmp_path: Path) -> None:
    archive.add(page(1), page(2))
    query = Query(text="志愿服务 -计划", periods=("2016",), without=Filters(kinds=("plan",)))
    out = tmp_path / "out"

    export(archive.store, archive.index, query, out, "csv", now=NOW)

    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["query"] == {
        "text": "志愿服务 -计划",
        "match": "exact",
        "tree": '"志愿服务" NOT "计划"',
        "filters": {"periods": ["2016"], "without": {"kinds": ["plan"]}},
    }
    assert (manifest["seq"], manifest["created_at"]) == (2, NOW)
    assert manifest["counts"]["documents"] == 2
    assert manifest["extractors"] == {"league-archive/0.1.0": 2}
    assert [field["name"] for field in manifest["fields"]] == [field.name for field in FIELDS]
    assert [file["name"] for file in manifest["files"]] == ["data.csv", "observations.csv"]
    for file in manifest["files"]:
        data = (out / file["name"]).read_bytes()
        assert (file["bytes"], file["sha256"], file["rows"]) == (len(data), hashlib.sha256(data).hexdigest(), 2)
    assert manifest["files"][0]["sha256"] in manifest["cite"]


def test_a_spreadsheet_reads_the_csv(archive: Archive, tmp_path: Path) -> None:
    archive.add(page(1, title='=HYPERLINK("http://x")', text='第一段，“引号”"\n第二段\r\n第三段'))
    out = tmp_path / "out"

    export(archive.store, archive.index, EVERYTHING, out, "csv", now=NOW)

    assert (out / "data.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (out / "data.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["title"] == '\'=HYPERLINK("http://x")'
    assert row["text"] == '第一段，“引号”"\n第二段\r\n第三段'
    assert list(row) == [field.name for field in FIELDS]


def test_the_readme_tells_every_field_and_what_excel_cuts(tmp_path: Path) -> None:
    written(Made(1, lambda number: record(number, text="青" * 40_000)), tmp_path / "out", "csv")

    readme = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert all(f"| `{field.name}` | {field.chinese} | {field.english}" in readme for field in FIELDS)
    assert "32,767" in readme
    assert "1 cells here are longer" in readme


def test_the_same_query_and_seq_give_the_same_bytes(archive: Archive, tmp_path: Path) -> None:
    archive.add(page(1), page(2))
    first = export(archive.store, archive.index, EVERYTHING, tmp_path / "a", "jsonl", now=NOW)
    archive.add(page(1))  # seen again, unchanged
    later = Query(sort=Sort.SEQ_DESC, limit=1)
    second = export(archive.store, archive.index, later, tmp_path / "b", "jsonl", now="2026-11-23T01:00:00.000000Z")

    assert first.files[0] == second.files[0]
    assert first.files[1] != second.files[1], "when a document was last seen is told beside the data"


def test_a_document_is_exported_as_it_stood_when_the_index_read_it(archive: Archive, tmp_path: Path) -> None:
    archive.add(page(1))
    archive.save(page(1, text="改动后的正文。"))  # the index has not heard of it

    manifest = export(archive.store, archive.index, EVERYTHING, tmp_path / "out", "jsonl", now=NOW)

    (row,) = rows_of(tmp_path / "out")
    assert (row["version"], row["text"]) == (1, page(1).text)
    assert manifest.seq == 1


def test_an_export_as_of_a_seq_has_the_bytes_of_the_one_made_then(archive: Archive, tmp_path: Path) -> None:
    archive.add(page(1), page(2), page(3, text="别的活动。"))
    then = export(archive.store, archive.index, EVERYTHING, tmp_path / "then", "jsonl", now=NOW)
    (capture,) = archive.add(page(2, text="改动后的正文。"))
    archive.store.reread(capture, page(2, text="改动后的正文。", kinds=(), column="通知"))
    archive.add(page(4))

    again = replace(EVERYTHING, as_of=then.seq)
    made = export(archive.store, archive.index, again, tmp_path / "again", "jsonl", now=NOW)

    assert (made.seq, made.files[0]) == (3, then.files[0])
    between = export(archive.store, archive.index, replace(EVERYTHING, as_of=4), tmp_path / "4", "jsonl", now=NOW)
    rows = {row["url"]: row for row in rows_of(tmp_path / "4")}
    assert (between.counts.documents, rows[page(2).url]["text"]) == (3, "改动后的正文。")
    assert (rows[page(2).url]["kinds"], rows[page(2).url]["column"]) == (["notice"], None)


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("keep", encoding="utf-8")

    with pytest.raises(UserError, match="is not empty"):
        written(Made(1), out)
    assert [path.name for path in tmp_path.rglob("*.*")] == ["mine.txt"]


def test_a_file_or_a_link_by_that_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path)

    for name in ("file", "link"):
        with pytest.raises(UserError, match="is not a folder"):
            written(Made(1), tmp_path / name)


def test_an_empty_folder_and_missing_parents_will_do(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    written(Made(1), tmp_path / "empty")
    written(Made(1), tmp_path / "new" / "deep")

    for out in (tmp_path / "empty", tmp_path / "new" / "deep"):
        assert sorted(path.name for path in out.iterdir()) == [
            "README.md",
            "data.jsonl",
            "manifest.json",
            "observations.csv",
        ]


def test_a_query_that_does_not_parse_leaves_nothing(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(QueryError):
        export(archive.store, archive.index, Query(text="(志愿"), tmp_path / "out", "jsonl", now=NOW)
    assert not (tmp_path / "out").exists()


def test_a_failure_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    def fail(number: int) -> Record:
        if number == 150:
            raise DamagedError("a page of the store cannot be read")
        return record(number)

    with pytest.raises(DamagedError):
        written(Made(200, fail), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        written(Made(1), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_an_index_that_lists_less_than_it_counts_is_damaged(tmp_path: Path) -> None:
    class Short(Made):
        def count(self, query: Query) -> int:
            return super().count(query) + 1

    with pytest.raises(DamagedError, match="counted 4 documents and listed 3"):
        written(Short(3), tmp_path / "out")


def test_an_index_that_moves_on_while_it_is_read_makes_no_difference(archive: Archive) -> None:
    archive.add(page(1), page(2))
    selection = select(archive.store, archive.index, EVERYTHING)
    archive.add(page(1, text="改动后的正文。"), page(3))

    assert [(one.seq, one.document.text) for one in selection] == [(1, page(1).text), (2, page(2).text)]


@pytest.mark.parametrize("format_", ["jsonl", "csv"])
def test_memory_does_not_grow_with_the_number_of_documents(tmp_path: Path, format_: Format) -> None:
    def peak(count: int) -> int:
        made = Made(count, lambda number: record(number, text="青年志愿服务。" * 50))
        tracemalloc.start()
        written(made, tmp_path / f"{format_}-{count}", format_)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(100)  # what is imported or cached at the first use
    assert peak(5000) < 1.2 * peak(500)
