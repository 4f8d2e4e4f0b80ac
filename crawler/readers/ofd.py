"""OFD files (GB/T 33190-2016): a zip of XML, whose pages place every run of characters."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import Final

from lxml import etree

from archive_api.errors import UnreadableError
from archive_api.settings import MIB
from crawler.extraction import FileText, Page
from crawler.extraction.paragraphs import Line, join

_MOST_PART: Final = 50 * MIB  # a page's XML unpacked; an honest one stays below 1 MiB
_MOST_PAGES: Final = 3000
_SAME_LINE: Final = 1.5  # millimetres between base lines of one line of text
_INDENT: Final = 1.2  # character widths
_GAP: Final = 2.2


def ofd_text(page: Page) -> FileText:
    """The text of all documents in an OFD, page by page, lines from top to bottom.

    UnreadableError: `damaged_ofd`, `too_large`, `too_many_pages`, `needs_ocr` where pages show pictures or glyphs
    without characters, `empty_ofd`.
    """
    try:
        with zipfile.ZipFile(BytesIO(page.body)) as archive:
            package = _Package(page.url, archive)
            pages = [package.xml(name) for name in package.pages()]
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        etree.XMLSyntaxError,
        ValueError,
    ) as error:
        raise UnreadableError(f"{page.url}: not a readable OFD ({error})", reason="damaged_ofd") from error
    paragraphs = tuple(join([line for one in pages for line in _lines(one)]))
    if not paragraphs:
        has_drawing = any(_all(one, "ImageObject") or _all(one, "PathObject") for one in pages)
        raise UnreadableError(f"{page.url}: the OFD holds no text", reason="needs_ocr" if has_drawing else "empty_ofd")
    return FileText(paragraphs=paragraphs, rule="ofd_text", raw=f"{len(pages)} pages", form="ofd")


class _Package:
    """The parts of an OFD, by their places in the zip; one that leads out of it is simply not there."""

    def __init__(self, url: str, archive: zipfile.ZipFile) -> None:
        self._url, self._archive = url, archive
        self._names = {name.lstrip("/").lower(): name for name in archive.namelist()}

    def pages(self) -> list[str]:
        """The places of all pages' contents, in order."""
        found: list[str] = []
        for root in _all(self.xml("ofd.xml"), "DocRoot"):
            document = self._place("", root.text)
            folder = posixpath.dirname(document)
            found += [self._place(folder, entry.get("BaseLoc")) for entry in _all(self.xml(document), "Page")]
        if len(found) > _MOST_PAGES:
            raise UnreadableError(f"{self._url}: {len(found)} pages", reason="too_many_pages")
        return found

    def xml(self, name: str) -> etree._Element:
        """A part. Entities are not expanded and nothing outside is loaded. UnreadableError where it is not there."""
        stored = self._names.get(name.lower())
        if stored is None:
            raise UnreadableError(f"{self._url}: {name} is missing in the OFD", reason="damaged_ofd")
        with self._archive.open(stored) as file:
            data = file.read(_MOST_PART + 1)
        if len(data) > _MOST_PART:
            raise UnreadableError(f"{self._url}: {name} unpacks to too many bytes", reason="too_large")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        return etree.fromstring(data, parser)

    def _place(self, folder: str, location: str | None) -> str:
        """A location (§7.2, ST_Loc): absolute from the zip's root, or relative to the part that names it."""
        return posixpath.normpath(posixpath.join("/", folder, (location or "").strip())).lstrip("/")


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters on a base line: `top` and the edges in millimetres from the page's upper left corner."""

    text: str
    top: float
    left: float
    right: float


def _lines(page: etree._Element) -> Iterator[Line]:
    runs = sorted(_runs(page), key=lambda run: run.top)
    lines = [sorted(line, key=lambda run: run.left) for line in _by_line(runs)]
    if not lines:
        return
    left = min(line[0].left for line in lines)
    right = max(line[-1].right for line in lines)
    for line in lines:
        text = "".join(run.text for run in line).strip()
        width = max((line[-1].right - line[0].left) / max(len(text), 1), 1.0)
        is_first = line[0].left - left > _INDENT * width
        yield Line(text, is_first=is_first, is_full=right - line[-1].right < _GAP * width)


def _by_line(runs: list[_Run]) -> Iterator[list[_Run]]:
    """Runs by base lines; one that lies within 1.5 mm of the run before it is on the same."""
    number, numbers = 0, []
    for before, run in zip([*runs[:1], *runs], runs, strict=False):
        number += run.top - before.top > _SAME_LINE
        numbers.append(number)
    for _, group in groupby(zip(numbers, runs, strict=True), key=lambda pair: pair[0]):
        yield [run for _, run in group]


def _runs(page: etree._Element) -> Iterator[_Run]:
    for item in _all(page, "TextObject"):
        box = _numbers(item.get("Boundary"))
        x, y, width = (box[0], box[1], box[2]) if len(box) == 4 else (0.0, 0.0, 0.0)  # noqa: PLR2004  # x, y, width, height
        for code in _all(item, "TextCode"):
            text = (code.text or "").replace("\u3000", " ")
            if text.strip():
                start = (_numbers(code.get("X")) or [0.0])[0]
                base = (_numbers(code.get("Y")) or [0.0])[0]
                yield _Run(text, y + base, x + start, x + max(width, start))


def _numbers(value: str | None) -> list[float]:
    try:
        return [float(one) for one in (value or "").split()]
    except ValueError:
        return []


def _all(element: etree._Element, name: str) -> list[etree._Element]:
    return list(element.iter("{*}" + name))
