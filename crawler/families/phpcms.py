"""PHPCMS: everything is index.php, or static pages beside it."""

from __future__ import annotations

import re

from crawler.families.base import Family


class _PhpCms(Family):
    name = "phpcms"
    articles = re.compile(r"[?&]a=show&")
    signs = (("phpcms", 3), ("m=content&c=index", 3), ("m=content&amp;c=index", 3), ("statics/js/", 1))
    barred = re.compile(
        r"[?&]m=(?:comment|member|search|formguide|message|poster|vote|link|mood|pay)\b|[?&]a=(?:count|login|logout|register|down)\b"
        r"|/api\.php\?op=(?:count|checkcode|map)",
        re.IGNORECASE,
    )


FAMILY = _PhpCms()
