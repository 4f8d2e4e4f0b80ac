"""Articles that are split over several pages: kept back until their further pages are there, then saved as one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from archive_api.captures import Capture
from archive_api.document import Document
from crawler.extraction import Extraction, Hints, joined
from crawler.urls import canonical

INCOMPLETE = "incomplete_parts"
"""The flag of a document of which a further page could not be read."""


@dataclass(slots=True, kw_only=True)
class Split:
    """One article: its first page, with the capture's number, and its further pages as they come in."""

    capture: int
    known: Capture
    source: str
    first: Extraction
    hints: Hints
    awaited: dict[str, None]
    came: dict[str, tuple[int, Extraction]] = field(default_factory=dict)
    is_incomplete: bool = False

    def document(self) -> Document:
        """The document that the pages make together, in the order in which they were named."""
        pages = [self.came[url][1] for url in self.awaited if url in self.came]
        whole = joined(self.first, pages, self.hints)
        is_whole = not self.is_incomplete and len(pages) == len(self.awaited)
        return whole if is_whole else replace(whole, flags=(*whole.flags, INCOMPLETE))


class Joining:
    """The articles whose further pages are awaited, by the address of their first page."""

    def __init__(self) -> None:
        self._splits: dict[str, Split] = {}

    def begin(self, capture: int, known: Capture, source: str, first: Extraction, hints: Hints) -> None:
        """Keeps back the first page of an article that names further ones; `capture` is the store's number of it."""
        awaited = dict.fromkeys(canonical(url) for url in first.pieces)
        split = Split(capture=capture, known=known, source=source, first=first, hints=hints, awaited=awaited)
        self._splits[first.document.url] = split

    def add(self, first: str, url: str, capture: int, page: Extraction | None) -> Split | None:
        """Takes a further page in, None for one that could not be read; the article when it was the last one."""
        split = self._splits.get(first)
        if split is None:
            return None
        if page is None:
            split.is_incomplete = True
            split.awaited.pop(url, None)
        else:
            split.awaited.setdefault(url)
            split.came[url] = (capture, page)
            # a pager that shows but a few numbers names the next ones on the next page
            for further in page.pieces:
                split.awaited.setdefault(canonical(further))
        if split.awaited.keys() <= split.came.keys():
            return self._splits.pop(first)
        return None

    def rest(self) -> Iterator[Split]:
        """The articles that are still not whole, given out once."""
        while self._splits:
            yield self._splits.pop(next(iter(self._splits)))
