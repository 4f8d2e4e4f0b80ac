"""Crawls that end early, or cannot begin."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from scrapy.spiderloader import SpiderLoader

from archive_api.errors import SettingsError
from archive_api.settings import Settings
from archive_api.store import open_store
from crawler.settings import scrapy_settings, user_agent
from crawler.source import Limits, Source, source_for_url
from spiders.run import run_crawl
from tests.crawler.server import Answer, Asked, Site, article, listing, serve

CRAWL = """
import json, sys
from dataclasses import replace
from pathlib import Path
from archive_api.settings import Settings
from crawler.source import Limits, source_for_url
from spiders.run import run_crawl
home, urls = Path(sys.argv[1]), sys.argv[2:]
source = replace(source_for_url(urls[0]), start_urls=tuple(urls), limits=Limits(hosts=("127.0.0.1:9",)))
settings = Settings(home=home, contact="mailto:archive@yunting.example")
print(json.dumps(run_crawl(source, settings, max_pages=40, delay=0).to_json()))
"""
FULL = """
import archive_api.captures
from archive_api.errors import StorageError
append = archive_api.captures.CaptureStore.append
def full(self, exchange):
    if exchange.url.endswith("/a/3.htm"):
        raise StorageError("the disk is full")
    return append(self, exchange)
archive_api.captures.CaptureStore.append = full
"""


FULL_STORE = """
import archive_api.store
from archive_api.errors import StorageError
def full(self, source, list_url, rows, now=None):
    raise StorageError("the disk is full")
