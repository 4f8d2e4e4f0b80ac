"""Any site: no sign of its own, and the names for a body that several CMSs and the state's site guideline share."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.families.base import Answer, Asked, Family, Way
from crawler.families.data import json_list

# ?from=hot, ?utm_source=…: where the reader came from, not what is read; a number after from= may be a page's place
_TRACKING = re.compile(
    r"(?:from=(?!\d)\w*|isappinstalled=\d?|utm_\w+=.*|spm=.*|scene=\d*|share_?\w*=.*|wxwork_\w+=.*|tdsourcetag=.*)",
    re.IGNORECASE,
)


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

    def way(self, url: str) -> Way:
        """Any page by its address without what only says where a reader came from, www. and capital letters."""
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        kept = [(name, value) for name, value in pairs if not _TRACKING.fullmatch(f"{name}={value}")]
        host, path = parts.netloc.lower().removeprefix("www."), parts.path.lower().rstrip("/")
        key = f"page:{host}{path}?{urlencode(kept) if len(kept) < len(pairs) else parts.query}"
        return Way(key=key, is_second=len(kept) < len(pairs), is_exact=True)

    def answer(self, asked: Asked) -> Answer | None:
        return None if asked.data is None else json_list(asked.url, asked.data)


FAMILY = _Generic()
