"""WordPress: numbered pages, and all posts by wp-json where that is open."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.families.base import Answer, Asked, Family, Markup, More, Way, parameter
from crawler.families.data import json_list

_POSTS = "/wp-json/wp/v2/posts"
_PER_PAGE = 50
_API = re.compile(r"""<link\b[^>]*rel\s*=\s*["']?https://api\.w\.org/["']?[^>]*>""", re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_ARCHIVE = re.compile(r"/archives/(\d+)$")


class _WordPress(Family):
    name = "wordpress"
    signs = (
        ("wp-content/", 2),
        ("wp-includes/", 2),
        ("https://api.w.org/", 3),
        ('content="wordpress', 3),
        ("content='wordpress", 3),
    )
    bodies = (".entry-content",)
    barred = re.compile(
        r"/wp-(?:login|admin|comments|trackback|cron)|xmlrpc\.php|/feed/?$|/wp-json/(?!wp/v2/posts)", re.IGNORECASE
    )

    def more(self, page: Markup) -> More:
        """The list of all posts, where the page says that there is one: themes without a pager show but the newest."""
        link = _API.search(page.html)
        href = _HREF.search(link[0]) if link else None
        if not href:
            return More()
        return More(pages=(f"{href[1].rstrip('/')}/wp/v2/posts?per_page={_PER_PAGE}&page=1",))

    def answer(self, asked: Asked) -> Answer | None:
        if asked.data is None or not urlsplit(asked.url).path.endswith(_POSTS):
            return None
        found = json_list(asked.url, asked.data)
        # a page that is not full is the last one: the total stands in a header
        if found and len(found.items) < _PER_PAGE:
            return Answer(items=found.items)
        return found

    def way(self, url: str) -> Way | None:
        """?p=N is /archives/N."""
        parts = urlsplit(url)
        if found := _ARCHIVE.search(parts.path):
            return Way(key=f"wordpress:{parts.netloc}:{found[1]}", is_second=False)
        number = parameter(url, "p") if parts.path in {"", "/"} else None
        return Way(key=f"wordpress:{parts.netloc}:{number}", is_second=True) if number else None


FAMILY = _WordPress()
