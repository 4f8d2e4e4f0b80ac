"""PDF files: their text page by page, running heads and page numbers left out, cut sentences joined again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from io import BytesIO

import pypdfium2
import pypdfium2.raw as pdfium
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from archive_api.errors import UnreadableError
from crawler.extraction.paragraphs import Line, is_page_number, join
from crawler.extraction.parts import Page
from crawler.extraction.plaintext import FileText

_MOST_PAGES = 3000
_EDGE_LINES = 2
_FEW_PAGES = 3
_FEWEST_CHARACTERS = 10  # fewer on all pages together are a stamp or a watermark, not a text
_MOST_UNMAPPED = 0.2  # of the glyphs: a formula or bullets from a symbol font stay below
_PICTURE = 0.25  # of the page
_PRIVATE = (0xE000, 0xF8FF)
_INDENT = 1.2  # character widths that a paragraph's first line stands in
_GAP = 2.2  # character widths that a full line may end before the widest one


Recogniser = Callable[[pypdfium2.PdfPage], list[Line]]
"""What reads the lines of a page from its picture."""


def pdf_text(page: Page, recognise: Recogniser | None = None) -> FileText:
    """The text of a PDF, flagged `scanned` where at least half of its pages are pictures without text.

    With `recognise`, pages without a text of their own get the lines that it gives, and the rule says so.

    UnreadableError: `encrypted_pdf` where a password is needed, `damaged_pdf`, `empty_pdf` where no page shows
    anything, `needs_ocr` where the pages are pictures or a fifth of the glyphs has no character, `too_many_pages` above
    3,000.
    """
    _refuse_encrypted(page)
    try:
        document = pypdfium2.PdfDocument(page.body)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(f"{page.url}: not a readable PDF ({error})", reason="damaged_pdf") from error
    with closing(document):
        if len(document) > _MOST_PAGES:
            raise UnreadableError(f"{page.url}: {len(document)} pages", reason="too_many_pages")
        seen = [_read_page(document[number], recognise) for number in range(len(document))]
    _refuse_textless(page, seen)
    lines = [line for lines in _without_running_lines([one.lines for one in seen]) for line in lines]
    is_scanned = 2 * sum(one.is_picture or one.is_recognised for one in seen) >= len(seen)
    return FileText(
        paragraphs=tuple(join(lines)),
        rule="ocr" if any(one.is_recognised for one in seen) else "pdf_text",
        raw=_pages(seen),
        form="pdf",
        flags=("scanned",) if is_scanned else (),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """A page: its lines, how many characters it draws, how many of them stand for none, and whether it is a picture."""

    lines: list[Line]
    drawn: int
    unmapped: int
    has_picture: bool
    is_recognised: bool = False

    @property
    def is_picture(self) -> bool:
        return self.has_picture and sum(len(line.text) for line in self.lines) < _FEWEST_CHARACTERS

    @property
    def is_lost(self) -> bool:
        """Whether its fonts do not say which characters they draw."""
        return self.unmapped > _MOST_UNMAPPED * self.drawn


def _pages(seen: Sequence[_Seen]) -> str:
    recognised = sum(one.is_recognised for one in seen)
    return f"{recognised} of {len(seen)} pages" if recognised else f"{len(seen)} pages"


def _refuse_encrypted(page: Page) -> None:
    """A PDF that opens without a password is read, whatever it forbids; pypdf tells the two apart."""
    try:
        reader = PdfReader(BytesIO(page.body))
        is_locked = reader.is_encrypted and not reader.decrypt("")
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
    ):  # broken for pypdf: pdfium is asked next
        return
    if is_locked:
        raise UnreadableError(f"{page.url}: the PDF is encrypted and needs a password", reason="encrypted_pdf")


def _refuse_textless(page: Page, seen: Sequence[_Seen]) -> None:
    characters = sum(len(line.text) for one in seen for line in one.lines)
    drawn = sum(one.drawn for one in seen)
    if characters < _FEWEST_CHARACTERS and any(one.has_picture for one in seen):
        raise UnreadableError(f"{page.url}: the PDF holds pictures of pages, no text", reason="needs_ocr")
    if drawn and sum(one.unmapped for one in seen) > _MOST_UNMAPPED * drawn:
        raise UnreadableError(f"{page.url}: the PDF's fonts do not say which characters they draw", reason="needs_ocr")
    if not characters:
        raise UnreadableError(f"{page.url}: the PDF shows nothing", reason="empty_pdf")


def _read_page(page: pypdfium2.PdfPage, recognise: Recogniser | None) -> _Seen:
    seen = _printed(page)
    if recognise is None or not (seen.is_picture or seen.is_lost):
        return seen
    return replace(seen, lines=recognise(page), drawn=0, unmapped=0, is_recognised=True)


def _printed(page: pypdfium2.PdfPage) -> _Seen:
    """A page that shows a picture on a quarter of it may be a scan; a smaller one is a seal or an emblem."""
    pictures = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,))
    width, height = page.get_size()
    covered = max((_area(one.get_bounds()) for one in pictures), default=0.0)
    with closing(page.get_textpage()) as text:
        drawn, unmapped = _glyphs(text)
        lines = list(_lines(text))
    return _Seen(lines, drawn, unmapped, has_picture=covered >= _PICTURE * width * height)


def _area(box: tuple[float, float, float, float]) -> float:
    left, bottom, right, top = box
    return max(right - left, 0.0) * max(top - bottom, 0.0)


def _glyphs(text: pypdfium2.PdfTextPage) -> tuple[int, int]:
    """Characters drawn, and those of them that no character stands behind: unmapped, private use, or U+FFFD."""
    drawn = unmapped = 0
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if pdfium.FPDFText_IsGenerated(text, index) == 1 or chr(code).isspace():
            continue
        drawn += 1
        is_lost = code in {0, 0xFFFD} or _PRIVATE[0] <= code <= _PRIVATE[1]
        unmapped += is_lost or pdfium.FPDFText_HasUnicodeMapError(text, index) == 1
    return drawn, unmapped


def _lines(text: pypdfium2.PdfTextPage) -> Iterator[Line]:
    """A page's lines; indented ones begin a paragraph, and those that reach the right edge may run on."""
    yield from laid(list(_placed(text)))


