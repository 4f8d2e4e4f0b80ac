"""How far a list is read on a night: past its pinned rows, to where nothing is new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from spiders.night.lists import Lists, Shown

KNOWN_PAGES = 2
"""So many pages in a row without anything new end a list that has changed."""
LOOK_BACK = timedelta(days=30)
"""And they must be older than the last look at the list by this much: a post may bear an earlier date than its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A list page compared with what is known: addresses new to the archive, and rows that say something new."""

    shown: Shown
    new: frozenset[str]
    changed: frozenset[str]
    is_as_before: bool


class Front:
    """The part of one list that a night reads."""

    def __init__(self, lists: Lists, head: str) -> None:
        self._before = {page.url: page for page in lists.of(head)}
        self._quiet = 0
        self._held = {url: said for page in self._before.values() for url, said in page.rows}

    def compare(self, shown: Shown, fetched: set[str]) -> Page:
        """The page beside what the list held; `fetched` are those of its rows that the archive has asked for."""
        before = self._before.get(shown.url)
        return Page(
            shown=shown,
            new=frozenset(url for url, _ in shown.rows if url not in fetched),
            changed=frozenset(url for url, said in shown.rows if self._held.get(url, said) != said),
            is_as_before=before is not None and before.rows == shown.rows and before.pages == len(shown.further),
        )

    def ends_at(self, page: Page) -> bool:
        """Whether the list need not be read beyond this page.

        A page that holds exactly what it held ends it at once, since a new row would have moved the others; unless its
        rows are all pinned, or older than those of a further page: then what is new stands further on. A list that has
        changed ends after KNOWN_PAGES without anything new, all of them older than LOOK_BACK before the last look.
        """
        if page.new or page.changed:
            self._quiet = 0
            return False
        if not page.shown.rows and page.shown.further:
            return False  # a script would fill it from there
        self._quiet += 1
        if page.is_as_before:
            return not page.shown.all_pinned and not self._hides_newer(page.shown)
        return self._quiet >= KNOWN_PAGES and self._is_old(page.shown)

    def missing(self, shown: Shown) -> list[str]:
        """Rows of the page that are not there any more although one that stood after them, here or further on, is.

        A row that new ones have only pushed on to the next page has none after it on this one.
        """
        before = self._before.get(shown.url)
        if before is None or not shown.rows:
            return []
        pages = sorted(self._before.values(), key=lambda page: (page.url == page.head, page.newest or ""), reverse=True)
        place = {url: number for number, url in enumerate(dict.fromkeys(u for page in pages for u, _ in page.rows))}
        here = {url for url, _ in shown.rows}
        last = max((place[url] for url in here if url in place), default=-1)
        return [url for url, _ in before.rows if url not in here and place[url] < last]

    def _hides_newer(self, shown: Shown) -> bool:
        """Whether a further page held a newer row than the newest here: the page is full of old rows kept on top."""
        others = [page.newest for url, page in self._before.items() if url != shown.url and page.newest]
        later = [one for one in others if shown.newest is None or one > shown.newest]
        return bool(later) and shown.url == self._first(shown.url)

    def _first(self, url: str) -> str:
        page = self._before.get(url)
        return url if page is None else page.head

    def _is_old(self, shown: Shown) -> bool:
        last = max((page.at for page in self._before.values()), default=None)
        if last is None or shown.newest is None:
            return True
        return shown.newest < (datetime.fromisoformat(last) - LOOK_BACK).date().isoformat()
