"""What a hit shows of its document: pieces of the text around the words that matched, with the words marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from archive_api.document import Document
from archive_api.index.base import Span

AROUND = 48  # characters on each side of a match: a line or two on the page
PIECES = 3  # pieces of the text a hit
LONGEST = 96  # characters from the first match of a piece to its last: a word in every line makes no piece of it all
LEAD = 120  # characters of the beginning, where nothing in the text matched


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """`text` is the field's own characters from `start` on; `marks` are (start, end) inside `text`, sorted, apart."""

    field: Literal["title", "text"]
    start: int
    text: str
    marks: tuple[tuple[int, int], ...] = ()

    def parts(self) -> list[tuple[str, bool]]:
        """The text cut at the marks: (piece, is it marked)."""
        parts, at = [], 0
        for start, end in self.marks:
            parts += [(self.text[at:start], False), (self.text[start:end], True)]
            at = end
        return [part for part in [*parts, (self.text[at:], False)] if part[0]]


def title_snippet(document: Document, spans: Iterable[Span]) -> Snippet:
    """The whole title with its matches marked; the empty text where the title is unknown."""
    title = document.title or ""
    return Snippet(field="title", start=0, text=title, marks=_joined(spans, "title", len(title)))


def text_snippets(document: Document, spans: Iterable[Span]) -> tuple[Snippet, ...]:
    """At most PIECES pieces of the text with matches in them, in order; its beginning where there is no match."""
    text = document.text
    marks = _joined(spans, "text", len(text))
    if not marks:
        return (Snippet(field="text", start=0, text=text[:LEAD]),) if text else ()
    windows: list[list[tuple[int, int]]] = []
    for mark in marks:
        if windows and mark[0] - windows[-1][0][0] <= LONGEST:
            windows[-1].append(mark)
        elif len(windows) < PIECES:
            windows.append([mark])
        else:
            break
    return tuple(_piece(text, window) for window in windows)


def _piece(text: str, marks: list[tuple[int, int]]) -> Snippet:
    start, end = max(marks[0][0] - AROUND, 0), min(marks[-1][1] + AROUND, len(text))
    return Snippet(
        field="text", start=start, text=text[start:end], marks=tuple((a - start, b - start) for a, b in marks)
    )


def _joined(spans: Iterable[Span], field: Literal["title", "text"], length: int) -> tuple[tuple[int, int], ...]:
    """The field's spans in order, overlapping and touching ones made one, cut to the field's length."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((span.start, min(span.end, length)) for span in spans if span.field == field):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
