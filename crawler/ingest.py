"""The one path from a capture to a document: crawl, import and recovery all go it.

    exchange → capture (WARC) → outcome and extraction → sync → store

The store hears of a capture only once it is durable. What a crash leaves between the two, `recover` brings on its way.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import Final, get_args
from urllib.parse import urlsplit

from archive_api.captures import Capture, CaptureStore, Exchange, KnownPayload, Recovery, as_uri, machine_time
from archive_api.document import Address, Attachment, Document
from archive_api.errors import DamagedError, NotFoundError, StorageError
from archive_api.settings import MIB
from archive_api.store import CaptureRow, Outcome, Saved, Store
from crawler.error_pages import ErrorPages
from crawler.extraction import Extraction, Hints
from crawler.hints import hints_for
from crawler.importing import Foreign, file_exchange, foreign_exchanges
from crawler.joining import Joining, Split
from crawler.media_types import media_type_of
from crawler.outcomes import Entity, Judgement, Reader, Role, entity_of, judge, noted
from crawler.presence import note_absence, note_delisted, own_document
from crawler.readers import Apart
from crawler.rechecks import note_check
from crawler.urls import canonical

__all__ = ["Ingest", "Ingested", "Recovered", "Role", "media_type_of"]

_GROUP: Final = 32
_SECONDS: Final = 1.0
_NO_HINTS: Final = Hints()
ROLES: Final[Mapping[str, Role]] = {role: role for role in get_args(Role)}
_WITH_PAYLOAD: Final = frozenset({HTTPStatus.OK, HTTPStatus.NOT_MODIFIED})
_EMPTY: Final = hashlib.sha256(b"").hexdigest()
IMPORT: Final = "import"
"""The source of what was imported without another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What became of one exchange. `extraction` is there for pages that could be read."""

    capture: Capture
    outcome: Outcome
    extraction: Extraction | None = None

    @property
    def url(self) -> str:
        """The address that was asked, as its capture has it."""
        return self.capture.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What a recovery did: what it did to the WARC files, and how many captures were brought into the store.

    `damaged` tells of files that could not be read to their end.
    """

    files: Recovery
    captures: int
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    capture: Capture
    judgement: Judgement
    source: str
    hints: Hints = _NO_HINTS
    attached_to: tuple[str, ...] = field(default=())
    part_of: str | None = None


