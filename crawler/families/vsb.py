"""Boda 博达 Visual SiteBuilder: most university league sites."""

from __future__ import annotations

import re

from crawler.families.base import Family

VSB = Family(
    name="vsb",
    signs=re.compile(
        r"Visual SiteBuilder|/system/resource/js/|_newscontent_fromname|v_news_content|_sitegray", re.IGNORECASE
    ),
    bodies=(".v_news_content", "#vsb_content*", "#vsb_newscontent"),
)
