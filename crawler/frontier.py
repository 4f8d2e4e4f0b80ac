"""What a crawl still wants: each address once, inside the source, within its limits, and no endless calendar."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Literal
from urllib.parse import urlsplit

from crawler.scope import Scope, host_of, parameters, pattern, trap
from crawler.source import Source
from crawler.urls import canonical
from crawler.ways import Ways, is_second_way

Found = Literal["start", "list", "next", "row", "part", "script", "attachment", "link", "recheck", "probe"]
"""How an address was found. `list` and `recheck`: the archive knew it from an earlier crawl.

`probe`: an address that cannot exist."""

SEEN = "seen"
SAME_ARTICLE = "same_article"
"""A second address of an article that has its own: plus/view.php?aid=7 beside 2024/0312/7.html."""
OUTSIDE = "outside"
BARREN_PAGES = 100
"""So many pages of one address pattern in a row without a document or a row that is new: the rest is not fetched."""
BARREN_ROWS = 300
"""The same for addresses that a list's row names: lists do have long runs of rows that lead to nothing."""
MOST_REFUSED_POSTS = 3
QUERY_FORMS = 30
"""So many different sets of parameters one path may be asked with."""


class Frontier:
    """Decides for each address whether it is fetched; every refusal has a word for it, and is given once."""

    def __init__(self, source: Source) -> None:
        self.scope = Scope.of(source)
        self.limits = source.limits
        self.pages = 0
        self._seen: set[str] = set()
        self._barren: Counter[str] = Counter()
        self._forms: defaultdict[str, set[str]] = defaultdict(set)
        self.ways = Ways()
        self._refused_posts = 0

    def admit(self, url: str, found: Found, depth: int, identity: str = "") -> str | None:
        """None: fetch it. Otherwise the reason not to; `seen` for every time but the first.

        `identity` tells apart what is asked of one address with different bodies.
        """
        key = f"{_key(url)}#{identity}" if identity else _key(url)
        if key in self._seen:
            return SEEN
        self._seen.add(key)
        try:
            reason = self._refusal(url, found, depth)
        except ValueError:  # from urlsplit: http://[x/, a port that is none
            reason = "bad_address"
        if reason is None and not is_second_way(url):
            self.ways.take(url)
        return reason

    def spend(self, found: Found) -> str | None:
        """The same when a request is about to go out, in the order of priorities: `max_pages` when they are used up."""
        if found == "attachment":
            return None
        if self.pages >= self.limits.max_pages:
            return "max_pages"
        self.pages += 1
        return None

    def forget(self, url: str, identity: str = "") -> None:
        """The address was admitted and is not asked for now: it may come again by another way."""
        self._seen.discard(f"{_key(url)}#{identity}" if identity else _key(url))

    def refund(self) -> None:
        """A page that was about to go out does not: robots.txt disallows it."""
        self.pages -= 1

    def admit_redirect(self, url: str, chain: list[str]) -> str | None:
        """The same for where a redirect leads: its own chain may come back to itself, as a cookie's bounce does."""
        key = _key(url)
        if key in {_key(hop) for hop in chain}:
            return None
        try:
            reason = None if self.scope.holds(url) else OUTSIDE
        except ValueError:
            reason = "bad_address"
        if reason is None and key in self._seen:
            reason = SEEN
        self._seen.add(key)
        return reason

    def note_post(self, *, answered: bool) -> None:
        """A form was posted: whether the site answered it with a page."""
        self._refused_posts = 0 if answered else self._refused_posts + 1

    @property
    def refuses_posts(self) -> bool:
        """Whether the site answered no form so often in a row that none is posted any more: a mirror cannot."""
        return self._refused_posts >= MOST_REFUSED_POSTS

    def is_barren(self, url: str, found: Found) -> bool:
        """Whether addresses of this pattern have given nothing for too long."""
        return self._barren[pattern(url)] >= (BARREN_ROWS if found == "row" else BARREN_PAGES)

    def note(self, url: str, *, fruitful: bool) -> None:
        """A page was read: `fruitful` where it was a document, or had rows of another pattern that were admitted."""
        if fruitful:
            self._barren[pattern(url)] = 0
        else:
            self._barren[pattern(url)] += 1

    def _refusal(self, url: str, found: Found, depth: int) -> str | None:
        reason = None if found in {"start", "script"} else trap(url, row=found not in {"next", "link"})
        if reason is None and not self.scope.holds(url):
            reason = OUTSIDE
        if reason:
            return reason
        if depth > self.limits.max_depth:
            return "depth"
        if self.is_barren(url, found):
            return "barren"
        if found != "attachment" and self.pages >= self.limits.max_pages:
            return "max_pages"
        if found in {"row", "link"} and self.ways.is_known(url):
            return SAME_ARTICLE
        return self._too_many_forms(url)

    def _too_many_forms(self, url: str) -> str | None:
        parts = urlsplit(url)
        forms = self._forms[f"{host_of(parts)}{parts.path}"]
        form = parameters(parts)
        if form not in forms and len(forms) >= QUERY_FORMS:
            return "query"
        forms.add(form)
        return None


def _key(url: str) -> str:
    """What makes two addresses the same page: the canonical form without http or https."""
    return canonical(url).partition("://")[2]
