"""What a hit shows of its document: pieces of the text around the words that matched, with the words marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from archive_api.document import Document
from archive_api.index.base import Span

AROUND = 48  # characters on each side of a match: a line or two on the page
PIECES = 3  # pieces of the text a hit
LONGEST = 144  # characters of a piece up to its last match: a word in every line makes no piece of the whole text
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
    """At most PIECES pieces of the text with matches in them, in order, apart; its beginning where nothing matches."""
    text = document.text
    marks = _joined(spans, "text", len(text))
    if not marks:
        return (Snippet(field="text", start=0, text=text[:LEAD]),) if text else ()
    pieces: list[Snippet] = []
    end = 0
    for start, stop in marks:
        if start >= end and len(pieces) < PIECES:
            pieces.append(_piece(text, marks, max(start - AROUND, end), stop))
            end = pieces[-1].start + len(pieces[-1].text)
    return tuple(pieces)


def _piece(text: str, marks: Sequence[tuple[int, int]], start: int, stop: int) -> Snippet:
    """The piece from `start` on around the match that ends at `stop` and those soon after it."""
    last = max(b for _, b in marks if b <= max(stop, start + LONGEST))
    end = min(last + AROUND, len(text))
    inside = tuple((a - start, min(b, end) - start) for a, b in marks if start <= a < end)
    return Snippet(field="text", start=start, text=text[start:end], marks=inside)


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
