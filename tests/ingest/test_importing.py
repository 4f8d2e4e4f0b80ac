from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive_api.captures import CaptureStore
from archive_api.document import TextStatus
from archive_api.errors import UnreadableError
from archive_api.store import open_store
from crawler.ingest import Ingest, media_type_of
from crawler.media_types import DOCX, PDF, WARC, response_type
from tests.ingest.site import SITE, TEXT, Place, article, exchange

PAGE_URL = SITE + "/tzgg/1.html"
AT = "2026-11-22T08:00:00.000000Z"
PLAIN = f"共青团云汀县委2016年工作总结\n\n{TEXT}\n\n共青团云汀县委\n2017年1月3日\n"


def zipped(*names: str) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "body", "media_type"),
    [
        ("总结.txt", "工作总结".encode(), "text/plain"),
        ("总结.TXT", b"", "text/plain"),
        ("总结.md", b"# x", "text/markdown"),
        ("a.htm", b"<p>x</p>", "text/html"),
        ("Detail.aspx", b"<p>x</p>", "text/html"),
        ("a.txt", b"\xef\xbb\xbf \r\n<!-- x --><!DOCTYPE html><html>", "text/html"),
        ("noname", b"<div>x</div>", "text/html"),
        ("a.txt", b"%PDF-1.4", PDF),
        ("a.pdf", b"", PDF),
        ("a.docx", zipped("[Content_Types].xml", "word/document.xml"), DOCX),
        ("a.doc", zipped("[Content_Types].xml", "word/document.xml"), DOCX),
        ("a.docx", zipped("readme.txt"), "application/zip"),
        ("a.docx", b"PK\x03\x04broken", "application/zip"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "application/msword"),
        ("a.bin", b"WARC/1.0\r\n", WARC),
        ("a.bin", b"\x00\x01", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_bytes_say_else_what_its_name_says(name: str, body: bytes, media_type: str) -> None:
    assert media_type_of(name, body) == media_type


@pytest.mark.parametrize(
    ("url", "declared", "body", "media_type"),
    [
        ("http://a.example/1.pdf", "application/octet-stream", b"%PDF-1.7", PDF),
        ("http://a.example/download.jsp?id=1", "application/x-download", zipped("word/document.xml"), DOCX),
        ("http://a.example/1.doc?x=.pdf", "application/octet-stream", b"\xd0\xcf", "application/msword"),
        ("http://a.example/1.htm", None, "总结".encode(), "text/html"),
        ("http://a.example/1.pdf", "application/pdf", b"<html>not found</html>", "text/html"),
        ("http://a.example/1.txt", "text/plain", b"x", "text/plain"),
        ("http://a.example/1.pdf", "text/html", b"%PDF-1.7", PDF),
    ],
)
def test_a_response_is_what_its_bytes_say_else_what_is_declared(
    url: str, declared: str | None, body: bytes, media_type: str
) -> None:
    assert response_type(url, declared, body) == media_type


def test_an_imported_file_becomes_a_document_at_its_own_address(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "工作总结.html"
    file.write_bytes(article())
    ingested = place.ingest.import_file(file, fetched_at=AT)
    place.ingest.flush()
    assert ingested.url == file.as_uri()
    record = place.store.record(file.as_uri())
    assert (record.source, record.first_seen) == ("import", AT)
    kept = place.captures.read(record.capture)
    assert (kept.imported, kept.body, kept.metadata["imported_from"]) == (True, article(), "工作总结.html")


def test_an_imported_file_can_have_the_address_it_was_published_at(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "1.html"
    file.write_bytes(article())
    place.ingest.import_file(file, url=SITE + "/tzgg/1.html", fetched_at=AT)
    place.ingest.flush()
    assert place.store.record(SITE + "/tzgg/1.html").version == 1


def test_importing_a_file_twice_is_an_observation_and_no_version(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "1.html"
    file.write_bytes(article())
    place.ingest.import_file(file, fetched_at=AT)
    place.ingest.flush()
    seq = place.store.last_seq()
    place.captures.close()
    place.open()
    second = place.ingest.import_file(file, fetched_at="2026-11-23T08:00:00.000000Z")
    place.ingest.flush()
    record = place.store.record(file.as_uri())
    assert (record.version, record.seq) == (1, seq)
    assert record.last_seen == "2026-11-23T08:00:00.000000Z"
    assert place.captures.read(second.capture.address).body == article()


def test_a_file_of_an_unknown_sort_is_refused_by_name(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "x.bin"
    file.write_bytes(b"\x00\x01")
    with pytest.raises(UnreadableError, match=r"x\.bin") as caught:
        place.ingest.import_file(file, fetched_at=AT)
    assert caught.value.reason == "unknown_file_type"
    assert place.captures.files() == []


def foreign_warc(path: Path, *, gzip: bool = True) -> None:
    """As another tool would write it: chunked, with the request in front, a revisit, a DNS record, a screenshot."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=gzip, warc_version="WARC/1.0")

        def write(kind: str, url: str, head: str, headers: list[tuple[str, str]], body: bytes) -> None:
            protocol, _, line = head.partition(" ")
            writer.write_record(
                writer.create_warc_record(
                    url,
                    kind,
                    payload=BytesIO(body),
                    length=len(body),
                    http_headers=StatusAndHeaders(line, headers, protocol) if head else None,
                    warc_content_type="" if head else "text/html",
                    warc_headers_dict={"WARC-Date": "2021-04-05T06:07:00Z"},
                )
            )

        page = article(attachment="/f/1.pdf")
        html = [("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
        writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "other"}))
        write("request", SITE + "/tzgg/1.html", "GET /tzgg/1.html HTTP/1.1", [("Host", "x")], b"")
        chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(page), page)
        write("response", SITE + "/tzgg/1.html", "HTTP/1.1 200 OK", [*html, ("Transfer-Encoding", "chunked")], chunked)
        roster = "志愿者名册：张春晓、李小满，共二人，集合地点在柳岸镇文化广场。".encode()
        write("response", SITE + "/f/1.pdf", "HTTP/1.1 200 OK", [("Content-Type", "text/plain")], roster)
        write("response", SITE + "/robots.txt", "HTTP/1.1 404 Not Found", [], b"")
        write("response", "dns:www.yunting.example", "", [], b"20210405\n")
        write("resource", SITE + "/saved.html", "", [], article("共青团云汀县委2017年工作要点"))
        write("conversion", SITE + "/saved.html", "", [], b"text")
        write("response", SITE + "/tzgg/2.html", "HTTP/1.1 200 OK", html, article("共青团云汀县委2018年工作要点"))
        digest = f"sha1:{_base32_sha1(article('共青团云汀县委2018年工作要点'))}"
        for url, named in ((SITE + "/tzgg/2.html", digest), (SITE + "/tzgg/9.html", "sha1:" + "A" * 32)):
            revisit = writer.create_revisit_record(
                url, named, url, "2021-04-05T06:07:00Z", StatusAndHeaders("200 OK", html, "HTTP/1.1"),
                warc_headers_dict={"WARC-Date": "2021-05-05T06:07:08Z"},
            )  # fmt: skip
            writer.write_record(revisit)


def _base32_sha1(data: bytes) -> str:
    return base64.b32encode(hashlib.sha1(data).digest()).decode()


@pytest.mark.parametrize("gzip", [True, False])
def test_a_foreign_warc_file_goes_the_same_path(place: Place, tmp_path: Path, *, gzip: bool) -> None:
    path = tmp_path / ("foreign.warc" + (".gz" if gzip else ""))
    foreign_warc(path, gzip=gzip)
    found = [(one.url.removeprefix(SITE), one.outcome.what) for one in place.ingest.import_warc(path)]
    assert found == [
        ("/tzgg/1.html", "document"),
        ("/f/1.pdf", "attachment"),
        ("/robots.txt", "robots"),
        ("/saved.html", "document"),
        ("/tzgg/2.html", "document"),
        ("/tzgg/2.html", "document"),
    ]
    record = place.store.record(SITE + "/tzgg/1.html")
    assert (record.first_seen, record.source) == ("2021-04-05T06:07:00.000000Z", "import")
    assert [one.text_status for one in record.document.attachments] == [TextStatus.OK]
    kept = place.captures.read(record.capture)
    assert kept.body == article(attachment="/f/1.pdf")
    assert kept.headers == (("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
    assert place.store.record(SITE + "/tzgg/2.html").last_seen == "2021-05-05T06:07:08.000000Z"
    assert {name: count for name, count in place.ingest.counts.items() if name.startswith("skipped")} == {
        "skipped.no_web_address": 1,
        "skipped.record_type_conversion": 1,
        "skipped.revisit_without_payload": 1,
    }


def test_importing_a_warc_file_twice_changes_nothing(place: Place, tmp_path: Path) -> None:
    foreign_warc(tmp_path / "foreign.warc.gz")
    list(place.ingest.import_warc(tmp_path / "foreign.warc.gz"))
    before = (place.store.counts(), place.store.last_seq())
    place.captures.close()
    place.open()
    assert list(place.ingest.import_warc(tmp_path / "foreign.warc.gz")) == []
    assert (place.store.counts(), place.store.last_seq()) == before


def test_our_own_files_can_be_imported_into_another_archive(place: Place, tmp_path: Path) -> None:
    place.ingest.add(exchange(n=1))
    place.ingest.add(exchange(n=2))
    place.ingest.flush()
    place.captures.close()
    (file,) = place.captures.files()
    assert list(place.ingest.import_warc(tmp_path / "captures" / file)) == []
    assert place.ingest.counts["skipped.already_here"] == 2
    with CaptureStore(tmp_path / "other", max_bytes=1 << 30) as captures:
        store = open_store(f"sqlite:///{tmp_path / 'other.db'}")
        found = list(Ingest(captures, store).import_warc(tmp_path / "captures" / file))
        assert [one.outcome.what for one in found] == ["document", "document"]
        assert store.record(PAGE_URL).last_seen == place.store.record(PAGE_URL).last_seen
        store.close()


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"<html></html>", b"\x1f\x8b\x08\x00garbage"])
def test_a_file_that_is_no_warc_says_so(place: Place, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(content)
    with pytest.raises(UnreadableError, match=r"x\.warc\.gz") as caught:
        list(place.ingest.import_warc(path))
    assert caught.value.reason == "not_a_warc"


def test_a_foreign_warc_that_was_cut_off_gives_what_came_before_the_cut(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "foreign.warc"
    foreign_warc(path, gzip=False)
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"WARC-Target-URI: http://www.yunting.example/saved.html") + 700])
    assert [one.url for one in place.ingest.import_warc(path)] == [
        SITE + "/tzgg/1.html", SITE + "/f/1.pdf", SITE + "/robots.txt"
    ]  # fmt: skip
    assert place.ingest.counts["skipped.truncated"] == 1


def test_a_record_larger_than_the_limit_is_left_out_and_counted(place: Place, tmp_path: Path) -> None:
    foreign_warc(tmp_path / "foreign.warc.gz")
    small = Ingest(place.captures, place.store, limit=500)
    list(small.import_warc(tmp_path / "foreign.warc.gz"))
    assert small.counts["skipped.too_large"] == 3


def test_the_files_we_write_pass_the_check_of_warcio(place: Place, tmp_path: Path) -> None:
    foreign_warc(tmp_path / "foreign.warc.gz")
    list(place.ingest.import_warc(tmp_path / "foreign.warc.gz"))
    place.captures.close()
    (file,) = place.captures.files()
    command = [sys.executable, "-m", "warcio.cli", "check", str(place.folder / "captures" / file)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
