"""TRS WCM and HyCMS (拓尔思): central and provincial league, most government portals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from crawler.families.base import MOST_PAGES, Family, Markup, More

LOOK_AHEAD = 3
"""Pages that are asked for after the one that names the total: on many sites the deeper ones are empty stubs without
a pager, and there the list ends; one that cannot be had must not end it."""

# createPageHTML(total, current from 0, "index", "html", …); HyCMS puts the holder's id first, and counts from 1
_PAGER = re.compile(
    r"createPageHTML\(\s*(?P<holder>['\"][\w-]+['\"]\s*,\s*)?['\"]?(?P<total>\d{1,6})['\"]?\s*,\s*['\"]?(?P<current>\d{1,6})['\"]?"
    r"\s*,\s*['\"](?P<stem>[\w.-]+)['\"]\s*,\s*['\"]\.?(?P<ending>\w+)['\"]",
    re.IGNORECASE,
)
_CONFIG = re.compile(r"pagination_script_config[\s\S]{0,300}?\b(?:total|pageCount)['\"]?\s*[:=]\s*['\"]?(\d{1,6})")
# nda: index_pc_2.html, mee: index_PAGEID_2.shtml; the name stands in the pager's own script
_NAME = re.compile(r"['\"/](?P<stem>\w+_(?:pc|PAGEID))_")
_NUMBERED = re.compile(r"(?P<stem>.+?)(?:_(?P<number>\d+))?\.(?P<ending>s?html?)")
_WRITTEN = re.compile(
    r"<script\b[^>]*>(?:(?!</script)[\s\S])*?document\.write(?:ln)?\((?:(?!</script)[\s\S])*</script\s*>", re.IGNORECASE
)
_WRITE = re.compile(r"document\.write(?:ln)?\(\s*(?:\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)')\s*\)")
_COMPANION = re.compile(r"['\"]((?:\./)?[\w/-]+\.json)['\"]")


class _Trs(Family):
    name = "trs"
    articles = re.compile(r"/t20\d{6}_\d+\.s?html?$")
    signs = (
        ("createpagehtml(", 3),
        ("pagination_script_config", 2),
        ("trs_editor", 3),
        ("trs_ueditor", 3),
        ("trs_preappend", 2),
        ("trs_webappcode", 1),
    )
    # `\bt20…`, begun with its fixed letters: searching for those first takes a fifth of the time
    forms = ((re.compile(r"t20(?<!\wt20)\d{6}_\d+\.s?html?"), 2),)
    bodies = (".trs_editor", ".trs_editor_view", ".trs_ueditor*", ".trs_paper_default", ".trs_web")

    def unfold(self, html: str, url: str) -> str:  # noqa: ARG002 - the page says it all
        """Rows that a script writes stand where the script stood."""
        return _WRITTEN.sub(_written, html) if "document.write" in html and "href" in html else html

    def more(self, page: Markup) -> More:
        names = [*_counted(page.html), *_configured(page)]
        companions = _COMPANION.findall(page.html) if "getJSON" in page.html or ".ajax(" in page.html else []
        return More(pages=tuple(dict.fromkeys([*names, *companions[:5]])))


def _written(script: re.Match[str]) -> str:
    rows = [one[1] or one[2] or "" for one in _WRITE.finditer(script[0])]
    text = "".join(rows).replace("\\'", "'").replace('\\"', '"').replace("\\/", "/")
    return text if re.search(r"<a\b[^>]*href", text, re.IGNORECASE) else script[0]


def _counted(html: str) -> Iterator[str]:
    """index.html, index_1.html … index_{total-1}.html, from where the page stands."""
    if "reatepagehtml" not in html.lower():
        return
    for match in _PAGER.finditer(html):
        current = int(match["current"]) - (1 if match["holder"] else 0)
        yield from _names(match["stem"], match["ending"], int(match["total"]), max(current, 0))


def _configured(page: Markup) -> Iterator[str]:
    total, named = _CONFIG.search(page.html), _NAME.search(page.html)
    if not total:
        return
    here = _NUMBERED.fullmatch(urlsplit(page.url).path.rpartition("/")[2])
    current = int(here["number"] or 0) if here else 0
    ending = here["ending"] if here else "html"
    stem = named["stem"] if named else here["stem"] if here else "index"
    yield from _names(stem, ending, int(total[1]), current)


def _names(stem: str, ending: str, total: int, current: int) -> Iterator[str]:
    for number in range(current + 1, min(total, MOST_PAGES, current + 1 + LOOK_AHEAD)):
        yield f"{stem}_{number}.{ending}"


FAMILY = _Trs()
