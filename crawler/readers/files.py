"""Which reader is for which file: by its media type, which its bytes gave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from archive_api.errors import UnreadableError
from crawler import media_types
from crawler.extraction import FileText, Page, PageType, read
from crawler.extraction.pdf import pdf_text
from crawler.extraction.worddoc import docx_text
from crawler.readers.archives import Budget, Member, rar_members, seven_zip_members, zip_members
from crawler.readers.ofd import ofd_text
from crawler.readers.olddoc import doc_text
from crawler.readers.richtext import rtf_text
from crawler.readers.sheets import sheet_text

_TOO_DEEP: Final = 3
_READERS: Final[Mapping[str, Callable[[Page], FileText]]] = {
    media_types.PDF: pdf_text,
    media_types.DOCX: docx_text,
    media_types.DOC: doc_text,
    media_types.WPS: doc_text,
    media_types.XLSX: sheet_text,
    media_types.XLS: sheet_text,
    media_types.OFD: ofd_text,
    media_types.RTF: rtf_text,
}
_ARCHIVES: Final = {
    media_types.ZIP: zip_members,
    media_types.RAR: rar_members,
    media_types.SEVEN_ZIP: seven_zip_members,
}
_PAGES: Final = frozenset({media_types.HTML, "text/plain", "text/markdown"})


def read_file(page: Page, budget: Budget, depth: int = 0) -> FileText:
    """All that a file says. UnreadableError, with a reason, where it says nothing that can be read."""
    media_type = page.media_type or ""
    if media_type in _READERS:
        return _READERS[media_type](page)
    if media_type in _ARCHIVES:
        if depth == _TOO_DEEP:
            raise UnreadableError(f"{page.url}: an archive in {depth} archives", reason="too_deep")
        return _archive(page, budget, depth)
    if media_type in _PAGES:
        return _page_text(page)
    raise UnreadableError(f"{page.url}: no reader is for {media_type}", reason="unknown_media_type")


def _archive(page: Page, budget: Budget, depth: int) -> FileText:
    """The members' texts in the archive's order, each after a line with its name; those that have none by their name.

    UnreadableError: `too_large`, `too_many_members` and `too_deep` end the whole; where no member gave a text, the
    reason of the first, or `empty_archive`.
    """
    paragraphs: list[str] = []
    reasons: list[str] = []
    read_members = 0
    assert page.media_type is not None
    for member in _ARCHIVES[page.media_type](page, budget):
        paragraphs.append(" ".join(member.name.split()))
        text = _member(page, member, budget, depth)
        if isinstance(text, str):
            reasons.append(text)
        else:
            paragraphs += text.paragraphs
            read_members += 1
    if not read_members:
        reason = reasons[0] if reasons else "empty_archive"
        raise UnreadableError(f"{page.url}: no file in the archive gave a text", reason=reason)
    raw = f"{read_members} of {read_members + len(reasons)} files"
    shown = f"{raw}; {', '.join(dict.fromkeys(reasons))}" if reasons else raw
    form = page.media_type.rpartition("/")[2]
    flags = ("scanned",) if "needs_ocr" in reasons else ()
    return FileText(paragraphs=tuple(paragraphs), rule="archive_members", raw=shown, form=form, flags=flags)


def _member(page: Page, member: Member, budget: Budget, depth: int) -> FileText | str:
    """What a member says, or the reason why it says nothing."""
    if isinstance(member.body, str):
        return member.body
    media_type = media_types.media_type_of(member.name, member.body)
    inner = Page(url=f"{page.url}!/{member.name}", body=member.body, media_type=media_type)
    try:
        return read_file(inner, budget, depth + 1)
    except UnreadableError as error:
        if error.reason in {"too_large", "too_many_members", "too_deep"}:
            raise
        return error.reason
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # one member's bug must not cost the others their text
        return f"reader_crashed: {type(error).__name__}"


def _page_text(page: Page) -> FileText:
    """A page or a text in an archive: title and body."""
    extraction = read(page)
    document = extraction.document
    lines = [line for line in (document.title, *document.text.split("\n")) if line]
    if not lines or extraction.type is not PageType.ARTICLE:
        raise UnreadableError(f"{page.url}: holds no text", reason="no_text")
    return FileText(paragraphs=tuple(lines), rule="page", raw=f"{len(lines)} paragraphs", form="text")
