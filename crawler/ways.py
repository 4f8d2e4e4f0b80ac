"""The several addresses of one article: which of them a crawl takes."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.families import way
from crawler.urls import canonical


class Ways:
    """Remembers by which address each article is known, where its CMS gives articles several."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, bool]] = {}

    def know(self, urls: Iterable[str]) -> None:
        """These are addresses of documents that are kept."""
        for url in urls:
            self.take(url)

    def take(self, url: str) -> None:
        """This address is the one that its article is fetched by, unless an own address of it is known."""
        found = way(url)
        if found is not None and (found.key not in self._known or not found.is_second):
            self._known[found.key] = (canonical(url), found.is_second)

    def is_known(self, url: str) -> bool:
        """Whether the article is known by another address, and one of the two is its CMS's second way to it.

        Two own addresses with one number are two articles: on many a site the numbers begin anew each day.
        """
        found = way(url)
        known = self._known.get(found.key) if found is not None else None
        if found is None or known is None or known[0] == canonical(url):
            return False
        return found.is_exact or found.is_second or known[1]


def is_second_way(url: str) -> bool:
    """Whether an address is a second way to an article: it is left for last, for its own may yet be found."""
    found = way(url)
    return found is not None and found.is_second
