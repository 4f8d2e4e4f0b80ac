"""Articles that are split over several pages: which of a page's further pages are its own, and which came first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit

MOST_PARTS = 50
_NAME = re.compile(r"(?P<stem>.+?)(?:[_-](?P<number>\d{1,3}))?(?P<ending>\.\w+)")
_LISTS = re.compile(r"(?:index|list|default|more|main)\w*", re.IGNORECASE)
_PAGE_FIELDS = frozenset({"page", "p", "pageno", "pagenum", "currpage", "pn"})


def parts_among(url: str, pages: Iterable[str]) -> tuple[str, ...]:
    """The pages that continue this one: t1_1.html, 1_2.html beside 1.html, ?id=1&page=2 beside ?id=1."""
    here = urlsplit(url)
    found = [page for page in pages if _continues(here, urlsplit(page))]
    return tuple(found[:MOST_PARTS])


def first_of(url: str, html: str, pages: Iterable[str]) -> str | None:
    """The first page of the article of which this page is a later part; None where it is none.

    Its name has a number, and the page links the one without it as a page of its pager, or names it in the pager's
    script.
    """
    parts = urlsplit(url)
    name = parts.path.rpartition("/")[2]
    match = _NAME.fullmatch(name)
    if match is None or match["number"] is None or _LISTS.fullmatch(match["stem"]):
        return None
    first = urljoin(url, match["stem"] + match["ending"])
    is_named = re.search(rf"createPage\w*\([^)]*['\"]{re.escape(match['stem'])}['\"]", html, re.IGNORECASE)
    return first if is_named or first in set(pages) else None


def _continues(here: SplitResult, there: SplitResult) -> bool:
    folder, _, own = here.path.rpartition("/")
    other_folder, _, other = there.path.rpartition("/")
    if (here.hostname, folder) != (there.hostname, other_folder):
        return False
    if own == other:
        return bool(here.query) and _asks_for_more(here.query, there.query)
    mine, match = _NAME.fullmatch(own), _NAME.fullmatch(other)
    if mine is None or match is None or match["number"] is None or here.query != there.query:
        return False
    stem = own[: -len(mine["ending"])]
    return match["stem"] == stem and match["ending"] == mine["ending"] and not _LISTS.fullmatch(stem)


def _asks_for_more(mine: str, other: str) -> bool:
    """Whether the other query is this one and a page's number."""
    own, others = dict(parse_qsl(mine)), dict(parse_qsl(other))
    added = {name for name in others if own.get(name) != others[name]}
    return bool(added) and {name.lower() for name in added} <= _PAGE_FIELDS and own.keys() - added <= others.keys()
