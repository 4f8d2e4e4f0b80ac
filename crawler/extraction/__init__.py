"""Extraction: what one fetched page says, as a document. Pure: no network, no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import version

from archive_api.document import Document, Evidence
from archive_api.errors import UnreadableError
from crawler.extraction.encoding import Encoding
from crawler.extraction.fields import document
from crawler.extraction.html import Reading, read_html
from crawler.extraction.pagetype import PageType
from crawler.extraction.parts import Hints, Page, Parts
from crawler.extraction.plaintext import FileText, TextReading, read_text, reading_of
from crawler.extraction.rows import Row

__all__ = [
    "EXTRACTOR",
    "Encoding",
    "Extraction",
    "FileText",
    "Hints",
    "Page",
    "PageType",
    "Parts",
    "Row",
    "extract",
    "from_file",
    "read",
]

EXTRACTOR = f"league-archive/{version('league-archive')}"
_NO_HINTS = Hints()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """A page, read: what sort it is and why, and the document, filled as far as it goes even where it is no article.

    `rows` and `next_pages` are a list's; `links` are all addresses on the page, absolute, in order, each once.
    `unfollowable` counts rows and page links that only a script can follow. `file_text` is all that a file says which
    is no page: the document's title and frame are in it, as an attachment's text has them.
    """

    type: PageType
    reason: str
    document: Document
    encoding: Encoding
    rows: tuple[Row, ...] = ()
    next_pages: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    unfollowable: int = 0
    file_text: str | None = None


def extract(page: Page, hints: Hints = _NO_HINTS) -> Document:
    """The document that a page holds; `read` tells as well whether it is one."""
    return read(page, hints).document


def read(page: Page, hints: Hints = _NO_HINTS) -> Extraction:
    """The page or text file with its type, rows and links, parsed once. For other files: `crawler.readers.read`.

    UnreadableError, with a reason, where nothing can be read, or where no reader is for that media type.
    """
    match page.media_type:
        case "text/html" | "application/xhtml+xml" | None:
            return _from_html(read_html(page, hints), hints)
        case "text/plain" | "text/markdown":
            return _from_file(read_text(page), hints)
        case other:
            raise UnreadableError(f"{page.url}: no reader is for {other}", reason="unknown_media_type")


def from_file(url: str, file: FileText, hints: Hints = _NO_HINTS) -> Extraction:
    """The document that a file at `url` is, with its text as `file_text`."""
    return replace(_from_file(reading_of(url, file), hints), file_text="\n".join(file.paragraphs))


def _from_html(reading: Reading, hints: Hints) -> Extraction:
    return Extraction(
        type=reading.type,
        reason=reading.reason,
        document=_document(reading.parts, reading.body_evidence, hints),
        encoding=reading.encoding,
        rows=reading.rows,
        next_pages=reading.next_pages,
        links=reading.links,
        unfollowable=reading.unfollowable,
    )


def _from_file(reading: TextReading, hints: Hints) -> Extraction:
    """A file that somebody saved or published as such is a document whatever it says."""
    return Extraction(
        type=PageType.ARTICLE,
        reason="file",
        document=_document(reading.parts, reading.body_evidence, hints),
        encoding=reading.encoding,
    )


def _document(parts: Parts, body_evidence: Evidence, hints: Hints) -> Document:
    made = document(parts, hints)
    return replace(made, extractor=EXTRACTOR, evidence={**made.evidence, "text": body_evidence})
