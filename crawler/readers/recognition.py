"""OCR, the child's side: scanned PDFs and pictures read by rapidocr, which comes with the extra `ocr`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from statistics import median
from typing import TYPE_CHECKING, Final, Protocol

from archive_api.errors import UnreadableError
from crawler.extraction import FileText, Page
from crawler.extraction.paragraphs import join
from crawler.extraction.pdf import laid, pdf_text
from crawler.media_types import PDF
from crawler.readers.worker import serve

if TYPE_CHECKING:
    import pypdfium2

    from crawler.extraction.paragraphs import Line

PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/tiff", "image/bmp", "image/gif"})
"""The pictures that are read besides PDF."""
_SCALE: Final = 2.0  # 144 dots an inch: 200 took twice as long, and erred as often (measured 2026-11-22)
_MOST_WIDE: Final = 4000.0  # pixels of a rendered page's longer side, whatever the size that the PDF gives it
_SAME_ROW: Final = 0.5  # of the lower one's height
_CELL: Final = 1.5  # heights between two pieces of a row that are cells

Piece = tuple[str, float, float, float, float]
"""A piece of text with its left, top, right and bottom edge."""


def recognise(page: Page) -> FileText:
    """The text of a scanned PDF or a picture. UnreadableError: as `pdf_text`, and `no_text` for an empty picture."""
    if page.media_type == PDF:
        return pdf_text(page, _of_pdf_page)
    if page.media_type not in PICTURES:
        raise UnreadableError(f"{page.url}: OCR reads PDF and pictures, not {page.media_type}", reason="no_picture")
    lines = _lines(page.body)
    if not lines:
        raise UnreadableError(f"{page.url}: the picture shows no text", reason="no_text")
    form = page.media_type.rpartition("/")[2]
    return FileText(paragraphs=tuple(join(lines)), rule="ocr", raw="1 picture", form=form, flags=("scanned",))


def _of_pdf_page(page: pypdfium2.PdfPage) -> list[Line]:
    scale = min(_SCALE, _MOST_WIDE / max(*page.get_size(), 1.0))
    return _lines(page.render(scale=scale).to_numpy())


class _Found(Protocol):
    """What the engine finds in a picture: boxes of four corners each, and their texts; None where there is nothing."""

    boxes: Sequence[Sequence[tuple[float, float]]] | None
    txts: Sequence[str] | None


@cache
def _engine() -> Callable[[object], _Found]:
    # by name: the extra need not be there when types are checked
    made: Callable[[object], _Found] = import_module("rapidocr").RapidOCR(params={"Global.log_level": "critical"})
    return made


def _lines(picture: object) -> list[Line]:
    found = _engine()(picture)
    if found.boxes is None or found.txts is None:
        return []
    pieces = [_piece(text, box) for text, box in zip(found.txts, found.boxes, strict=True) if text.strip()]
    return list(laid([_row(row) for row in rows(pieces)]))


def _piece(text: str, box: Sequence[tuple[float, float]]) -> Piece:
    across, down = [float(corner[0]) for corner in box], [float(corner[1]) for corner in box]
    return _with_whole_brackets(text), min(across), min(down), max(across), max(down)


def _with_whole_brackets(text: str) -> str:
    """A bracket of one width closed in the other's: the engine tells them apart badly, and an open one joins lines."""
    if text.count("（") > text.count("）"):
        return "）".join(text.rsplit(")", text.count("（") - text.count("）")))
    if text.count("）") > text.count("（"):
        return text.replace("(", "（", text.count("）") - text.count("（"))
    return text


def rows(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """The pieces that stand side by side, from left to right; the rows from top to bottom."""
    row: list[Piece] = []
    for piece in sorted(pieces, key=lambda one: one[2] + one[4]):
        if row and not _is_beside(row[0], piece):
            yield sorted(row, key=lambda one: one[1])
            row = []
        row.append(piece)
    if row:
        yield sorted(row, key=lambda one: one[1])


def _is_beside(one: Piece, other: Piece) -> bool:
    shared = min(one[4], other[4]) - max(one[2], other[2])
    return shared > _SAME_ROW * min(one[4] - one[2], other[4] - other[2])


def _row(pieces: list[Piece]) -> tuple[str, float, float, float]:
    """A row's text, its edges, and the width of a character."""
    text, end = "", pieces[0][1]
    for piece, left, top, right, bottom in pieces:
        text += " " * bool(text and left - end > _CELL * (bottom - top)) + piece
        end = right
    width = median((right - left) / len(piece) for piece, left, _, right, _ in pieces)
    return text, pieces[0][1], end, max(width, 1.0)


if __name__ == "__main__":
    serve(recognise)
