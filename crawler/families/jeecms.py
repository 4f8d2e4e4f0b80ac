"""JEECMS and Nanwei 南威 IGS: addresses that end in .jhtml."""

from __future__ import annotations

import re

from crawler.families.base import Family


class _JeeCms(Family):
    name = "jeecms"
    signs = (("jeecms", 3), ("/thirdparty/jquery-plugins", 1))
    forms = ((re.compile(r"\w\.jhtml\b"), 2),)
    barred = re.compile(
        r"/(?:content_view|content_buy|csi_custom|comment_count|flow_statistic|login|register)\.jspx", re.IGNORECASE
    )


FAMILY = _JeeCms()