def laid(found: Sequence[tuple[str, float, float, float]]) -> Iterator[Line]:
    """The lines of one page from their texts, left and right edges, and the widths of their characters."""
    if not found:
        return
    left = min(left for _, left, _, _ in found)
    right = max(right for _, _, right, _ in found)
    for line, start, end, width in found:
        is_first = start - left > _INDENT * width
        yield Line(line, is_first=is_first, is_full=right - end < _GAP * width)


def _placed(text: pypdfium2.PdfTextPage) -> Iterator[tuple[str, float, float, float]]:
    """Lines with the left edge of their first character, the right edge of the last, and the width of a character."""
    count = text.count_chars()
    characters = [chr(pdfium.FPDFText_GetUnicode(text, index)) for index in range(count)]
    start = 0
    for index in range(count + 1):
        if index < count and characters[index] not in "\r\n":
            continue
        shown = [
            i
            for i in range(start, index)
            if not characters[i].isspace() and characters[i] not in "\ufffe\ufffd\x00\x02"
        ]
        line = "".join(characters[start:index]).translate(_NOISE).strip()
        if shown and line:
            first, last = text.get_charbox(shown[0]), text.get_charbox(shown[-1])
            yield line, first[0], last[2], max((last[2] - first[0]) / max(len(line), 1), 1.0)
        start = index + 1


_NOISE = str.maketrans({"\ufffe": None, "\x00": None, "\x02": None, "\u00a0": " ", "\u3000": " "})


def _without_running_lines(pages: list[list[Line]]) -> list[list[Line]]:
    """The pages without their numbers, and without heads and feet that most pages share (figures in them aside)."""
    counts: Counter[str] = Counter()
    for lines in pages:
        counts.update({_shape(line.text) for line in (*lines[:_EDGE_LINES], *lines[-_EDGE_LINES:])})
    least = max(_FEW_PAGES, (len(pages) * 3 + 4) // 5)
    running = {shape for shape, times in counts.items() if times >= least}
    return [
        [line for place, line in enumerate(lines) if not _is_running(line.text, place, len(lines), running)]
        for lines in pages
    ]


def _is_running(text: str, place: int, count: int, running: set[str]) -> bool:
    is_at_edge = place < _EDGE_LINES or place >= count - _EDGE_LINES
    return is_at_edge and (is_page_number(text) or _shape(text) in running)


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", "".join(text.split()))
