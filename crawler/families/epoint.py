"""Epoint 新点 EWB: pages whose lists a script fills from getgovinfolist."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from crawler.families.base import MOST_PAGES, Answer, Asked, Family, Markup, More, Post
from crawler.families.data import json_list

SIZE = 50
_API = re.compile(r"[\"']([^\"'\s]*?/rest/lightfrontaction/getgovinfolist[^\"'\s]*)[\"']", re.IGNORECASE)
_PROJECT = re.compile(r"\bprojectName['\"]?\s*[:=]\s*['\"]([\w./-]+)['\"]")
_SITE = re.compile(r"\bsiteGuid['\"]?\s*[:=]\s*['\"]([\w-]{8,40})['\"]", re.IGNORECASE)
_COLUMN = re.compile(r"\bcategory(?:num|Num)['\"]?\s*[:=]\s*['\"]([\w-]{3,40})['\"]")
_FOLDER = re.compile(r"/((?:\d{3})+)/(?:[\w-]*\.html?)?$")
_INFOLIST = "getgovinfolist"


class _Epoint(Family):
    name = "epoint"
    signs = (("ewb-", 2), ("webbuildercommon.js", 3), (_INFOLIST, 3), ("epoint", 1), ("<?=el.", 1))
    barred = re.compile(r"/rest/(?:lightfrontaction/)?(?:\w*hits?\w*|\w*count\w*|\w*login\w*)", re.IGNORECASE)

    def more(self, page: Markup) -> More:
        """The first page of the column's list, where the page names site and column."""
        site, api, project = _SITE.search(page.html), _API.search(page.html), _PROJECT.search(page.html)
        column = _COLUMN.search(page.html) or _FOLDER.search(page.url)
        if not site or not column or not (api or project):
            return More()
        address = api[1] if api else f"/{project[1].strip('/')}/rest/lightfrontaction/{_INFOLIST}" if project else ""
        asked = {"siteGuid": site[1], "deptcode": "", "categorynum": column[1], "pageIndex": 0, "pageSize": SIZE}
        return More(posts=(_post(address, asked),))

    def answer(self, asked: Asked) -> Answer | None:
        """`custom.data[]`, from page 0 on, until a page is not full."""
        if _INFOLIST not in asked.url.lower() or asked.data is None:
            return None
        found = json_list(asked.url, asked.data) or Answer()
        return Answer(items=found.items, more=More(posts=tuple(_after(asked, len(found.items)))))


def _post(address: str, asked: Mapping[str, object]) -> Post:
    body = json.dumps({"params": json.dumps(asked, ensure_ascii=False)}, ensure_ascii=False).encode()
    identity = f"{asked['categorynum']} {asked['pageIndex']}"
    return Post(url=address, body=body, identity=identity, media_type="application/json")


def _after(asked: Asked, rows: int) -> Iterator[Post]:
    try:
        params = json.loads(json.loads(asked.posted)["params"])
        number, size = int(params["pageIndex"]), int(params["pageSize"])
    except (ValueError, KeyError, TypeError):
        return
    if rows >= size and number < MOST_PAGES:
        yield _post(asked.url, {**params, "pageIndex": number + 1})


FAMILY = _Epoint()
