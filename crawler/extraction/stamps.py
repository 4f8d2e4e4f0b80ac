"""Days of publication that a page's markup says: structured data, `<time>`, a title attribute, a script's variable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from lxml import etree

from crawler.extraction.dates import SHANGHAI, DateFound, parse_date
from crawler.extraction.outline import Element, Outline, text_of

_JSON = re.compile(
    r"[\"'](?:datePublished|pubDate|publishTime|publish_time|dateCreated|uploadDate)[\"']\s*:\s*[\"']([^\"']{8,40})[\"']"
)
_ITEMS = ("datepublished", "datecreated")
# the time stamp of WeChat's page, and what others call their own
_SCRIPT = re.compile(
    r"\bvar\s+(?:ct|createTime|create_time|publish_time|publishTime|pubtime)\s*=\s*[\"']([\d][\d\s:./-]{7,24})[\"']"
)
# a day that a script writes into the dateline
_WRITTEN = re.compile(r"\s*document\.write(?:ln)?\(\s*[\"']([12]\d{3}[\d\s:年月日./-]{4,18})[\"']\s*\)\s*;?\s*")
_EPOCH = re.compile(r"1\d{9}")
_CHANGED = re.compile(r"updated?\b|modified|更新|修改|编辑", re.IGNORECASE)
_COMMENT = re.compile(r"comment|reply|feedback|pinglun|related|recent|sidebar|widget", re.IGNORECASE)
_LONGEST = 40
_AROUND = 4  # lines above the title, or below the body, whose `<time>` is still the article's


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A day or a moment in the markup, and the rule that read it."""

    rule: str
    found: DateFound


def stamps(page: Outline, first: int, last: int) -> tuple[Stamp, ...]:
    """The stamps of a page whose article, title to end, has the lines `first` to `last`, the surest first."""
    scripts = _found(_SCRIPTS, page.root)
    return (
        *_structured(page.root, scripts),
        *_timed(page, first, last),
        *_written(page, scripts, first, last),
        *_scripted(page.root, scripts),
    )


_SCRIPTS = etree.XPath("//script[not(@src)]")
_MICRODATA = etree.XPath("//*[@itemprop]")
_TIMES = etree.XPath("//time | //*[@title]")


def _found(path: etree.XPath, root: Element) -> list[Element]:
    return [one for one in cast("list[object]", path(root)) if isinstance(one, Element)]


def _structured(root: Element, scripts: list[Element]) -> Iterator[Stamp]:
    for script in scripts:
        if "ld+json" in (script.get("type") or "").lower():
            for raw in _JSON.findall(script.text or ""):
                yield from _stamp("json_ld", raw)
    items = [(set((element.get("itemprop") or "").lower().split()), element) for element in _found(_MICRODATA, root)]
    for name in _ITEMS:
        for names, element in items:
            if name in names and not _is_a_comments(element):
                yield from _stamp("microdata", _said(element))


def _timed(page: Outline, first: int, last: int) -> Iterator[Stamp]:
    candidates = set(_found(_TIMES, page.root))
    for node in page.nodes if candidates else ():
        if node.element not in candidates or node.last <= first - _AROUND or node.first > last + _AROUND:
            continue
        element = node.element
        if element.tag == "time" and not _CHANGED.search(_names(element)) and not _is_a_comments(element):
            yield from _stamp("time", _said(element))
        elif node.last <= last and (title := element.get("title", "")) and title[:1] in "12" and len(title) < _LONGEST:
            yield from _stamp("title_attribute", title)


def _written(page: Outline, scripts: list[Element], first: int, last: int) -> Iterator[Stamp]:
    """The one day that a script writes between the title and the end of the text; nothing where several days are."""
    said = {one.getparent(): found[1] for one in scripts if (found := _WRITTEN.fullmatch(one.text or ""))}
    if len(said) == 1:
        inside = (node for node in page.nodes if first <= node.first <= node.last <= last and node.element in said)
        for node in inside:
            yield from _stamp("script", said[node.element])


def _scripted(root: Element, scripts: list[Element]) -> Iterator[Stamp]:
    for script in scripts:
        for raw in _SCRIPT.findall(script.text or ""):
            if _EPOCH.fullmatch(raw):
                yield from _stamp("script", datetime.fromtimestamp(int(raw), SHANGHAI).isoformat())
            else:
                yield from _stamp("script", raw)
    if raw := next((root.get(name) for name in ("data-publishtime",) if root.get(name)), None):
        yield from _stamp("attribute", raw)


def _said(element: Element) -> str:
    return element.get("datetime") or element.get("content") or text_of(element)


def _names(element: Element) -> str:
    return f"{element.get('class', '')} {element.get('itemprop', '')} {element.get('title', '')}"


def _is_a_comments(element: Element) -> bool:
    """Whether something around an element says by its name that it is a comment, or a list beside the article."""
    return any(
        _COMMENT.search(f"{one.get('class', '')} {one.get('id', '')}")
        for one in element.iterancestors()
        if one.tag not in {"body", "html"}
    )


def _stamp(rule: str, raw: str) -> Iterator[Stamp]:
    if found := parse_date(raw.strip(), short_years=False):
        yield Stamp(rule=rule, found=found)
