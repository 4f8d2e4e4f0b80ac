"""Sudy 苏迪 WebPlus: university sites."""

from __future__ import annotations

import re

from crawler.families.base import Family

SUDY = Family(
    name="sudy",
    signs=re.compile(r"_upload/tpl|wp_articlecontent|wp_news_w\d|/_visitcount", re.IGNORECASE),
    bodies=(".wp_articlecontent", ".wp_entry"),
)