archive_api.store.Store.save_rows = full
"""


def endless(asked: Asked) -> Answer:
    """Each page leads to two further ones, and takes its time."""
    time.sleep(0.05)
    if asked.path == "/robots.txt":
        return Answer(b"", 404)
    number = int("0" + "".join(filter(str.isdigit, asked.path)))
    more = "".join(f"<a href='/a/{n}.htm'>下一篇</a>" for n in (number * 2 + 1, number * 2 + 2))
    return article(f"云汀团县委第{number}号工作简报", "2019-01-02", "简报。", more)


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> dict[str, object]:
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    report: dict[str, object] = json.loads(out)
    return report


def wait_for(site: Site, number: int, process: subprocess.Popen[str]) -> None:
    for _ in range(600):
        if len(site.asked) >= number:
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    pytest.fail("the crawl does not come forward")


def test_ctrl_c_ends_the_crawl_with_everything_kept(tmp_path: Path) -> None:
    with serve(Site(otherwise=endless)) as site:
        process = start(CRAWL, tmp_path, site.url)
        wait_for(site, 15, process)
        process.send_signal(signal.SIGINT)
        report = ended(process)

    store = open_store(Settings(home=tmp_path).store_url)
    assert report["status"] == "interrupted"
    assert store.runs()[0].status == "interrupted"
    assert list(store.pending_captures()) == []
    assert store.counts()["captures"] == len(site.asked)
    assert not list(tmp_path.glob("captures/*.open"))
    store.close()


def test_a_disk_that_is_full_ends_the_crawl_at_once_and_its_run_says_so(tmp_path: Path) -> None:
    with serve(Site(otherwise=endless)) as site:
        report = ended(start(FULL + CRAWL, tmp_path, site.url))
    store = open_store(Settings(home=tmp_path).store_url)
    assert (report["status"], report["error"]) == ("failed", "StorageError: the disk is full")
    assert (store.runs()[0].status, store.runs()[0].error) == ("failed", "StorageError: the disk is full")
    assert 0 < store.counts()["captures"] < len(site.asked)
    assert len(site.asked) < 40
    assert store.problems() == []
    store.close()


def test_a_store_that_cannot_be_written_ends_the_crawl_too(tmp_path: Path) -> None:
    rows = [(f"/a/{n}.htm", f"云汀团县委第{n}号工作简报", f"2019-01-0{n}") for n in range(1, 4)]
    with serve(Site({"/": listing("工作简报", rows)}, otherwise=endless)) as site:
        report = ended(start(FULL_STORE + CRAWL, tmp_path, f"{site.url}/"))
    assert (report["status"], report["error"]) == ("failed", "StorageError: the disk is full")
    assert len(site.asked) < 10


def test_a_crawl_that_may_fetch_no_more_says_that_it_left_pages_behind_and_dead_hosts_are_one_problem_each(
    tmp_path: Path,
) -> None:
    with serve(Site(otherwise=endless)) as site:
        report = ended(start(CRAWL, tmp_path, site.url, "http://127.0.0.1:9/", "http://127.0.0.1:9/other.htm"))
    store = open_store(Settings(home=tmp_path).store_url)
    assert report["status"] == "limit"
    assert len([path for path in site.paths() if path.startswith("/a/")]) == 37
    assert [(problem.url, problem.reason) for problem in store.problems()] == [
        ("http://127.0.0.1:9/", "connection_refused")
    ]
    store.close()


def test_plain_scrapy_crawls_into_the_archive_too(tmp_path: Path) -> None:
    rows = [(f"/a/{n}.htm", f"云汀团县委第{n}号工作简报", f"2019-01-0{n}") for n in range(1, 4)]
    pages = {url: article(title, date, "简报。") for url, title, date in rows}
    with serve(Site({"/": listing("工作简报", rows), **pages})) as site:
        command = [sys.executable, "-W", "error", "-m", "scrapy", "crawl", "site", "-a", f"url={site.url}/"]
        environment = {**os.environ, "LEAGUE_HOME": str(tmp_path), "LEAGUE_DELAY": "0"}
        root = Path(__file__).parents[2]
        subprocess.run(command, cwd=root, env=environment, check=True, capture_output=True, timeout=60)
    store = open_store(Settings(home=tmp_path).store_url)
    assert store.counts()["documents"] == 3
    assert (store.runs()[0].command, store.runs()[0].status) == ("scrapy crawl site", "finished")
    store.close()


def test_plain_scrapy_knows_the_spider() -> None:
    assert SpiderLoader.from_settings(scrapy_settings(Settings())).list() == ["site"]


def test_what_runs_posted_code_is_switched_off() -> None:
    settings = scrapy_settings(Settings())
    assert not settings.getbool("REMOTE_CONTROL_ENABLED")
    assert not settings.getbool("TELNETCONSOLE_ENABLED")


def test_sizes_pace_and_contact_come_from_the_settings() -> None:
    settings = scrapy_settings(Settings(page_bytes=1234, delay=7, contact="https://yunting.example/bot"))
    assert settings.getint("DOWNLOAD_MAXSIZE") == 1234
    assert settings.getfloat("LEAGUE_DELAY") == 7
    assert settings.get("USER_AGENT").endswith(" (+https://yunting.example/bot)")
    assert user_agent("").startswith("LeagueArchive/")


@pytest.mark.parametrize(
    ("source", "settings", "message"),
    [
        (
            source_for_url("http://tw.yunting.example/"),
            {"delay": 1.0, "contact": "a@b.example"},
            "a delay of 1 s is too short",
        ),
        (
            source_for_url("http://tw.yunting.example/"),
            {"delay": 5.0},
            "LEAGUE_CONTACT is not set: tw.yunting.example must",
        ),
        (
            Source(
                name="x",
                title="x",
                start_urls=("http://127.0.0.1/",),
                limits=Limits(hosts=("files.yunting.example:81",)),
            ),
            {"delay": 0.0, "contact": "a@b.example"},
            "a delay of 0 s is too short for files.yunting.example",
        ),
    ],
)
def test_a_crawl_without_manners_does_not_begin(
    tmp_path: Path, source: Source, settings: dict[str, object], message: str
) -> None:
    home = tmp_path / "home"
    with pytest.raises(SettingsError, match=message):
        run_crawl(source, Settings.model_validate({"home": home, **settings}))
    assert not home.exists()
