"""The lists of a source: what each page of them held when it was seen last, and which page is a list's first."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from archive_api.document import document_id
from archive_api.store import ListPage, Store
from crawler.urls import canonical

if TYPE_CHECKING:
    from crawler.extraction import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a list page shows now. `rows` as `ListPage` has them; `further` are the other pages that it names."""

    url: str
    kind: Literal["list", "home"]
    rows: tuple[tuple[str, str], ...]
    newest: str | None
    oldest: str | None
    all_pinned: bool
    further: tuple[str, ...]

    @classmethod
    def of(cls, url: str, kind: Literal["list", "home"], rows: Sequence[Row], further: Iterable[str]) -> Shown:
        """What a page at `url` shows with these rows, of which the first of two for one address counts.

        `further` are names of pages: canonical addresses, and those of forms with what they ask for as the fragment.
        """
        first: dict[str, str] = {}
        for row in rows:
            first.setdefault(canonical(row.url), _said(row))
        dates = sorted(row.date for row in rows if row.date and not row.pinned)
        return cls(
            url=url,
            kind=kind,
            rows=tuple(first.items()),
            newest=dates[-1] if dates else None,
            oldest=dates[0] if dates else None,
            all_pinned=bool(rows) and all(row.pinned for row in rows),
            further=tuple(further),
        )


class Lists:
    """What is known of a source's lists, kept in the store as it grows.

    The pages of one list name each other as further pages; the one that was found by another way is its first.
    """

    def __init__(self, store: Store, source: str, starts: Sequence[str] = ()) -> None:
        self._store, self._source = store, source
        self._starts = frozenset(map(canonical, starts))
        self._pages = {page.url: page for page in store.list_pages(source)}
        self._unsaved: dict[str, list[ListPage]] = {}
        self._heads = {page.url: page.head for page in self._pages.values()}

    def page(self, url: str) -> ListPage | None:
        """What the page held when it was seen last, None where it is not known as a list."""
        return self._pages.get(url)

    def head_of(self, url: str) -> str:
        """The first page of the list that a page belongs to: itself, where nothing else is known."""
        return self._heads.get(url, url)

    def firsts(self) -> list[ListPage]:
        """The first page of each list, home pages apart."""
        return [page for page in self._pages.values() if not self._is_home(page) and self.head_of(page.url) == page.url]

    def homes(self) -> list[ListPage]:
        """The home pages with rows of documents that stand on no list: those are lists of their own."""
        return [page for page in self._pages.values() if self._is_home(page) and self._has_more(page)]

    def _is_home(self, page: ListPage) -> bool:
        """A start page is one too, though it may look like a list."""
        return page.kind == "home" or page.url in self._starts

    def _has_more(self, home: ListPage) -> bool:
        others = [one for one in self._pages.values() if not self._is_home(one) and self.head_of(one.url) != home.url]
        listed = {url for page in others for url, _ in page.rows}
        alone = (url for url, _ in home.rows if url not in listed)
        return any(self._store.state(self._store.document_at(url) or document_id(url)) is not None for url in alone)

    def of(self, head: str) -> list[ListPage]:
        """The pages of one list that have been seen."""
        return [page for page in self._pages.values() if self.head_of(page.url) == head]

    def note(self, shown: Shown, now: str, *, at_once: bool = True) -> None:
        """Keeps what a page shows, in place of what it held before; where not at once, when its list is `read`.

        A crawl that dies in the middle of a list, or a page of it that fails, leaves the list as it was known before:
        the next night then reads on.
        """
        head = self._heads.setdefault(shown.url, shown.url)
        if shown.kind == "list":
            for url in shown.further:
                self._heads.setdefault(url, head)
        page = ListPage(
            source=self._source,
            url=shown.url,
            head=head,
            kind=shown.kind,
            rows=shown.rows,
            newest=shown.newest,
            pages=len(shown.further),
            at=now,
        )
        self._pages[shown.url] = page
        if at_once:
            self._store.save_list_page(page)
        else:
            self._unsaved.setdefault(head, []).append(page)

    def read(self, head: str) -> None:
        """The list was read as far as this night reads it: what its pages show is kept."""
        with self._store.batch():
            for page in self._unsaved.pop(head, []):
                self._store.save_list_page(page)


def _said(row: Row) -> str:
    return hashlib.sha256(f"{row.title}\n{row.date}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