class Ingest:
    """Takes exchanges in.

    `read` is by default one that opens files in a child process. `limit` is the size in bytes up to which a body is
    unpacked; `clock` counts seconds. `counts` says what became of everything so far, by outcome and by what the store
    made of it (new, version, …).
    """

    def __init__(
        self,
        captures: CaptureStore,
        store: Store,
        *,
        read: Reader | None = None,
        limit: int = 50 * MIB,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._captures, self._store = captures, store
        self._error_pages = ErrorPages(store)
        self._apart = Apart()
        self._read, self.limit, self._clock = read or self._apart, limit, clock
        self._waiting: list[_Waiting] = []
        self._joining = Joining()
        self._since = 0.0
        captures.ask_known_payloads(self._known_payload)

    def add(self, exchange: Exchange, hints: Hints = _NO_HINTS, role: Role = "page") -> Ingested:
        """Capture an exchange and read it; the store hears of it with its group, at the latest on `flush`.

        StorageError: the capture could not be written, or those before it could not be made durable.
        """
        entity = entity_of(exchange, self.limit)
        capture = self._captures.append(noted(exchange, entity, role))
        if exchange.status == HTTPStatus.NOT_MODIFIED:
            exchange = self._captures.read(capture.address)
            entity = entity_of(exchange, self.limit)
        judgement = self._judged(exchange, entity, hints, role)
        self._wait(capture, exchange, judgement, hints)
        return Ingested(capture=capture, outcome=judgement.outcome, extraction=judgement.extraction)

    def read_again(self, row: CaptureRow) -> Extraction | None:
        """What a page that was captured before says; nothing of it is recorded. DamagedError: it is not there."""
        exchange = self._captures.read(row.address)
        role = ROLES.get(exchange.metadata.get("role", ""), "page")
        hints = hints_for(self._store, row.source or IMPORT, exchange.url)
        return judge(exchange, entity_of(exchange, self.limit), hints, role, self._read).extraction

    def import_file(
        self, path: Path, *, url: str | None = None, fetched_at: str, source: str = IMPORT, run: int | None = None
    ) -> Ingested:
        """Take in a file as if it had come from `url`, or from its own `file:` address. OSError if it cannot be read.

        UnreadableError, and nothing is captured, where neither name nor bytes tell what sort of file it is.
        """
        exchange = file_exchange(path, url=url, fetched_at=fetched_at, metadata=_metadata(source, run))
        return self.add(exchange)

    def import_warc(self, path: Path, *, source: str = IMPORT, run: int | None = None) -> Iterator[Ingested]:
        """Take in the responses and resources of a WARC file that another tool wrote, one after the other.

        Those that the archive holds already are passed over, so that a second import changes nothing; records that
        cannot be taken in are counted as `skipped.<reason>` in `counts`. UnreadableError where the file is no WARC.
        """
        originals: dict[str, Address] = {}
        attached: dict[str, list[str]] = {}
        for found in foreign_exchanges(path, limit=self.limit, metadata=_metadata(source, run)):
            exchange = found if isinstance(found, str) else self._whole(found, originals)
            if isinstance(exchange, str):
                self.counts[f"skipped.{exchange}"] += 1
                continue
            exchange, role = _with_role(exchange, attached)
            ingested = self.add(exchange, role=role)
            if isinstance(found, Foreign) and found.digest:
                originals.setdefault(found.digest, ingested.capture.address)
            if ingested.outcome.what == "document" and ingested.extraction is not None:
                for one in ingested.extraction.document.attachments:
                    attached.setdefault(canonical(one.url), []).extend([ingested.extraction.document.url, one.url])
            yield ingested
        self.flush()

    def flush(self) -> None:
        """Make every capture durable, then tell the store what became of each.

        StorageError from the captures: none of them was recorded; the next `recover` brings in what reached the disk.
        An error of the store: they stay, and the next flush tells it again.
        """
        if not self._waiting:
            return
        try:
            self._captures.sync()
        except StorageError:
            self._waiting = []
            raise
        waiting = self._waiting
        with self._store.batch():
            ids = self._store.add_captures([one.capture for one in waiting])
            saved = [self._save(key, one) for key, one in zip(ids, waiting, strict=True)]
        self._waiting = []
        self.counts.update(change for change in saved if change is not None)
        self.counts.update(one.judgement.outcome.what for one in waiting)
        self._attach_all(ids, waiting)

    def miss(self, first: str, url: str) -> None:
        """A further page of the article at `first` will not come: the article is kept as far as it goes."""
        self.flush()
        split = self._joining.add(first, canonical(url), 0, None)
        if split is not None:
            self.counts[self._save_whole(split)] += 1

    def close(self) -> None:
        """Flush, and end the reader of files."""
        try:
            self.flush()
            self._save_incomplete()
        finally:
            self._apart.close()

    def recover(self) -> Recovered:
        """After a crash: finish the WARC files of dead processes, and bring on its way what the store never heard of.

        Captures that it has heard of, but of no outcome, go the same path. Running it again changes nothing.
        """
        self.flush()
        files, count, damaged = self._captures.recover(), 0, []
        for file in self._captures.files():
            if self._captures.is_open(file):
                continue  # its own process is at work on it
            try:
                for capture, exchange, _ in self._captures.scan(file, self._store.registered_until(file)):
                    self._again(capture, exchange)
                    count += 1
            except DamagedError as error:
                damaged.append(str(error))
            self.flush()
        self._save_incomplete()
        return Recovered(files=files, captures=count, damaged=tuple(damaged))

    def _again(self, capture: Capture, exchange: Exchange) -> None:
        role = ROLES.get(exchange.metadata.get("role", ""), "page")
        hints = hints_for(self._store, _source(capture, exchange), exchange.url)
        judgement = self._judged(exchange, entity_of(exchange, self.limit), hints, role)
        self._wait(capture, exchange, judgement, hints)

    def _judged(self, exchange: Exchange, entity: Entity, hints: Hints, role: Role) -> Judgement:
        judgement = judge(exchange, entity, hints, role, self._read)
        if role == "probe":
            self._error_pages.learn(exchange, entity)
        return self._error_pages.corrected(exchange, entity, judgement) if role == "page" else judgement

    def _wait(self, capture: Capture, exchange: Exchange, judgement: Judgement, hints: Hints) -> None:
        if not self._waiting:
            self._since = self._clock()
        attached_to = tuple(exchange.metadata.get("attachment_of", "").split())
        source = _source(capture, exchange)
        waiting = _Waiting(
            capture=capture,
            judgement=judgement,
            source=source,
            hints=hints,
            attached_to=attached_to,
            part_of=exchange.metadata.get("part_of"),
        )
        self._waiting.append(waiting)
        if len(self._waiting) >= _GROUP or self._clock() - self._since >= _SECONDS:
            self.flush()

    def _save(self, key: int, one: _Waiting) -> str | None:
        change, judgement, outcome = None, one.judgement, one.judgement.outcome
        if one.part_of is not None:
            return self._save_part(key, one, one.part_of)
        if outcome.what == "document" and judgement.extraction is not None:
            if judgement.extraction.pieces:
                self._joining.begin(key, one.capture, one.source, judgement.extraction, one.hints)
                return None
            saved = self._keep(key, one.capture, one.source, judgement.extraction.document)
            change, outcome = saved.change, replace(outcome, document=saved.id)
        else:
            note_absence(self._store, one.source, one.capture, outcome)
        if judgement.attachment is None:  # an attachment is finished once its documents have it
            self._store.finish_capture(key, outcome)
        return change

    def _keep(self, key: int, capture: Capture, source: str, document: Document) -> Saved:
        document = own_document(self._store, source, document, capture.fetched_at)
        saved = self._store.save(key, source, document)
        if capture.run is not None:  # crawled, not imported
            note_check(self._store, source, document, saved, capture)
            note_delisted(self._store, source, saved.id, capture)
        return saved

    def _save_part(self, key: int, one: _Waiting, first: str) -> str | None:
        """A further page of an article: with the last one the whole is saved, under the first page's capture."""
        page = one.judgement.extraction
        split = self._joining.add(first, canonical(one.capture.url), key, page)
        if page is None or split is None:
            self._store.finish_capture(key, one.judgement.outcome)
        return None if split is None else self._save_whole(split)

    def _save_whole(self, split: Split) -> str:
        saved = self._keep(split.capture, split.known, split.source, split.document())
        self._store.finish_capture(split.capture, Outcome(what="document", document=saved.id))
        for capture, _ in split.came.values():
            self._store.finish_capture(capture, Outcome(what="ignored", reason="part", document=saved.id))
        return saved.change

    def _save_incomplete(self) -> None:
        """Articles of which a further page never came are kept as far as they go, with a flag that says so."""
        with self._store.batch():
            for split in self._joining.rest():
                self.counts[self._save_whole(split)] += 1
                self.counts["incomplete_parts"] += 1

    def _attach_all(self, ids: Sequence[int], waiting: Sequence[_Waiting]) -> None:
        for key, one in zip(ids, waiting, strict=True):
            if one.judgement.attachment is not None:
                self._attach(key, one, one.judgement.attachment)
        for one in waiting:
            if one.judgement.outcome.what == "document" and one.judgement.extraction is not None:
                self._attach_known(one.judgement.extraction.document)

    def _attach(self, key: int, one: _Waiting, attachment: Attachment) -> None:
        """Outside of the group's transaction: a document that lists no such attachment must not undo the others."""
        belongs_to = None
        for document in one.attached_to:
            if one.judgement.is_tentative and self._is_read(document, attachment.url):
                continue
            try:
                saved = self._store.attach(key, document, attachment)
            except NotFoundError:
                self.counts["attachment_not_listed"] += 1
                continue
            belongs_to = belongs_to or saved.id
            self.counts[saved.change] += 1
        self._store.finish_capture(key, replace(one.judgement.outcome, document=belongs_to))

    def _attach_known(self, document: Document) -> None:
        """Files that an earlier document lists too were fetched for that one, and are not fetched again."""
        for listed in document.attachments:
            rows = self._store.captures_of(as_uri(listed.url))
            row = next((row for row in rows if row.outcome == "attachment"), None)
            if row is None or self._is_read(document.url, listed.url):
                continue
            exchange = self._captures.read(row.address)
            found = judge(exchange, entity_of(exchange, self.limit), _NO_HINTS, "attachment", self._read).attachment
            if found is not None:
                saved = self._store.attach(row.id, document.url, replace(found, url=listed.url))
                self.counts[saved.change] += 1

    def _is_read(self, document: str, attachment: str) -> bool:
        try:
            listed = self._store.record(document).document.attachments
        except NotFoundError:
            return False
        return any(one.url == attachment and one.capture is not None for one in listed)

    def _whole(self, found: Foreign, originals: dict[str, Address]) -> Exchange | str:
        """The exchange with its payload; or why it is left out."""
        exchange = found.exchange
        if found.is_revisit:
            original = originals.get(found.digest) if found.digest else None
            if original is None:
                return "revisit_without_payload"
            exchange = replace(exchange, body=self._captures.read(original).body)
        digest, fetched_at = hashlib.sha256(exchange.body).hexdigest(), machine_time(exchange.fetched_at)
        for row in self._store.captures_of(as_uri(exchange.url)):
            if row.payload_sha256 == digest and row.fetched_at == fetched_at:
                originals.setdefault(found.digest or "", row.address)
                return "already_here"
        return exchange

    def _known_payload(self, url: str) -> KnownPayload | None:
        """The last payload that the store knows of an address, for revisits; an error page is none."""
        for row in self._store.captures_of(url):
            if row.status in _WITH_PAYLOAD and row.payload_sha256 != _EMPTY:
                return KnownPayload(
                    payload_sha256=row.payload_sha256, url=row.url, fetched_at=row.fetched_at, address=row.address
                )
        return None


def _source(capture: Capture, exchange: Exchange) -> str:
    if capture.source is not None:
        return capture.source
    return IMPORT if exchange.imported else urlsplit(exchange.url).hostname or IMPORT


def _metadata(source: str, run: int | None) -> dict[str, str]:
    return {"source": source} if run is None else {"source": source, "run": str(run)}


def _with_role(exchange: Exchange, attached: Mapping[str, list[str]]) -> tuple[Exchange, Role]:
    """What part a foreign exchange played: robots.txt, a file that an earlier page of the WARC lists, or a page."""
    if urlsplit(exchange.url).path == "/robots.txt":
        return exchange, "robots"
    listed = attached.get(canonical(exchange.url))
    if listed is None:
        return exchange, "page"
    documents, address = " ".join(listed[::2]), listed[1]
    metadata = {**exchange.metadata, "attachment_of": documents, "attachment_url": address}
    return replace(exchange, metadata=metadata), "attachment"
