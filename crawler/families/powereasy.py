"""PowerEasy 动易: /Item/123.aspx on .NET, ShowArticle.asp on old ASP; hits and time stand in titles."""

from __future__ import annotations

import re

from crawler.families.base import Family


class _PowerEasy(Family):
    name = "powereasy"
    articles = re.compile(r"/Item/\d+\.aspx$|ShowArticle\.asp\?", re.IGNORECASE)
    signs = (
        ("showarticle.asp", 3),
        ("showclass.asp", 3),
        ("powereasy", 3),
        ("/article_class", 1),
        ("/template/default/skin", 1),
    )
    forms = ((re.compile(r"/item/\d+\.aspx|/category_\d+/index(?:_\d+)?\.aspx"), 3),)
    bodies = ("#fontzoom",)
    barred = re.compile(
        r"/(?:gethits|articleprint|print|sendmail|comment|reg/|user/|counter|count|guestbook|rss)\w*\.asp",
        re.IGNORECASE,
    )


FAMILY = _PowerEasy()
