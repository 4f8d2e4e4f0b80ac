from __future__ import annotations

import errno
import gzip
import os
import random
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive_api.captures import CaptureStore, Exchange
from archive_api.document import Attachment, Document, TextStatus
from archive_api.errors import StorageError, UnreadableError
from archive_api.store import ListRow, What, open_store
from crawler.extraction import Encoding, Extraction, Hints, Page, PageType
from crawler.ingest import Ingest, Role
from crawler.outcomes import entity_of, judge, noted
from tests.captures.quota import Quota
from tests.ingest.site import SITE, TEXT, Place, article, exchange, listing

PAGE_URL = SITE + "/tzgg/1.html"


def test_an_article_becomes_a_document(place: Place) -> None:
    ingested = place.ingest.add(exchange())
    place.ingest.flush()
    record = place.store.record(PAGE_URL)
    assert (ingested.outcome.what, ingested.outcome.document) == ("document", record.id)
    assert ingested.url == PAGE_URL
    assert record.document.title == "共青团云汀县委2016年工作总结"
    assert record.source == "yunting"
    assert record.capture == ingested.capture.address
    assert place.captures.read(record.capture).body == article()


def test_the_capture_says_what_was_declared_and_what_was_used(place: Place) -> None:
    ingested = place.ingest.add(exchange(body=article().decode().encode("gbk"), type="text/html; charset=UTF-8"))
    metadata = place.captures.read(ingested.capture.address).metadata
    assert (metadata["declared_encoding"], metadata["used_encoding"]) == ("utf-8", "gb18030")
    assert (metadata["run"], metadata["source"], metadata["role"]) == ("1", "yunting", "page")


def test_an_unchanged_page_is_observed_and_a_changed_one_is_a_version(place: Place) -> None:
    for n, body in enumerate([article(), article(), article(text=TEXT + "补充一句。")]):
        place.ingest.add(exchange(body=body, n=n))
    place.ingest.flush()
    assert [record.version for record in place.store.versions(PAGE_URL)] == [1, 2]
    assert place.store.record(PAGE_URL).last_seen == "2026-11-22T01:00:02.000000Z"
    assert {change: place.ingest.counts[change] for change in ("new", "unchanged", "version")} == {
        "new": 1, "unchanged": 1, "version": 1
    }  # fmt: skip


def test_not_modified_observes_the_page_that_is_known(place: Place) -> None:
    place.ingest.add(exchange())
    place.ingest.flush()
    place.captures.close()
    place.open()
    ingested = place.ingest.add(exchange(body=b"", status=304, n=5))
    place.ingest.flush()
    assert ingested.outcome.what == "document"
    assert ingested.extraction is not None
    record = place.store.record(PAGE_URL)
    assert (record.version, record.last_seen) == (1, "2026-11-22T01:00:05.000000Z")


def test_not_modified_of_an_unknown_page_is_ignored(place: Place) -> None:
    assert place.ingest.add(exchange(body=b"", status=304)).outcome.reason == "not_modified"


@pytest.mark.parametrize(
    ("fields", "what", "reason"),
    [
        ({"body": listing("/a/1.html", "/a/2.html", "/a/3.html"), "path": "/tzgg/"}, "list", None),
        ({"status": 302, "headers": (("Location", "/b"),), "body": b""}, "redirect", "http_302"),
        ({"status": 302, "body": b""}, "failed", "http_302"),
        ({"status": 404, "body": b"<h1>404</h1>"}, "missing", "http_404"),
        ({"status": 410, "body": b""}, "missing", "http_410"),
        ({"status": 412, "body": b"<script>$_ts={}</script>"}, "blocked", "ruishu"),
        ({"status": 521, "body": b""}, "blocked", "jiasule"),
        ({"status": 429, "body": b""}, "blocked", "too_many_requests"),
        ({"status": 500, "body": b"oops"}, "failed", "http_500"),
        ({"status": 206}, "failed", "http_206"),
        ({"body": b"<html><body><div></div></body></html>"}, "failed", "no_text"),
        ({"body": b"GIF89a", "type": "image/gif"}, "ignored", "image/gif"),
        ({"body": b"a{}", "type": "text/css"}, "ignored", "text/css"),
        ({"body": b"\x1f\x8b\x08broken", "headers": (("Content-Encoding", "gzip"),)}, "failed", "bad_content_encoding"),
        ({"body": "<html><body><h1>您访问的页面不存在</h1></body></html>".encode()}, "missing", "soft_404"),
    ],
)
def test_every_exchange_gets_exactly_one_outcome(
    place: Place, fields: dict[str, object], what: str, reason: str | None
) -> None:
    given = exchange(**fields)  # type: ignore[arg-type]  # a table of fields
    ingested = place.ingest.add(given)
    place.ingest.flush()
    assert (ingested.outcome.what, ingested.outcome.reason) == (what, reason)
    assert place.outcomes() == [(given.url.removeprefix(SITE), what, reason)]
    assert place.captures.read(ingested.capture.address).body == given.body
    assert place.store.counts()["documents"] == 0


