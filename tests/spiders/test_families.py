"""Sites whose lists, pages or articles only a family can follow, crawled by their address alone."""

import subprocess
import sys
from pathlib import Path

import pytest

from archive_api.document import Record
from archive_api.settings import Settings
from archive_api.store import open_store
from tests.simulator.score import score_site
from tests.simulator.server import serve
from tests.simulator.world import make_world

SITES = [
    ("trs", 1),  # articles in two parts
    ("hanweb", 0),  # dataproxy.jsp by records
    ("hanweb", 1),  # dataproxy.jsp by nextgroup
    ("webforms", 1),  # lists that are posted
    ("gkmlpt", 1),  # a list API, texts in scripts
    ("dedecms", 0),  # plus/view.php beside each article
    ("wordpress", 1),  # no pager but wp-json
    ("js_shell", 0),  # a list API that only a bundle names
]


def crawl(home: Path, url: str) -> list[Record]:
    command = [sys.executable, "-m", "scheduler.cli", "--home", str(home), "crawl", "--url", url, "--delay", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode in {0, 1}, done.stderr
    store = open_store(Settings(home=home).store_url)
    try:
        return store.changes(0)
    finally:
        store.close()


@pytest.mark.parametrize(("family", "which"), SITES)
def test_every_article_is_found_once_in_full(tmp_path: Path, family: str, which: int) -> None:
    site = make_world(1, family=family).sites[which]
    with serve((site,)) as served:
        records = crawl(tmp_path / "home", served[0].url)
        score = score_site(served[0], records)
    assert (score.found, score.texts) == (score.published, score.published)
    assert (score.false, score.duplicates, score.robots) == (0, 0, 0)


def test_a_second_crawl_takes_no_second_way_to_an_article_and_posts_are_not_mixed_up(tmp_path: Path) -> None:
    sites = (make_world(1, family="dedecms").sites[0], make_world(1, family="webforms").sites[0])
    with serve(sites) as served:
        for one in (*served, *served):
            records = crawl(tmp_path / "home", one.url)
        scores = [score_site(one, records) for one in served]
    assert [score.duplicates for score in scores] == [0, 0]
    assert {record.version for record in records} == {1}
