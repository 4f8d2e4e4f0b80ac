"""Sudy 苏迪 WebPlus: university sites."""

from __future__ import annotations

import re

from crawler.families.base import Family, Way

# the same list or article, rendered anew: list2.psp for list2.htm
_ARTICLE = re.compile(r"//([^/]+)/.*?c\d+a(\d+)/page\.(htm|psp)$", re.IGNORECASE)


class _Sudy(Family):
    name = "sudy"
    articles = re.compile(r"/c\d+a\d+/page\.(?:htm|psp)$")
    signs = (
        ("_upload/tpl", 3),
        ("wp_articlecontent", 3),
        ("/_visitcount", 2),
        ("sudy-", 1),
        ("wp_paging", 2),
        ("sudyfile-attr", 2),
    )
    forms = ((re.compile(r"wp_news_w\d|/c\d+a\d+/page\.(?:htm|psp)"), 3),)
    bodies = (".wp_articlecontent", ".wp_entry")
    barred = re.compile(r"/_visitcount|/_vote|/_web/(?:search|fusionportal|_apps)", re.IGNORECASE)

    def way(self, url: str) -> Way | None:
        """The .psp twin of an article is not its own address."""
        found = _ARTICLE.search(url)
        return Way(key=f"sudy:{found[1]}:{found[2]}", is_second=found[3].lower() == "psp") if found else None


FAMILY = _Sudy()