def test_bytes_in_no_encoding_are_a_problem(place: Place) -> None:
    place.ingest.add(exchange(body=random.Random(1).randbytes(4096)))
    place.ingest.flush()
    assert [problem.reason for problem in place.store.problems()] == ["bad_encoding"]


def test_robots_txt_is_robots_whatever_the_answer(place: Place) -> None:
    for status in (200, 404, 503):
        ingested = place.ingest.add(
            exchange("/robots.txt", b"User-agent: *", status=status, type="text/plain"), role="robots"
        )
        assert ingested.outcome.what == "robots"


def test_an_encoded_page_is_kept_as_it_came_and_read_as_it_was(place: Place) -> None:
    body = gzip.compress(article(), mtime=0)
    ingested = place.ingest.add(exchange(body=body, headers=(("Content-Encoding", "gzip"),)))
    assert ingested.outcome.what == "document"
    assert place.captures.read(ingested.capture.address).body == body


def test_a_bomb_is_captured_and_fails(place: Place) -> None:
    bomb = gzip.compress(bytes(60_000_000))
    ingested = place.ingest.add(exchange(body=bomb, headers=(("Content-Encoding", "gzip"),)))
    place.ingest.flush()
    assert ingested.outcome.reason == "too_large"
    assert [problem.reason for problem in place.store.problems()] == ["too_large"]


def test_an_extraction_that_crashes_costs_one_page_and_no_more(place: Place) -> None:
    def crashes(page: Page, hints: Hints) -> Extraction:
        if page.url.endswith("/2.html"):
            raise ZeroDivisionError
        return place.read(page, hints)

    place.ingest = Ingest(place.captures, place.store, read=crashes)
    for n in (1, 2, 3):
        place.ingest.add(exchange(f"/tzgg/{n}.html", n=n))
    place.ingest.flush()
    assert place.outcomes() == [
        ("/tzgg/1.html", "document", None),
        ("/tzgg/2.html", "failed", "extraction_crashed: ZeroDivisionError"),
        ("/tzgg/3.html", "document", None),
    ]


def test_a_storage_error_of_the_reader_is_not_taken_for_a_crash(place: Place) -> None:
    def full(_page: Page, _hints: Hints) -> Extraction:
        raise StorageError("no room for a temporary file")

    place.ingest = Ingest(place.captures, place.store, read=full)
    with pytest.raises(StorageError):
        place.ingest.add(exchange())


def test_the_store_hears_in_groups_and_at_the_latest_after_a_second(place: Place) -> None:
    now = [0.0]
    place.ingest = Ingest(place.captures, place.store, read=place.read, clock=lambda: now[0])
    for n in range(31):
        place.ingest.add(exchange(f"/tzgg/{n}.html"))
    assert place.store.counts()["captures"] == 0
    place.ingest.add(exchange("/tzgg/31.html"))
    assert place.store.counts()["captures"] == 32
    place.ingest.add(exchange("/tzgg/32.html"))
    now[0] = 1.0
    place.ingest.add(exchange("/tzgg/33.html"))
    assert place.store.counts()["captures"] == 34


def test_the_store_never_hears_of_a_capture_that_is_not_durable(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    place.ingest.add(exchange())
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fails)
        with pytest.raises(StorageError):
            place.ingest.flush()
    place.ingest.flush()
    assert place.store.counts()["captures"] == 0
    assert place.ingest.recover().captures == 1
    assert place.store.record(PAGE_URL).version == 1


