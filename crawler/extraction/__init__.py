"""Extraction: what one fetched page says, as a document. Pure: no network, no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import version

from archive_api.document import Document
from crawler.extraction.encoding import Encoding
from crawler.extraction.html import Reading, read_html
from crawler.extraction.pagetype import PageType
from crawler.extraction.parts import Hints, Page, Parts
from crawler.extraction.rows import Row

__all__ = ["EXTRACTOR", "Encoding", "Extraction", "Hints", "Page", "PageType", "Parts", "Row", "extract", "read"]

EXTRACTOR = f"league-archive/{version('league-archive')}"
_NO_HINTS = Hints()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """A page, read: what sort it is and why, and the document, filled as far as it goes even where it is no article.

    `rows` and `next_pages` are a list's; `links` are all addresses on the page, absolute, in order, each once.
    `unfollowable` counts rows and page links that only a script can follow.
    """

    type: PageType
    reason: str
    document: Document
    encoding: Encoding
    rows: tuple[Row, ...] = ()
    next_pages: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    unfollowable: int = 0


def extract(page: Page, hints: Hints = _NO_HINTS) -> Document:
    """The document that a page holds; `read` tells as well whether it is one."""
    return read(page, hints).document


def read(page: Page, hints: Hints = _NO_HINTS) -> Extraction:
    """The page with its type, rows and links, parsed once. UnreadableError (with a reason) if nothing can be read."""
    return _from_html(read_html(page, hints), hints)


def _from_html(reading: Reading, hints: Hints) -> Extraction:
    from crawler.extraction.fields import document  # noqa: PLC0415  # its readers import this package

    made = document(reading.parts, hints)
    return Extraction(
        type=reading.type,
        reason=reading.reason,
        document=replace(made, extractor=EXTRACTOR, evidence={**made.evidence, "text": reading.body_evidence}),
        encoding=reading.encoding,
        rows=reading.rows,
        next_pages=reading.next_pages,
        links=reading.links,
        unfollowable=reading.unfollowable,
    )
