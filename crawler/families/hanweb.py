"""Hanweb 大汉 jcms, jpage and jpaas: lists whose rows stand in a datastore, and whose further pages are data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlencode

from crawler.families.base import (
    MOST_PAGES,
    Answer,
    Asked,
    Family,
    Markup,
    More,
    Post,
    form_post,
    parameter,
    whole_number,
    with_parameters,
)

_STORE = re.compile(
    r"<script\b[^>]*>\s*(?:<!\[CDATA\[\s*)?((?:<\?xml[^>]*>\s*)?<datastore>[\s\S]*?</datastore>)\s*(?:\]\]>\s*)?</script\s*>",
    re.IGNORECASE,
)
_RECORD = re.compile(r"<record>\s*<!\[CDATA\[([\s\S]*?)\]\]>\s*</record>", re.IGNORECASE)
_GROUP = re.compile(r"<nextgroup>\s*<!\[CDATA\[\s*<a\b[^>]*?href=[\"']?([^\"'>\s]+)", re.IGNORECASE)
_TOTAL = re.compile(r"<totalrecord>\s*(\d{1,8})\s*</totalrecord>", re.IGNORECASE)
_SIZE = re.compile(r"\bperPage\W{1,4}(\d{1,4})\b", re.IGNORECASE)
_RECORDS = re.compile(r"\btotalRecord\W{1,4}(\d{1,8})\b", re.IGNORECASE)
_PROXY = re.compile(r"[\"']([^\"'\s]*dataproxy\.jsp[^\"'\s]*)[\"']", re.IGNORECASE)
_FIELDS = re.compile(r"[\"']((?:\w+=[^&\"']*&)+\w+=[^\"']*)[\"']")
_NAMED = re.compile(
    r"\b(col|appid|webid|path|columnid|sourceContentType|unitid|webname|permissiontype)\s*[=:]\s*['\"]?([\w/.%-]+)"
)
_COLUMN = re.compile(r"/col/col(\d+)/")
_UNIT = re.compile(r"<script\b[^>]*unitbuild\.js[^>]*>", re.IGNORECASE)
_UNIT_URL = re.compile(r"\burl\s*=\s*[\"']([^\"']+)[\"']", re.IGNORECASE)
_QUERY = re.compile(r"\bqueryData\s*=\s*(?:\"(\{[^\"]*\})\"|'(\{[^']*\})')", re.IGNORECASE)
_PAIR = re.compile(r"[\"']?(\w+)[\"']?\s*:\s*[\"']([^\"']*)[\"']")
_COUNTED = re.compile(r"class=[\"'][^\"']*pagination[^>]*", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(rows|count)\s*=\s*[\"']?(\d{1,8})", re.IGNORECASE)
_XXGK = re.compile(r"[\"']?((?:/[\w/]*)?/module/xxgk/search\.jsp)[^\"'\s]*", re.IGNORECASE)
_INFOTYPE = re.compile(r"infotypeId\W{1,12}?([\w-]{3,40})", re.IGNORECASE)
_LAST = re.compile(r"共\s*(\d{1,5})\s*页")
_CURRENT = "currpage"


class _Hanweb(Family):
    name = "hanweb"
    articles = re.compile(r"/art/\d{4}/(?:\d{1,2}/\d{1,2}/)?art_\w+\.html$")
    signs = (
        ("<datastore>", 3),
        ("dataproxy.jsp", 3),
        ("/module/web/jpage/", 2),
        ("unitbuild.js", 3),
        ("jpaas", 2),
        ("/module/xxgk/", 2),
        ("zjeg_rss.content", 2),
        ("/script/hanweb", 2),
    )
    forms = ((re.compile(r"/art/\d{4}/(?:\d{1,2}/\d{1,2}/)?art_[0-9a-f]+|/col/col\d+/"), 2),)
    bodies = ("#zoom", ".artile_zw", ".article-content")
    barred = re.compile(r"/module/(?:visitcount|guestbook|counter)|visitcount\.jsp", re.IGNORECASE)

    def unfold(self, html: str, url: str) -> str:  # noqa: ARG002 - the page says it all
        """The datastore's records stand as a list where the script stood."""
        return _STORE.sub(lambda store: _as_list(records(store[1])), html) if "<datastore>" in html else html

    def more(self, page: Markup) -> More:
        return More(pages=(*_further(page), *_units(page.html)), posts=tuple(_searches(page)))

    def answer(self, asked: Asked) -> Answer | None:
        if "<datastore>" in asked.text:
            return Answer(records=tuple(records(asked.text)), more=More(pages=tuple(_after(asked))))
        if "/module/xxgk/search.jsp" in asked.url:
            return Answer(html=asked.text, more=More(posts=tuple(_search_after(asked))))
        return _unit(asked) if "/page/build/unit" in asked.url else None


def records(store: str) -> Iterator[str]:
    """The rows in a datastore, one piece of HTML each."""
    return (record[1].strip() for record in _RECORD.finditer(store))


def _as_list(rows: Iterator[str]) -> str:
    found = [row if re.match(r"<(?:li|tr)\b", row, re.IGNORECASE) else f"<li>{row}</li>" for row in rows]
    if found and found[0][:3].lower() == "<tr":
        return f"<table>{''.join(found)}</table>"
    return f"<ul>{''.join(found)}</ul>"


