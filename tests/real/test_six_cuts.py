"""Six cuts of real sites on other systems: many of their links lead nowhere, and none may lead a crawl astray."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.loopback import Command, served

SITES = ("capda_org_cn", "gxpopss_cn", "hncic_net", "lgedu_net", "puchengedu_com", "tztvu_com_cn")
ONE_OUTCOME = ("document", "list", "not_article", "redirect", "robots", "attachment", "missing", "blocked", "failed")
MOST_PAGES = 600
"""Each cut has 60 pages and leads to at most 300 addresses more: a walk without end would pass this."""


@pytest.mark.parametrize("site", SITES)
def test_a_cut_is_crawled_to_its_end_and_every_page_counted(
    shared: Path, gold: list[dict[str, Any]], tmp_path: Path, site: str
) -> None:
    league = Command(tmp_path)
    with served(shared / "sites" / site) as address:
        (report,) = league.lines("crawl", "--url", address, "--delay", "0", "--max-pages", str(MOST_PAGES), "--json")
    assert report["status"] == "finished"
    (status,) = league.lines("status", "--json")
    outcomes = {name.removeprefix("captures_"): count for name, count in status.items() if name.startswith("captures_")}
    assert outcomes.keys() <= {*ONE_OUTCOME, "ignored"}
    assert sum(outcomes.values()) == status["captures"]
    not_understood = sum(count for name, count in report["counts"].items() if name.startswith("not_article."))
    assert not_understood == outcomes.get("not_article", 0)

    found = {unquote(urlsplit(record["url"]).path) for record in league.lines("search", "", "--limit", "999", "--json")}
    pages = {row["html_path"].removeprefix(f"sites/{site}"): row["kind"] for row in gold if row["source"] == site}
    articles = [path for path, kind in pages.items() if kind == "article"]
    assert sum(path in found for path in articles) / len(articles) >= 0.9  # a few are linked from nowhere
    assert not [path for path, kind in pages.items() if kind != "article" and path in found]
    league("verify")
