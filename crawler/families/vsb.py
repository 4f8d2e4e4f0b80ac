"""Boda 博达 Visual SiteBuilder: most university league sites."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.families.base import Family, Way, parameter

_STATIC = re.compile(r"/info/\d+/(\d+)\.html?$")
# showVsbpdfIframe("/__local/…/x.pdf", …): an embedded file, which only the script names
_PDF = re.compile(r"<script\b[^>]*>[^<]*showVsbpdfIframe\(\s*[\"']([^\"']+)[\"'][^<]*</script\s*>", re.IGNORECASE)


class _Vsb(Family):
    name = "vsb"
    articles = re.compile(r"/info/\d+/\d+\.html?$")
    signs = (
        ("visual sitebuilder", 3),
        ("/system/resource/js/", 3),
        ("_newscontent_fromname", 3),
        ("v_news_content", 3),
        ("_sitegray", 2),
        ("_showdynclicks", 2),
        ("_jsq_(", 2),
        ("urltype=tree.treetempurl", 2),
        ("urltype=news.newscontenturl", 2),
    )
    bodies = (".v_news_content", "#vsb_content*", "#vsb_newscontent")
    barred = re.compile(r"/system/resource/code/|dynclicks|/system/resource/js/", re.IGNORECASE)

    def unfold(self, html: str, url: str) -> str:  # noqa: ARG002 - the page says it all
        """An embedded PDF stands in a frame where its script stood."""
        return _PDF.sub(r"<iframe src='\1'></iframe>", html) if "showVsbpdfIframe" in html else html

    def way(self, url: str) -> Way | None:
        """content.jsp?…wbnewsid=N is info/…/N.htm."""
        parts = urlsplit(url)
        if found := _STATIC.search(parts.path):
            return Way(key=f"vsb:{parts.netloc}:{found[1]}", is_second=False)
        number = parameter(url, "wbnewsid") if parts.path.endswith("content.jsp") else None
        return Way(key=f"vsb:{parts.netloc}:{number}", is_second=True) if number else None


FAMILY = _Vsb()
