"""OCR of what the archive holds as pictures: attachments, and documents that are scans themselves.

The engine is rapidocr, which comes with the extra `ocr`; it runs in a child process with limits of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Final, Literal

from archive_api.captures import CaptureStore
from archive_api.document import Attachment, TextStatus
from archive_api.errors import DamagedError, UnreadableError, UserError
from archive_api.settings import MIB
from archive_api.store import CaptureRow, Outcome, Store
from crawler.extraction import FileText, Page, from_file
from crawler.hints import hints_for
from crawler.ingest import IMPORT
from crawler.outcomes import entity_of
from crawler.readers import Apart, Limits
from crawler.reextraction import is_recognised
from crawler.urls import canonical

Recognise = Callable[[Page], FileText]
NEEDS_OCR: Final = "needs_ocr"
# a page takes 2 to 10 s on two cores; the engine holds about 600 MiB (measured November 2026)
LIMITS: Final = Limits(seconds=3600.0, cpu=7200, memory=2048 * MIB)
_WAITING: Final = '"text_status":"needs_ocr"'
_SCANNED: Final = '"scanned"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What OCR made of one file: the characters that were read, or the `reason` for which there are none."""

    what: Literal["attachment", "document"]
    url: str
    characters: int = 0
    reason: str | None = None


def engine() -> Apart:
    """A reader of pictures in a child process; close it. UserError where the extra is not installed."""
    missing = [name for name in ("rapidocr", "onnxruntime") if find_spec(name) is None]
    if missing:
        raise UserError(f"OCR needs {' and '.join(missing)}, which is not installed: pip install 'league-archive[ocr]'")
    return Apart(LIMITS, worker="crawler.readers.recognition")


class Recognition:
    """Reads what waits for OCR, one file at a time; what it has read waits no more, so that it may be run again."""

    def __init__(self, captures: CaptureStore, store: Store, recognise: Recognise, *, limit: int = 50 * MIB) -> None:
        self._captures, self._store, self._recognise, self._limit = captures, store, recognise, limit

    def run(self, source: str | None = None) -> Iterator[Recognised]:
        """Every file that waits, or a source's: attachments, partly scanned documents, files that gave no text yet."""
        for key in self._store.document_ids(source, holding=_WAITING):
            yield from self._attachments(key)
        for key in self._store.document_ids(source, holding=_SCANNED):
            yield from self._partly_scanned(key)
        for row in self._store.captures_without_document(["failed"], source):
            if row.reason == NEEDS_OCR and (found := self._textless(row)):
                yield found

    def _attachments(self, document: str) -> Iterator[Recognised]:
        record = self._store.record(document).document
        for one in record.attachments:
            if one.text_status is TextStatus.NEEDS_OCR and one.capture is not None:
                yield self._attachment(record.url, one, one.capture)

    def _attachment(self, document: str, one: Attachment, capture: int) -> Recognised:
        row = self._store.capture(capture)
        found = self._read(row)
        if isinstance(found, str):
            return Recognised(what="attachment", url=one.url, reason=found)
        text = "\n".join(found.paragraphs)
        self._store.attach(capture, document, replace(one, text=text, text_status=TextStatus.OCR))
        self._store.finish_capture(capture, Outcome(what="attachment", reason="ocr", document=row.document))
        return Recognised(what="attachment", url=one.url, characters=len(text))

    def _partly_scanned(self, key: str) -> Iterator[Recognised]:
        """Documents of a file whose pages are pictures in part: read whole, as the extractor's version."""
        for reading in self._store.readings(key):
            if is_recognised(reading.document) or "scanned" not in reading.document.flags or not reading.is_origin:
                continue
            row = reading.capture
            found = self._read(row)
            if isinstance(found, str):
                yield Recognised(what="document", url=row.url, reason=found)
                continue
            hints = hints_for(self._store, row.source or IMPORT, row.url)
            made = from_file(reading.document.url, found, hints).document
            self._store.reread(row.id, made)
            yield Recognised(what="document", url=row.url, characters=len(made.text))

    def _textless(self, row: CaptureRow) -> Recognised | None:
        """A file that was fetched as a page, and gave no text: a new document. None for what was no page's capture."""
        exchange = self._captures.read(row.address)
        if exchange.metadata.get("role", "page") != "page":
            return None
        found = self._read(row)
        if isinstance(found, str):
            return Recognised(what="document", url=row.url, reason=found)
        hints = hints_for(self._store, row.source or IMPORT, row.url)
        made = from_file(canonical(row.url), found, hints).document
        saved = self._store.save(row.id, row.source or IMPORT, made)
        self._store.finish_capture(row.id, Outcome(what="document", document=saved.id))
        return Recognised(what="document", url=row.url, characters=len(made.text))

    def _read(self, row: CaptureRow) -> FileText | str:
        """The file's text, or why there is none."""
        try:
            exchange = self._captures.read(row.address)
            entity = entity_of(exchange, self._limit)
            if entity.failure is not None:
                return entity.failure.reason
            return self._recognise(Page(url=row.url, body=entity.body, media_type=entity.media_type))
        except UnreadableError as error:
            return error.reason
        except DamagedError as error:
            return str(error)
