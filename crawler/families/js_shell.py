"""A page that is an empty root and a script: its list API is looked for in the script's bundle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product

from crawler.families.base import Answer, Asked, Family, Markup, More

MOST_ADDRESSES = 60
"""List addresses that are made from one bundle: it names few; more are chance."""
_SHELL = re.compile(r"<div[^>]*\bid=[\"']?(?:app|root|__next|__nuxt)[\"']?[^>]*>\s*</div>", re.IGNORECASE)
_SOURCE = re.compile(r"<script\b[^>]*?\bsrc\s*=\s*[\"']?([^\"'\s>]+\.js[^\"'\s>]*)", re.IGNORECASE)
_LIBRARY = re.compile(
    r"vendor|chunk-lib|jquery|polyfill|vue(?:\.min|\.runtime)?\.js|echarts|swiper|baidu", re.IGNORECASE
)
# '/api/list?type='+t+'&pageNo='+p, "/api/list?type=".concat(t,"&pageNo=").concat(p), `/api/list?type=${t}&pageNo=${p}`
_CALL = re.compile(
    r"[\"'`](?P<path>/[\w./-]*(?:list|page|query|news|article|info|content)[\w./-]*)\?(?P<query>[\w=&${}.+'\"`\s(),-]{3,300}?)(?=[;,]\s|\)\s*(?:[;,}]|\.(?!concat))|\)\)|\)$|\}\)|\n)",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:^|[?&\"'`])(\w+)=(?:([\w-]+)(?=&|[\"'`]|$))?")
_PAGE_NAME = re.compile(r"page(?:no|num|index)?|curr(?:ent)?page|p", re.IGNORECASE)
_SIZE_NAME = re.compile(r"(?:page)?size|limit|rows|per_?page", re.IGNORECASE)


class _JsShell(Family):
    name = "js_shell"
    forms = ((_SHELL, 1),)

    def more(self, page: Markup) -> More:
        """The bundles of an empty page: the crawl reads them for the list API, and follows nothing else in them."""
        if not _SHELL.search(page.html):
            return More()
        found = (address for address in _SOURCE.findall(page.html) if not _LIBRARY.search(address))
        return More(pages=tuple(islice(found, 4)))

    def answer(self, asked: Asked) -> Answer | None:
        """A bundle is no answer, but says where the answers are."""
        if not asked.url.partition("?")[0].endswith(".js"):
            return None
        return Answer(more=More(pages=tuple(islice(_lists(asked.text), MOST_ADDRESSES))))


def _lists(script: str) -> Iterator[str]:
    """Each list address in a script, with the values that the script gives its parameters; page 1."""
    made: dict[str, None] = {}
    for call in _CALL.finditer(script):
        names = [(name, value) for name, value in _NAME.findall(call["query"])]
        if not any(_PAGE_NAME.fullmatch(name) for name, _ in names):
            continue
        choices = [[f"{name}={one}" for one in _values(script, name, value)] for name, value in names]
        for fields in product(*choices):
            made[f"{call['path']}?{'&'.join(fields)}"] = None
    yield from made


def _values(script: str, name: str, value: str) -> list[str]:
    """What a parameter may be: what is written there, a page's number or size, or each value the script names so."""
    if value:
        return [value]
    if _PAGE_NAME.fullmatch(name):
        return ["1"]
    if _SIZE_NAME.fullmatch(name):
        return ["20"]
    said = re.findall(rf"\b{re.escape(name)}['\"]?\s*:\s*['\"]?([\w-]{{1,40}})['\"]?\s*[,}}]", script)
    return list(dict.fromkeys(one for one in said if any(character.isdigit() for character in one)))[:MOST_ADDRESSES]


FAMILY = _JsShell()
