"""Captures and documents for the tests of the store; all of it invented."""

import hashlib

from archive_api.captures import Capture
from archive_api.document import Address, Attachment, Document, Evidence, Kind, Period
from archive_api.store import Outcome, Saved, Store

PAGE = "http://tw.yunting.example/gzzj/12.htm"
ANNEX = "http://tw.yunting.example/files/fujian.pdf"


def at(minute: int) -> str:
    """A time of the day when these captures were made."""
    return f"2026-11-22T{minute // 60:02d}:{minute % 60:02d}:00.000000Z"


def found(minute: int, url: str = PAGE, *, payload: str | None = None, file: str = "league-1.warc.gz") -> Capture:
    """A capture of the address at that minute; its place in the file is in the order of time."""
    digest = hashlib.sha256((payload or f"{url} {minute}").encode()).hexdigest()
    address = Address(file=file, offset=minute * 1000)
    return Capture(
        address=address,
        end=minute * 1000 + 999,
        url=url,
        fetched_at=at(minute),
        status=200,
        payload_sha256=digest,
        media_type="text/html",
        run=None,
        source="yunting",
    )


def page(text: str = "云汀县团委全年工作总结。", url: str = PAGE, **fields: object) -> Document:
    """A document with something in most fields."""
    plain = Document(
        url=url,
        title="云汀县团委2025年工作总结",
        text=text,
        kinds=(Kind.SUMMARY,),
        periods=(Period(year=2025, kind=Kind.SUMMARY),),
        published="2025-12-30",
        issuer="共青团云汀县委员会",
        extractor="league-archive/0.1.0",
        evidence={"title": Evidence(rule="h1", raw="云汀县团委2025年工作总结")},
    )
    return Document.from_json({**plain.to_json(), **fields})


def annexed(text: str = "见附件。", **known: object) -> Document:
    """A page that lists one attachment."""
    listed = Attachment(name="附件：名单.pdf", url=ANNEX)
    base = page(text).to_json()
    return Document.from_json({**base, "attachments": [{**_plain(listed), **known}]})


def _plain(attachment: Attachment) -> dict[str, object]:
    return {
        "name": attachment.name,
        "url": attachment.url,
        "media_type": attachment.media_type,
        "capture": attachment.capture,
        "text": attachment.text,
        "text_status": attachment.text_status,
    }


def keep(store: Store, capture: Capture, document: Document) -> Saved:
    """The whole path of one page: told, saved, finished."""
    (capture_id,) = store.add_captures([capture])
    saved = store.save(capture_id, "yunting", document)
    store.finish_capture(capture_id, Outcome(what="document", document=saved.id))
    return saved
