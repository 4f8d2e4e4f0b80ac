"""Any site: no sign of its own, and the names for a body that several CMSs and the state's site guideline share."""

from __future__ import annotations

import re

from crawler.families.base import Answer, Asked, Family
from crawler.families.data import json_list


class _Generic(Family):
    name = "generic"
    bodies = (
        "ucapcontent",  # the tag of the government site guideline (国办发〔2017〕47号)
        "founder-content",
        "#ucap-content",
        "#ivs_content",
        "#js_content",
        "#zoom",
        "#fontzoom",
        ".pages_content",
        "#artibody",
        ".artile_zw",
    )
    barred = re.compile(
        r"[?&](?:print|printable|replytocom|action=(?:print|edit|login|logout))\b|/(?:print|printer)/", re.IGNORECASE
    )

    def answer(self, asked: Asked) -> Answer | None:
        return None if asked.data is None else json_list(asked.url, asked.data)


FAMILY = _Generic()
