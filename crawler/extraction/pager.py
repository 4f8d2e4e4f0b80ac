"""The further pages of a list: by links that say so, by numbers, by the pager scripts of known CMSs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

from crawler.extraction.links import absolute
from crawler.extraction.outline import Element, text_of

_NEXT = re.compile(
    r"[\[【(（<>\s]*(?:下\s?一?\s?页|后一?页|next(?:\s?page)?|[>›»＞]{1,2}|下一頁|下頁)[\]】)）<>»›\s]*", re.IGNORECASE
)
_ARROW = re.compile(r"[\[【(（\s]*[>›»＞]{1,2}[\]】)）\s]*")
_NUMBER = re.compile(r"[\[【(（第\s]*(\d{1,4})[页\]】)）\s]*")
_POST_BACK = re.compile(r"__doPostBack|goto\w*\(|page\w*\(", re.IGNORECASE)
# TRS: createPageHTML(total, current from 0, "index", "html"); the template may put more arguments after those
_TRS = re.compile(
    r"[cC]reatePage(?:HTML|Html|html)\(\s*['\"]?(?P<total>\d+)['\"]?\s*,\s*['\"]?(?P<current>\d+)['\"]?\s*,\s*['\"](?P<stem>[\w.-]+)['\"]\s*,\s*['\"](?P<ending>\w+)['\"]"
)
_TRS_NAMES = ("reatePageHTML", "reatePageHtml", "reatePagehtml")
_PAGER_WORD = re.compile(r"[首上下尾末]一?页|最后一页|第一页")
_MOST = 5000
_MOST_NEAR = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Addresses of further pages, the next one first, and how many page links only a script can follow."""

    next_pages: tuple[str, ...] = ()
    unfollowable: int = 0


def pager(root: Element, html: str, base: str) -> Pager:
    """The pager of a page. Only pages that the page itself links or computes; the page itself is not among them."""
    first: dict[str, None] = {}
    numbered: dict[str, None] = {}
    unfollowable = 0
    for element in root.iter("a", "link"):
        what = _kind(element)
        if what is None:
            continue
        address = absolute(base, element.get("href"))
        if address is None:
            unfollowable += bool(_POST_BACK.search(f"{element.get('href', '')} {element.get('onclick', '')}"))
        elif _is_sibling(address, base):
            (first if what == "next" else numbered)[address] = None
    for address in _computed(html, base):
        numbered[address] = None
    found = dict.fromkeys([*first, *numbered])
    return Pager(next_pages=tuple(address for address in found if address != base), unfollowable=unfollowable)


def _kind(element: Element) -> str | None:
    """Whether a link is a pager's: `next`, `number`, or None."""
    if "next" in (element.get("rel") or "").lower().split():
        return "next"
    if element.tag == "link":
        return None
    text = text_of(element) or (element.get("title") or "")
    if _NEXT.fullmatch(text):
        # a lone arrow is also a slide show's: it is a pager's where numbers stand beside it
        return "next" if not _ARROW.fullmatch(text) or _beside_numbers(element) else None
    if _NUMBER.fullmatch(text) and _beside_numbers(element):
        return "number"
    return None


def _beside_numbers(element: Element) -> bool:
    """Whether another page number, or a word of a pager, stands in the same or the next outer element."""
    around = element.getparent()
    outer = around.getparent() if around is not None else None
    for place in (around, outer):
        if place is None or place.tag == "body":
            continue
        near = islice(place.iter("a", "span", "em", "strong", "b", "li"), _MOST_NEAR)
        texts = (text_of(one) for one in near if one is not element)
        if any(_NUMBER.fullmatch(text) or _PAGER_WORD.match(text) for text in texts):
            return True
    return False


def _is_sibling(address: str, base: str) -> bool:
    return urlsplit(address).hostname == urlsplit(base).hostname


def _computed(html: str, base: str) -> list[str]:
    """The pages that a TRS pager script counts out: index.html, index_1.html … index_{total-1}.html."""
    match = _TRS.search(html) if any(name in html for name in _TRS_NAMES) else None
    if not match:
        return []
    total, current = min(int(match["total"]), _MOST), int(match["current"])
    names = [f"{match['stem']}{f'_{n}' if n else ''}.{match['ending']}" for n in range(total)]
    return [urljoin(base, name) for name in (*names[current + 1 :], *names[:current])]
