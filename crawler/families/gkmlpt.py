"""gkmlpt, the open-government platform of Guangdong: a page that is a script, and a list API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from urllib.parse import urlsplit

from crawler.families.base import Answer, Asked, Family, Markup, More, parameter
from crawler.families.data import json_list

_SID = re.compile(r"\bSID['\"]?\s*:\s*['\"]?(\d+)")
_TREE = re.compile(r"\bTREE['\"]?\s*:\s*(?=[\[{])")
_DETAIL = re.compile(r"\bDETAIL['\"]?\s*:\s*(?=\{)")
_MOST_COLUMNS = 500
_TAGS = re.compile(r"<[^>]*>")
_TEXT = re.compile(r"\S{6,30}")
_API = re.compile(r"/gkmlpt/api/all/\d+")


class _Gkmlpt(Family):
    name = "gkmlpt"
    articles = re.compile(r"/content/[\w/]*post_\d+\.html$")
    signs = (("/gkmlpt/", 2), ("window._config", 1), ("gkmlpt", 1))
    forms = ((re.compile(r"_config\s*=[\s\S]{0,40}?\bsid\b|_config\s*=[\s\S]{0,400}?\bdetail\b"), 2),)

    def unfold(self, html: str, url: str) -> str:  # noqa: ARG002 - the page says it all
        """An article whose text stands only in `_CONFIG.DETAIL` has it where the script stood."""
        found = _DETAIL.search(html)
        detail = _literal(html, _DETAIL)
        if not found or not isinstance(detail, Mapping) or not isinstance(content := detail.get("content"), str):
            return html
        script = max(html.rfind("<script", 0, found.start()), 0)
        text = _TEXT.search(_TAGS.sub("\n", content))
        if text and text[0] in html[:script]:
            return html
        return f"{html[:script]}<div class=article-content id=zoom>{content}{_files(detail)}</div>{html[script:]}"

    def more(self, page: Markup) -> More:
        sid = _SID.search(page.html)
        tree = _literal(page.html, _TREE) if sid else None
        if not sid or tree is None:
            return More()
        root = urlsplit(page.url).path.partition("/gkmlpt/")[0]
        columns = list(dict.fromkeys(_columns(tree)))[:_MOST_COLUMNS]
        return More(pages=tuple(f"{root}/gkmlpt/api/all/{column}?page=1&sid={sid[1]}" for column in columns))

    def answer(self, asked: Asked) -> Answer | None:
        """Pages 0 and 1 are the same; behind the last one some sites answer 404."""
        if asked.data is None or not _API.search(asked.url) or parameter(asked.url, "sid") is None:
            return None
        return json_list(asked.url, asked.data)


def _literal(html: str, name: re.Pattern[str]) -> object:
    """The JSON after a name in a script; None where there is none that can be read."""
    found = name.search(html)
    if not found:
        return None
    try:
        return json.JSONDecoder().raw_decode(html, found.end())[0]
    except ValueError:
        return None


def _columns(tree: object) -> Iterator[int]:
    """The numbers of all columns, the inner ones too."""
    if isinstance(tree, list):
        for one in tree:
            yield from _columns(one)
    elif isinstance(tree, Mapping):
        number = tree.get("id")
        if isinstance(number, int):
            yield number
        yield from (found for value in tree.values() if isinstance(value, list) for found in _columns(value))


def _files(detail: Mapping[str, object]) -> str:
    listed = detail.get("attachment")
    found = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    return "".join(
        f"<p>附件：<a href='{escape(str(one.get('url', '')))}'>{escape(str(one.get('name', '')))}</a></p>"
        for one in found
    )


FAMILY = _Gkmlpt()
