"""Extraction: what one fetched page says, as a document. Pure: no network, no database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

from archive_api.document import Document, Evidence
from archive_api.errors import UnreadableError
from crawler.extraction.answers import SCRIPTS, Told, is_data, read_answer
from crawler.extraction.encoding import Encoding
from crawler.extraction.fields import document
from crawler.extraction.html import Reading, read_html
from crawler.extraction.pagetype import PageType
from crawler.extraction.parts import Hints, Page, Parts, SiteMemory
from crawler.extraction.plaintext import FileText, TextReading, read_text, reading_of
from crawler.extraction.rows import Row
from crawler.families import Post

__all__ = [
    "EXTRACTOR",
    "Encoding",
    "Extraction",
    "FileText",
    "Hints",
    "Page",
    "PageType",
    "Parts",
    "Post",
    "Row",
    "SiteMemory",
    "extract",
    "from_file",
    "joined",
    "read",
]

EXTRACTOR = f"league-archive/{version('league-archive')}"
_NO_HINTS = Hints()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """A page, read: what sort it is and why, and the document, filled as far as it goes even where it is no article.

    `rows` and `next_pages` are a list's; `links` are all addresses on the page, absolute, in order, each once.
    `posts` are further pages that are asked for with a body, `pieces` the further pages of an article that is split
    over several, `scripts` those of an empty page, which may say where its lists come from. `family` is the CMS that
    made the page. `unfollowable` counts rows and page links that only a script can follow. `file_text` is all that a
    file says which is no page: the document's title and frame are in it, as an attachment's text has them.
    """

    type: PageType
    reason: str
    document: Document
    encoding: Encoding
    rows: tuple[Row, ...] = ()
    next_pages: tuple[str, ...] = ()
    posts: tuple[Post, ...] = ()
    pieces: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    unfollowable: int = 0
    family: str | None = None
    file_text: str | None = None
    parts: Parts | None = None


def extract(page: Page, hints: Hints = _NO_HINTS) -> Document:
    """The document that a page holds; `read` tells as well whether it is one."""
    return read(page, hints).document


def read(page: Page, hints: Hints = _NO_HINTS) -> Extraction:
    """The page or text file with its type, rows and links, parsed once. For other files: `crawler.readers.read`.

    UnreadableError, with a reason, where nothing can be read, or where no reader is for that media type.
    """
    match page.media_type:
        case "text/html" | "application/xhtml+xml" | None if not is_data(page):
            is_answer = bool(page.posted)
            if is_answer and (told := read_answer(page)) is not None:
                return _from_told(page, told, hints)
            return _from_html(read_html(page, hints), hints, is_answer=is_answer)
        case "text/html" | None | "application/json" | "text/json" | "text/xml" | "application/xml":
            return _from_answer(page, hints)
        case script if script is not None and SCRIPTS.fullmatch(script):
            return _from_answer(page, hints)
        case "text/plain" | "text/markdown":
            return _from_file(read_text(page), hints)
        case other:
            raise UnreadableError(f"{page.url}: no reader is for {other}", reason="unknown_media_type")


def from_file(url: str, file: FileText, hints: Hints = _NO_HINTS) -> Extraction:
    """The document that a file at `url` is, with its text as `file_text`."""
    return replace(_from_file(reading_of(url, file), hints), file_text="\n".join(file.paragraphs))


def joined(first: Extraction, rest: Sequence[Extraction], hints: Hints = _NO_HINTS) -> Document:
    """One document of an article's first page and its further ones, in their order."""
    pages = [one.parts for one in (first, *rest) if one.parts is not None]
    if first.parts is None:
        return first.document
    attachments = {file.url: file for page in reversed(pages) for file in reversed(page.attachments)}
    whole = replace(
        first.parts,
        text="\n".join(page.text for page in pages if page.text),
        tail=pages[-1].tail,
        attachments=tuple(reversed(attachments.values())),
    )
    return _document(whole, first.document.evidence["text"], hints)


def _from_answer(page: Page, hints: Hints) -> Extraction:
    """The rows of a list API's answer; or where a script says that such answers are."""
    told = read_answer(page)
    if told is None:
        message = f"{page.url}: data in a form that is not known"
        raise UnreadableError(message, reason="unknown_data")
    return _from_told(page, told, hints)


def _from_told(page: Page, told: Told, hints: Hints) -> Extraction:
    parts = Parts(url=page.url, title=None, title_evidence=Evidence(reason="a list"), text="")
    is_script = page.media_type is not None and SCRIPTS.fullmatch(page.media_type) is not None
    return Extraction(
        type=PageType.OTHER if is_script else PageType.LIST,
        reason="script" if is_script else "data",
        document=_document(parts, Evidence(reason="a list"), hints),
        encoding=told.encoding,
        rows=told.rows,
        next_pages=told.next_pages,
        posts=told.posts,
    )


def _from_html(reading: Reading, hints: Hints, *, is_answer: bool) -> Extraction:
    is_article = reading.type is PageType.ARTICLE and not is_answer
    return Extraction(
        type=reading.type if is_article or not is_answer else PageType.LIST if reading.rows else PageType.OTHER,
        reason="posted" if is_answer and not reading.rows else reading.reason,
        document=_document(reading.parts, reading.body_evidence, hints),
        encoding=reading.encoding,
        rows=reading.rows,
        next_pages=reading.next_pages,
        posts=reading.posts,
        pieces=reading.pieces,
        scripts=reading.scripts,
        links=reading.links,
        unfollowable=reading.unfollowable,
        family=reading.family,
        parts=reading.parts,
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