def test_what_a_store_refused_is_told_again_in_its_order(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object) -> None:
        raise StorageError("the store's disk is full")

    place.ingest.add(exchange("/tzgg/1.html"))
    with monkeypatch.context() as patch:
        patch.setattr(place.store, "save", refuses)
        with pytest.raises(StorageError):
            place.ingest.flush()
    assert place.store.counts()["captures"] == 0
    place.ingest.add(exchange("/tzgg/2.html"))
    place.ingest.flush()
    assert place.outcomes() == [("/tzgg/1.html", "document", None), ("/tzgg/2.html", "document", None)]
    assert place.ingest.counts["document"] == 2


def attached(path: str, body: bytes, kind: str) -> Exchange:
    metadata = {"run": "1", "source": "yunting", "attachment_of": PAGE_URL, "attachment_url": SITE + "/f/1.pdf"}
    return exchange(path, body, type=kind, metadata=metadata, n=30)


def the_attachment(place: Place) -> Attachment:
    (attachment,) = place.store.record(PAGE_URL).document.attachments
    return attachment


def test_an_attachment_is_written_into_its_document(place: Place) -> None:
    place.ingest.add(exchange(body=article(attachment="/f/1.pdf")))
    given = attached(
        "/f/moved.txt", "志愿者名册：张春晓、李小满，共二人，集合地点在柳岸镇文化广场。".encode(), "text/plain"
    )
    ingested = place.ingest.add(given, role="attachment")
    place.ingest.flush()
    found = the_attachment(place)
    assert ingested.extraction is None
    assert (found.name, found.text_status, found.media_type) == ("附件：志愿者名册", TextStatus.OK, "text/plain")
    assert "张春晓" in (found.text or "")
    assert found.capture is not None
    assert place.store.capture(found.capture).address == ingested.capture.address
    assert place.store.capture(found.capture).document == place.store.record(PAGE_URL).id
    assert [outcome for _, outcome, _ in place.outcomes()] == ["document", "attachment"]


def test_a_file_that_two_documents_list_is_fetched_once_and_read_into_both(place: Place) -> None:
    place.ingest.add(exchange(body=article(attachment="/f/1.pdf")))
    roster = "志愿者名册：张春晓、李小满，共二人，集合地点在柳岸镇文化广场。".encode()
    place.ingest.add(attached("/f/1.pdf", roster, "text/plain"), role="attachment")
    place.ingest.flush()
    place.ingest.add(exchange("/tzgg/2.html", article("关于公布志愿者名册的通知", attachment="/f/1.pdf"), n=40))
    place.ingest.flush()
    (second,) = place.store.record(SITE + "/tzgg/2.html").document.attachments
    assert second.capture == the_attachment(place).capture
    assert second.text == the_attachment(place).text
    assert place.store.counts()["captures"] == 3


def test_an_attachment_that_nobody_can_open_yet_is_kept(place: Place) -> None:
    place.ingest.add(exchange(body=article(attachment="/f/1.pdf")))
    given = attached("/f/1.pdf", b"\x89PNG\r\n\x1a\n" + bytes(100), "application/pdf")
    place.ingest.add(given, role="attachment")
    place.ingest.flush()
    assert the_attachment(place).text_status is TextStatus.NOT_READ
    assert place.outcomes()[-1] == ("/f/1.pdf", "attachment", "image/png")


@pytest.mark.parametrize(
    ("why", "status", "what"),
    [("needs_ocr", TextStatus.NEEDS_OCR, "attachment"), ("encrypted_pdf", TextStatus.FAILED, "failed")],
)
def test_an_attachment_that_cannot_be_read_says_why(place: Place, why: str, status: TextStatus, what: str) -> None:
    def read(page: Page, hints: Hints) -> Extraction:
        if page.media_type == "application/pdf":
            raise UnreadableError("not today", reason=why)
        return place.read(page, hints)

    place.ingest = Ingest(place.captures, place.store, read=read)
    place.ingest.add(exchange(body=article(attachment="/f/1.pdf")))
    place.ingest.add(attached("/f/1.pdf", b"%PDF-1.4", "application/octet-stream"), role="attachment")
    place.ingest.flush()
    assert the_attachment(place).text_status is status
    assert place.outcomes()[-1] == ("/f/1.pdf", what, why)


