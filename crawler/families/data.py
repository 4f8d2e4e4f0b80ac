"""List APIs that answer in JSON: where the rows are, whatever a CMS calls their fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from crawler.families.base import MOST_PAGES, Answer, Item, More, parameter, whole_number, with_parameters

TITLES = ("realtitle", "title", "doctitle", "infotitle", "articletitle", "subject", "headline", "name", "filename")
ADDRESSES = (
    "post_url",
    "infourl",
    "docpuburl",
    "articleurl",
    "visiturl",
    "linkurl",
    "pageurl",
    "url",
    "link",
    "href",
    "path",
)
DATES = (
    "display_publish_time",
    "publishtime",
    "publish_time",
    "publishdate",
    "publish_date",
    "pubdate",
    "pubtime",
    "docreltime",
    "infodate",
    "showdate",
    "releasetime",
    "releasedate",
    "date",
    "created_at",
    "createtime",
    "time",
)
_TOTALS = ("post_count", "totalcount", "total_count", "totalelements", "totalrecord", "total", "count", "rowcount")
_PAGES = ("pageNo", "pageNum", "pageIndex", "currentPage", "currPage", "currpage", "page", "paged", "p")
_DEEPEST = 8
_TAG = re.compile(r"<[^>]*>")


def json_list(url: str, data: object) -> Answer | None:
    """The rows of the longest list of titled, addressed objects in an answer; None where there is none.

    The next page is the same address with its page number one higher, until a page is short of the total or empty.
    """
    found = [rows for rows in _lists(data, 0) if rows]
    if not found:
        return Answer() if _is_empty(data) else None
    rows = max(found, key=len)
    return Answer(items=tuple(rows), more=More(pages=next_page(url, len(rows), _total(data, 0))))


def next_page(url: str, size: int, total: int | None) -> tuple[str, ...]:
    """The address of the page after this one, by the page number in its query; () at the end, or without a number."""
    name = next((name for name in _PAGES if parameter(url, name) is not None), None)
    number = whole_number(parameter(url, name)) if name else None
    if name is None or number is None or not size or number >= MOST_PAGES:
        return ()
    if total is not None and max(number, 1) * size >= total:
        return ()
    return (with_parameters(url, {name: str(max(number, 1) + 1)}),)


def text_field(item: Mapping[str, object], names: tuple[str, ...]) -> str | None:
    """The first of these fields that holds a text or a number; `{"rendered": …}` counts as its text."""
    by_name = {str(name).lower(): value for name, value in item.items()}
    for name in names:
        value = by_name.get(name)
        if isinstance(value, Mapping):
            value = value.get("rendered")
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return None


def _lists(data: object, depth: int) -> Iterator[list[Item]]:
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        yield [item for one in data if isinstance(one, Mapping) and (item := _item(one))]
    for value in data if isinstance(data, list) else data.values() if isinstance(data, Mapping) else ():
        yield from _lists(value, depth + 1)


def _item(one: Mapping[str, object]) -> Item | None:
    title, address = text_field(one, TITLES), text_field(one, ADDRESSES)
    if not title or not address or address.isdigit():
        return None
    pinned = any(one.get(name) in {True, "1"} for name in ("is_top", "isTop", "istop", "sticky"))
    return Item(address=address, title=_TAG.sub("", title), date=text_field(one, DATES), pinned=pinned)


def _total(data: object, depth: int) -> int | None:
    """The number of rows that an answer states."""
    if not isinstance(data, Mapping) or depth > _DEEPEST:
        return None
    own = text_field(data, _TOTALS)
    if (number := whole_number(own)) is not None:
        return number
    return next((total for value in data.values() if (total := _total(value, depth + 1)) is not None), None)


def _is_empty(data: object) -> bool:
    """Whether an answer has an empty list in a place of rows: a page beyond the last one."""
    if isinstance(data, Mapping):
        return any(value == [] or _is_empty(value) for value in data.values())
    return data == []
