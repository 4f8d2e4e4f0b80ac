"""DedeCMS 织梦: list_TID_PAGE.html, and plus/view.php as a second way to each article."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.families.base import Family, Way, parameter

_STATIC = re.compile(r"/\d{4}/\d{4}/(\d+)\.html$")


class _DedeCms(Family):
    name = "dedecms"
    signs = (
        ("dedecms", 2),
        ("/plus/view.php", 2),
        ("/plus/list.php", 2),
        ("/plus/search.php", 2),
        ("/plus/count.php", 2),
        ("dede_", 1),
    )
    forms = ((re.compile(r"list_\d+_\d+\.html"), 2), (re.compile(r"^[^\n]*/\d{4}/\d{4}/\d+\.html\n"), 1))
    barred = re.compile(
        r"/plus/(?:count|feedback|stow|recommend|digg_ajax|ad_js|guestbook|vote|download|mytag_js|erraddsave|diy|car)\w*\.php|/member/",
        re.IGNORECASE,
    )

    def way(self, url: str) -> Way | None:
        """plus/view.php?aid=N is …/YYYY/MMDD/N.html."""
        parts = urlsplit(url)
        if found := _STATIC.search(parts.path):
            return Way(key=f"dedecms:{parts.netloc}:{found[1]}", is_second=False)
        number = parameter(url, "aid") if parts.path.endswith("/plus/view.php") else None
        return Way(key=f"dedecms:{parts.netloc}:{number}", is_second=True) if number else None


FAMILY = _DedeCms()