def test_a_captcha_in_place_of_an_attachment_is_said_and_never_replaces_a_file(place: Place) -> None:
    wall = b"<form><img src='createimage.jsp'><input name=codeValue></form>"
    place.ingest.add(exchange(body=article(attachment="/f/1.pdf")))
    place.ingest.add(attached("/f/1.pdf", wall, "text/html"), role="attachment")
    place.ingest.flush()
    assert the_attachment(place).text_status is TextStatus.CAPTCHA_GATED
    assert place.outcomes()[-1] == ("/f/1.pdf", "blocked", "captcha")
    text = "志愿者名册：张春晓、李小满，共二人，集合地点在柳岸镇文化广场。".encode()
    place.ingest.add(
        replace(attached("/f/1.pdf", text, "text/plain"), fetched_at="2026-11-23T00:00:00Z"), role="attachment"
    )
    place.ingest.add(
        replace(attached("/f/1.pdf", wall, "text/html"), fetched_at="2026-11-24T00:00:00Z"), role="attachment"
    )
    place.ingest.flush()
    assert the_attachment(place).text_status is TextStatus.OK


def test_an_error_page_in_place_of_a_file_is_a_failure(place: Place) -> None:
    place.ingest.add(exchange(body=article(attachment="/f/1.pdf")))
    place.ingest.add(attached("/f/1.pdf", article("系统提示"), "text/html"), role="attachment")
    place.ingest.flush()
    assert place.outcomes()[-1] == ("/f/1.pdf", "failed", "html_in_place_of_file")


def test_an_attachment_of_no_known_document_is_captured_all_the_same(place: Place) -> None:
    place.ingest.add(attached("/f/1.pdf", "名册".encode() * 30, "text/plain"), role="attachment")
    place.ingest.flush()
    assert place.ingest.counts["attachment_not_listed"] == 1
    assert place.outcomes() == [("/f/1.pdf", "attachment", None)]


def test_captures_that_the_store_never_heard_of_go_the_same_path_after_a_crash(place: Place) -> None:
    place.ingest.add(exchange(body=article(attachment="/f/1.pdf")))
    place.ingest.add(exchange("/404", b"", status=404))
    place.ingest.add(exchange("/robots.txt", b"User-agent: *", type="text/plain"), role="robots")
    given = attached(
        "/f/1.pdf", "志愿者名册：张春晓、李小满，共二人，集合地点在柳岸镇文化广场。".encode(), "text/plain"
    )
    place.ingest.add(given, role="attachment")
    place.captures.close()  # and the process dies before it told the store
    place.open()
    assert place.ingest.recover().captures == 4
    assert [outcome for _, outcome, _ in place.outcomes()] == ["document", "missing", "robots", "attachment"]
    assert the_attachment(place).text_status is TextStatus.OK
    before = (place.store.last_seq(), place.store.counts())
    assert place.ingest.recover().captures == 0
    assert (place.store.last_seq(), place.store.counts()) == before


def test_captures_without_an_outcome_are_taken_up_again(place: Place) -> None:
    captures = [place.captures.append(exchange(f"/tzgg/{n}.html", n=n)) for n in range(3)]
    place.captures.close()
    place.store.add_captures(captures)
    place.open()
    assert place.ingest.recover().captures == 3
    assert [outcome for _, outcome, _ in place.outcomes()] == ["document"] * 3
    assert list(place.store.pending_captures()) == []


def test_a_recovered_page_has_the_hints_of_its_row_and_its_source(place: Place) -> None:
    seen: list[Hints] = []

    def notes(page: Page, hints: Hints) -> Extraction:
        seen.append(hints)
        return place.read(page, hints)

    config = {
        "name": "yunting",
        "issuer": "共青团云汀县委员会",
        "level": "county",
        "region": "320999",
        "family": "auto",
    }
    place.store.put_source("yunting", config)
    place.store.save_rows("yunting", SITE + "/tzgg/", [ListRow(url=PAGE_URL, title="工作总结", date="2017-01-03")])
    place.captures.append(exchange())
    place.captures.close()
    place.open()
    Ingest(place.captures, place.store, read=notes).recover()
    (hints,) = seen
    assert (hints.row_title, hints.row_date) == ("工作总结", "2017-01-03")
    assert (hints.issuer, hints.level, hints.region, hints.family) == ("共青团云汀县委员会", "county", "320999", None)


