"""Government pages with the <meta> names of 国办发〔2017〕47号, whatever CMS made them: chosen where no CMS shows."""

from __future__ import annotations

import re

from crawler.families.base import Family, Markup, More

# several portals page by a script of their own: createPage(total, current, "index", "html"), numbers from 0 or 1
_PAGER = re.compile(
    r"\bcreatePage(?:Ex|Num|Nav)?\(\s*['\"]?(\d{1,5})['\"]?\s*,\s*['\"]?(\d{1,5})['\"]?\s*,\s*['\"]([\w.-]+)['\"]\s*,\s*['\"]\.?(\w+)['\"]"
)
_AHEAD = 3


class _Government(Family):
    name = "government"
    signs = (
        ('name="articletitle"', 0.6),
        ("name='articletitle'", 0.6),
        ('name="contentsource"', 0.6),
        ("name='contentsource'", 0.6),
        ('name="siteidcode"', 0.6),
        ('name="columnname"', 0.6),
        ("name='columnname'", 0.6),
        ('name="sitename"', 0.6),
        ("name='sitename'", 0.6),
        ("ucap-content", 0.6),
    )

    def more(self, page: Markup) -> More:
        found = _PAGER.search(page.html)
        if not found:
            return More()
        total, current = int(found[1]), int(found[2])
        numbers = range(current + 1, min(total, current + 1 + _AHEAD))
        return More(pages=tuple(f"{found[3]}_{number}.{found[4]}" for number in numbers))


FAMILY = _Government()
