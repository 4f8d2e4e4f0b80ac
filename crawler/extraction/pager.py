"""The further pages of a list: by links that say so, and by numbers. Scripts are for the families to read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Literal
from urllib.parse import urlsplit

from crawler.extraction.links import absolute
from crawler.extraction.outline import Element, text_of
from crawler.families.base import Scripted

_NEXT = re.compile(
    r"[\[【(（<>\s]*(?:下\s?一?\s?页|后一?页|next(?:\s?page)?|[>›»＞]{1,2}|下一頁|下頁|较旧的?文章|older\s?posts?|查看更早)[\]】)）<>»›\s]*",
    re.IGNORECASE,
)
_ARROW = re.compile(r"[\[【(（\s]*[>›»＞]{1,2}[\]】)）\s]*")
_NUMBER = re.compile(r"[\[【(（第\s]*(\d{1,4})[页\]】)）\s]*")
# onclick="location.href='index_2.html'", href="javascript:location=encodeURI('index_2.jhtml')"
_LOCATION = re.compile(r"location(?:\.href)?\s*=\s*(?:encodeURI\(\s*)?['\"]([^'\"\s]+)['\"]\s*\)?\s*;?\s*(?:return|$)")
_NOTHING = re.compile(r"(?:javascript:\s*)?void\s*\(\s*0?\s*\)")
_CALL = re.compile(r"\w\s*\(|location")
_PAGING = re.compile(r"pag(?:er|ing|ination|es?(?:bar|num|nav|list)?)(?![a-z])", re.IGNORECASE)
_PAGER_WORD = re.compile(r"[首上下尾末]一?页|最后一页|第一页")
_MOST_NEAR = 60
_MOST_SCRIPTED = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Addresses of further pages, the next one first, and the pager's links that only call a script."""

    next_pages: tuple[str, ...] = ()
    scripted: tuple[Scripted, ...] = ()


def pager(root: Element, base: str) -> Pager:
    """The pager of a page: only pages that the page itself links. The page itself is not among them."""
    first: dict[str, None] = {}
    numbered: dict[str, None] = {}
    scripted: list[Scripted] = []
    for element in root.iter("a", "link", "option"):
        what = _kind(element) if element.tag != "option" else _chosen(element)
        if what is None:
            continue
        called = _LOCATION.search(f"{element.get('href', '')} {element.get('onclick', '')}")
        address = absolute(base, called[1] if called else element.get("href") or element.get("value"))
        if address is None or (element.tag == "a" and (element.get("href") or "").strip() in {"", "#"}):
            script = f"{element.get('href', '')} {element.get('onclick', '')}"
            if _CALL.search(_NOTHING.sub("", script)):
                scripted.append(Scripted(kind=what, text=text_of(element), script=script))
        elif _is_sibling(address, base):
            (first if what == "next" else numbered)[address] = None
    found = dict.fromkeys([*first, *numbered])
    return Pager(
        next_pages=tuple(address for address in found if address != base), scripted=tuple(scripted[:_MOST_SCRIPTED])
    )


def _chosen(option: Element) -> Literal["number"] | None:
    """A number in a pager's select box, where its value is an address: <option value=list_7_2.html>2</option>."""
    value = option.get("value") or ""
    is_address = "." in value or "/" in value or "?" in value
    return "number" if is_address and _NUMBER.fullmatch(text_of(option)) else None


def _kind(element: Element) -> Literal["next", "number"] | None:
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
    """Whether another page number or a word of a pager stands in the same or the next outer element, or that is one."""
    around = element.getparent()
    outer = around.getparent() if around is not None else None
    for place in (around, outer):
        if place is None or place.tag == "body":
            continue
        if _PAGING.search(f"{place.get('id') or ''} {place.get('class') or ''}"):
            return True
        near = islice(place.iter("a", "span", "em", "strong", "b", "li"), _MOST_NEAR)
        texts = (text_of(one) for one in near if one is not element)
        if any(_NUMBER.fullmatch(text) or _PAGER_WORD.match(text) for text in texts):
            return True
    return False


def _is_sibling(address: str, base: str) -> bool:
    return urlsplit(address).hostname == urlsplit(base).hostname
