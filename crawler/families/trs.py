"""TRS WCM and HyCMS (拓尔思): central and provincial league, most government portals."""

from __future__ import annotations

import re

from crawler.families.base import Family

TRS = Family(
    name="trs",
    signs=re.compile(r"createPageHTML\(|TRS_Editor|trs_editor_view|TRS_UEDITOR|/t\d{8}_\d+\.s?html?", re.IGNORECASE),
    bodies=(".trs_editor", ".trs_editor_view", ".trs_ueditor*", ".trs_paper_default", ".trs_web"),
)
