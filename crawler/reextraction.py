"""The archive read again: what the present extractor makes of the captures that an older one read.

Nothing is fetched. What differs is shown, and written only where that is asked for: as versions of the extractor's,
which leave the older ones as they are. Running it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final, Literal

from archive_api.captures import CaptureStore, as_uri
from archive_api.document import Attachment, Document, TextStatus
from archive_api.errors import DamagedError, NotFoundError
from archive_api.settings import MIB
from archive_api.store import CaptureRow, Reading, Store
from crawler.extraction import Extraction, Hints, joined
from crawler.hints import hints_for
from crawler.ingest import IMPORT, ROLES
from crawler.joining import INCOMPLETE
from crawler.outcomes import Judgement, Reader, Role, entity_of, judge
from crawler.readers import Apart
from crawler.urls import canonical

What = Literal["same", "differs", "won", "lost", "outcome", "unreadable"]
_NO_HINTS: Final = Hints()
_PART: Final = "part"
_OWN: Final = frozenset({"url", "extractor", "evidence"})
# captures that held a page which was no document to the older extractor
_NO_DOCUMENT: Final = ("list", "not_article", "failed", "missing", "blocked")
_READABLE: Final = frozenset({TextStatus.OK, TextStatus.OCR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of one field, as JSON values."""

    old: Any
    new: Any

    @property
    def kind(self) -> Literal["won", "lost", "changed"]:
        """A field that is known now and was not, or the other way round, or reads otherwise."""
        if _is_known(self.old) and _is_known(self.new):
            return "changed"
        return "won" if _is_known(self.new) else "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """What reading one document, or one capture that was none, again came to.

    `lost`: its page is no article any more, for `reason`; the document stays as it is. `outcome`: a capture that is no
    document, but for another reason than before. `unreadable`: the capture cannot be read back. `fields` are those of
    the versions in force that differ.
    """

    what: What
    url: str
    source: str
    document: str | None = None
    reason: str | None = None
    fields: Mapping[str, Change] | None = None


class Reextraction:
    """Reads captures again. With `is_applied`, what differs is written; the store is asked anew for every document."""

    def __init__(
        self,
        captures: CaptureStore,
        store: Store,
        *,
        is_applied: bool = False,
        read: Reader | None = None,
        limit: int = 50 * MIB,
    ) -> None:
        self._captures, self._store, self._is_applied = captures, store, is_applied
        self._apart = Apart()
        self._read, self._limit = read or self._apart, limit

    def close(self) -> None:
        """End the reader of files."""
        self._apart.close()

    def documents(self, source: str | None = None, *, after: str = "") -> Iterator[tuple[str, Reread]]:
        """Every document, or a source's, in the order of their ids after one: the id, and what reading it came to."""
        for document in self._store.document_ids(source, after=after):
            yield document, self._document(document)

    def others(self, source: str | None = None, *, after: int = 0) -> Iterator[tuple[int, Reread]]:
        """The captures that were no document's, by id: those that are one now are `won`."""
        for row in self._store.captures_without_document(_NO_DOCUMENT, source, after=after):
            if row.status == HTTPStatus.OK and (found := self._other(row)):
                yield row.id, found

    def _document(self, document: str) -> Reread:
        record = self._store.record(document)
        told = Reread(what="same", url=record.document.url, source=record.source, document=document)
        fields: dict[str, Change] = {}
        for reading in self._store.readings(document):
            if is_recognised(reading.document):
                continue
            try:
                judgement = self._judged(reading.capture, "page")
            except DamagedError as error:
                told = replace(told, what="unreadable", reason=str(error))
                continue
            found = self._whole(reading.capture, judgement.extraction) if judgement.extraction else None
            if judgement.outcome.what != "document" or found is None or found.url != record.document.url:
                told = replace(told, what="lost", reason=judgement.outcome.reason or judgement.outcome.what)
                continue
            found = replace(found, attachments=tuple(self._attachments(found, reading.document)))
            if changes := _differences(reading, found):
                fields |= changes
                if self._is_applied:
                    self._store.reread(reading.capture.id, found)
        return replace(told, what="differs", fields=fields) if fields else told

    def _other(self, row: CaptureRow) -> Reread | None:
        """None for a capture that is still what it was."""
        told = Reread(what="outcome", url=row.url, source=row.source or IMPORT)
        try:
            judgement = self._judged(row, None)
        except DamagedError as error:
            return replace(told, what="unreadable", reason=str(error))
        outcome = judgement.outcome
        if judgement.attachment is not None or (outcome.what, outcome.reason) == (row.outcome, row.reason):
            return None
        is_won = outcome.what == "document" and judgement.extraction is not None
        if self._is_applied:
            if is_won and judgement.extraction is not None:
                self._store.save(row.id, told.source, judgement.extraction.document)
            self._store.finish_capture(row.id, outcome)
        reason = f"{_printed(row.outcome, row.reason)} → {_printed(outcome.what, outcome.reason)}"
        return replace(told, what="won" if is_won else "outcome", document=outcome.document, reason=reason)

    def _judged(self, row: CaptureRow, role: Role | None) -> Judgement:
        exchange = self._captures.read(row.address)
        role = role or ROLES.get(exchange.metadata.get("role", ""), "page")
        hints = self._hints(row) if role == "page" else _NO_HINTS
        return judge(exchange, entity_of(exchange, self._limit), hints, role, self._read)

    def _whole(self, row: CaptureRow, first: Extraction) -> Document:
        """The document of a page, or of all pages that its article is split over, as the crawl fetched them."""
        if not first.pieces:
            return first.document
        awaited, pages = dict.fromkeys(map(canonical, first.pieces)), dict[str, Extraction | None]()
        while url := next((url for url in awaited if url not in pages), None):
            pages[url] = page = self._part(url, row)
            # a pager that shows but a few numbers names the next ones on the next page
            awaited |= dict.fromkeys(map(canonical, page.pieces if page else ()))
        known = [page for page in pages.values() if page is not None]
        whole = joined(first, known, self._hints(row))
        return whole if len(known) == len(pages) else replace(whole, flags=(*whole.flags, INCOMPLETE))

    def _part(self, url: str, first: CaptureRow) -> Extraction | None:
        """A further page of an article fetched with the first one; None where it was not, or is unreadable."""
        rows = [row for row in self._store.captures_of(as_uri(url)) if row.reason == _PART]
        after = [row for row in rows if row.fetched_at >= first.fetched_at]
        row = min(after, key=lambda one: one.fetched_at, default=None)
        return self._judged(row, "page").extraction if row else None

    def _hints(self, row: CaptureRow) -> Hints:
        return hints_for(self._store, row.source or IMPORT, row.url)

    def _attachments(self, found: Document, known: Document) -> Iterator[Attachment]:
        """The attachments that the page lists, those that were fetched with their text as it reads now."""
        fetched = {one.url: one for one in known.attachments if one.capture is not None}
        for one in found.attachments:
            old = fetched.get(one.url)
            yield one if old is None else replace(self._attachment(old), name=one.name)

    def _attachment(self, old: Attachment) -> Attachment:
        """An attachment as it reads now. A text is never given up for none: what OCR or an older reader read stays."""
        assert old.capture is not None
        try:
            row = self._store.capture(old.capture)
            judgement = self._judged(row, "attachment")
        except (DamagedError, NotFoundError):
            return old
        new = judgement.attachment
        if new is None or (old.text_status in _READABLE and new.text_status not in _READABLE):
            return old
        if self._is_applied and (judgement.outcome.what, judgement.outcome.reason) != (row.outcome, row.reason):
            self._store.finish_capture(row.id, replace(judgement.outcome, document=row.document))
        return replace(old, text=new.text, text_status=new.text_status, media_type=new.media_type or old.media_type)


def _differences(reading: Reading, found: Document) -> dict[str, Change]:
    """The fields that read otherwise; of an observation whose text is another capture's, only if the text does."""
    if not reading.is_origin and found.body_hash() == reading.document.body_hash():
        return {}
    old, new = reading.document.to_json(), found.to_json()
    return {name: Change(old=old[name], new=new[name]) for name in new if name not in _OWN and old[name] != new[name]}


def is_recognised(document: Document) -> bool:
    """Whether a document's body was read by OCR, which no reader of files can do better."""
    text = document.evidence.get("text")
    return text is not None and text.rule == "ocr"


def _is_known(value: object) -> bool:
    return value not in (None, "", [], {})


def _printed(what: str | None, reason: str | None) -> str:
    return f"{what}: {reason}" if reason else str(what)
