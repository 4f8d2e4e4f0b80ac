"""Empire CMS 帝国: index_2.html, or /e/action/ListInfo, whose pages count from 0."""

from __future__ import annotations

import re

from crawler.families.base import Family


class _Empire(Family):
    name = "empire"
    articles = re.compile(r"/e/action/ShowInfo\.php\?")
    signs = (
        ("/e/action/", 3),
        ("/e/public/", 2),
        ("/e/data/js/", 3),
        ("/e/pl/", 2),
        ("/e/search/", 2),
        ("/e/member/", 2),
        ("empirecms", 3),
    )
    barred = re.compile(
        r"/e/(?:public|pl|member|digg|downsys|extend|enews|payapi|shopsys|tool|wap|tags)/", re.IGNORECASE
    )


FAMILY = _Empire()