def _further(page: Markup) -> Iterator[str]:
    """dataproxy.jsp for the records after the page's own.

    Some servers heed only `page`, others only `startrecord` and `endrecord`: each request has both. Encrypted ids stand
    only in the address that `nextgroup` names.
    """
    html = page.html
    if "dataproxy.jsp" not in html.lower():
        return
    group = _GROUP.search(html)
    if group:
        yield unescape(group[1])
        return
    size, total, proxy = _SIZE.search(html), _RECORDS.search(html) or _TOTAL.search(html), _PROXY.search(html)
    if not size or not total or not proxy or not int(size[1]):
        return
    address = unescape(proxy[1])
    said = next((one[1] for one in _FIELDS.finditer(html) if "columnid=" in one[1] or "unitid=" in one[1]), None)
    fields = said or ("" if "columnid=" in address else urlencode(_gathered(page)))
    for begin in range(int(size[1]) + 1, min(int(total[1]), MOST_PAGES * int(size[1])) + 1, int(size[1])):
        yield _chunk(f"{address}{'&' if '?' in address else '?'}{fields}", begin, int(size[1]), int(total[1]))


def _gathered(page: Markup) -> dict[str, str]:
    """The parameters that the page's script names one by one; the column is in the address too."""
    found = dict(reversed(_NAMED.findall(page.html)))
    column = _COLUMN.search(page.url)
    return {"col": "1", "appid": "1", "path": "/", **({"columnid": column[1]} if column else {}), **found}


def _chunk(address: str, begin: int, size: int, total: int) -> str:
    end = min(begin + size - 1, total)
    values = {"startrecord": begin, "endrecord": end, "perpage": size, "page": (begin - 1) // size + 1}
    return with_parameters(address, {name: str(value) for name, value in values.items()})


def _after(asked: Asked) -> Iterator[str]:
    """The address in `nextgroup`, which some servers give with their own page's number; without one, nothing.

    The list's first page has then named all the others.
    """
    group = _GROUP.search(asked.text)
    if not group or not _RECORD.search(asked.text):
        return
    address = unescape(group[1])
    here, named = whole_number(parameter(asked.url, "page")), whole_number(parameter(address, "page"))
    yield (
        address if here is None or named is None or named > here else with_parameters(address, {"page": str(here + 1)})
    )


def _units(html: str) -> Iterator[str]:
    """The first page of each jpaas unit: its further ones are asked for by paramJson alone."""
    for script in _UNIT.findall(html) if "unitbuild.js" in html.lower() else ():
        url, query = _UNIT_URL.search(script), _QUERY.search(script)
        if url and query:
            fields = dict(_PAIR.findall(unescape(query[1] or query[2])))
            yield f"{unescape(url[1])}?{urlencode({**fields, 'paramJson': _param(1, 15)})}"


def _param(page: int, size: int) -> str:
    return json.dumps({"pageNo": page, "pageSize": size}, separators=(",", ":"))


def _unit(asked: Asked) -> Answer | None:
    data = asked.data
    inner = data.get("data") if isinstance(data, dict) else None
    html = inner.get("html") if isinstance(inner, dict) else None
    if not isinstance(html, str):
        return None
    counts = {name.lower(): int(value) for tag in _COUNTED.findall(html) for name, value in _ATTRIBUTE.findall(tag)}
    try:
        said = json.loads(parameter(asked.url, "paramJson") or "{}")
        page, size = int(said["pageNo"]), counts.get("rows") or int(said["pageSize"])
    except (ValueError, KeyError, TypeError):
        return Answer(html=html)
    if page * size >= counts.get("count", 0) or page >= MOST_PAGES:
        return Answer(html=html)
    following = with_parameters(asked.url, {"paramJson": _param(page + 1, size)})
    return Answer(html=html, more=More(pages=(following,)))


def _searches(page: Markup) -> Iterator[Post]:
    """The search of the xxgk module for the whole column."""
    address, kind = _XXGK.search(page.html), _INFOTYPE.search(page.html)
    if address and kind:
        fields = {
            "infotypeId": kind[1],
            "jdid": "",
            "area": "",
            "divid": "",
            "vc_title": "",
            "vc_number": "",
            _CURRENT: "1",
        }
        yield _search(address[1], fields, 1)


def _search(address: str, fields: dict[str, str], number: int) -> Post:
    fields = {**fields, _CURRENT: str(number)}
    return form_post(f"{address}?{_CURRENT}={number}", fields, identity=urlencode(sorted(fields.items())))


def _search_after(asked: Asked) -> Iterator[Post]:
    number, last = whole_number(parameter(asked.url, _CURRENT)), _LAST.search(asked.text)
    if number is None or not last or number >= min(int(last[1]), MOST_PAGES) or "href" not in asked.text:
        return
    fields = dict(_pairs(asked.posted))
    if fields:
        yield _search(asked.url.partition("?")[0], fields, number + 1)


def _pairs(posted: bytes) -> Iterator[tuple[str, str]]:
    query = f"?{posted.decode('ascii', 'replace')}"
    for name in ("infotypeId", "jdid", "area", "divid", "vc_title", "vc_number"):
        value = parameter(query, name)
        if value is not None:
            yield name, value


FAMILY = _Hanweb()