def test_a_file_that_another_process_writes_is_not_recovered(place: Place) -> None:
    with CaptureStore(place.folder / "captures", max_bytes=1 << 30) as other:
        other.append(exchange())
        assert place.ingest.recover().captures == 0
    assert place.ingest.recover().captures == 1


def test_a_damaged_file_does_not_keep_the_others_from_being_recovered(place: Place) -> None:
    first = place.captures.append(exchange("/tzgg/1.html"))
    place.captures.close()
    place.open()
    place.captures.append(exchange("/tzgg/2.html"))
    place.captures.close()
    path = place.folder / "captures" / first.address.file
    data = bytearray(path.read_bytes())
    data[first.address.offset + 40] ^= 1
    path.write_bytes(data)
    place.open()
    recovered = place.ingest.recover()
    assert recovered.captures == 1
    assert first.address.file in recovered.damaged[0]
    assert place.store.record(SITE + "/tzgg/2.html").version == 1


def test_replaying_everything_into_an_empty_store_gives_the_same_documents(place: Place, tmp_path: Path) -> None:
    for n, body in enumerate([article(), article(text=TEXT + "补充。"), article()]):
        place.ingest.add(exchange(body=body, n=n))
    place.ingest.add(exchange("/tzgg/2.html", n=9))
    place.ingest.flush()
    place.captures.close()
    again = open_store(f"sqlite:///{tmp_path / 'again.db'}")
    Ingest(place.captures, again).recover()
    assert again.changes(0) == place.store.changes(0)
    assert again.versions(PAGE_URL) == place.store.versions(PAGE_URL)
    again.close()


def test_a_disk_that_fills_up_in_mid_crawl_loses_nothing_that_was_told(place: Place) -> None:
    disk = Quota(20_000)
    captures = CaptureStore(place.folder / "captures", max_bytes=1 << 30, open_file=disk.open)
    ingest = Ingest(captures, place.store, read=place.read)
    taken = []

    def crawl() -> None:
        for n in range(100):
            page = exchange(f"/tzgg/{n}.html", article(f"第{n}期青年工作简报"), n=n % 60)
            taken.append(ingest.add(page))

    with pytest.raises(StorageError, match="No space left"):
        crawl()
    ingest.flush()
    captures.close()
    assert 3 < len(taken) < 100
    assert place.store.counts()["documents"] == len(taken)
    assert all(place.captures.read(one.capture.address).url == one.url for one in taken)
    place.ingest.add(exchange(f"/tzgg/{len(taken)}.html"))
    place.ingest.flush()
    assert place.store.counts()["documents"] == len(taken) + 1


HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["Content-Type", "Content-Encoding", "Location", "Set-Cookie", "X"]),
        st.text(max_size=12)
        | st.sampled_from(["gzip", "br, deflate", "text/html; charset=x", "application/pdf", "zip", "text/plain"]),
    ),
    max_size=3,
)
BODIES = st.binary(max_size=60) | st.sampled_from(
    [b"%PDF-", b"PK\x03\x04", b"<html>", gzip.compress(b"<p>"), b"\xd0\xcf\x11\xe0"]
)


ODD = st.builds(
    Exchange,
    url=st.just(PAGE_URL),
    fetched_at=st.just("2026-11-22T01:00:00Z"),
    status=st.integers(100, 599),
    headers=HEADERS.map(tuple),
    body=BODIES,
    imported=st.booleans(),
)


@settings(max_examples=300, deadline=None)
@given(odd=ODD, role=st.sampled_from(["page", "robots", "attachment"]), readable=st.booleans())
def test_no_exchange_is_too_odd_to_get_an_outcome(*, odd: Exchange, role: Role, readable: bool) -> None:
    def read(page: Page, _hints: Hints) -> Extraction:
        if not readable:
            raise UnreadableError("cannot be read", reason="test")
        document = Document(url=page.url)
        encoding = Encoding(declared=None, used="utf-8")
        return Extraction(type=PageType.OTHER, reason="test", document=document, encoding=encoding)

    entity = entity_of(odd, 1000)
    judgement = judge(odd, entity, Hints(), role, read)
    assert judgement.outcome.what in get_args(What)
    assert (judgement.extraction is None) or role == "page"
    assert noted(odd, entity, role).metadata["role"] == role
