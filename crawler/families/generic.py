"""Any site: no sign of its own, and the names for a body that several CMSs and the state's site guideline share."""

from __future__ import annotations

from crawler.families.base import Family

GENERIC = Family(
    name="generic",
    bodies=(
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
    ),
)
