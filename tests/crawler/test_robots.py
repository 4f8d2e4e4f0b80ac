import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.robots import rules
from tests.crawler.server import Answer, Site, html, redirect, serve

# Two crawls of the same addresses in one process: one with Scrapy's own middleware, one with ours.
CRAWLS = """
import asyncio, json, logging, sys
from scrapy import Spider, Request
from scrapy.crawler import AsyncCrawlerProcess
from crawler.robots import DisallowedError, RobotsUnavailableError
urls = json.loads(sys.argv[1])
got = {"scrapy": {}, "ours": {}}

class Bare(Spider):
    name = "scrapy"
    custom_settings = {"ROBOTSTXT_OBEY": True}
    async def start(self):
        for url in urls:
            yield Request(url, callback=self.parse, errback=self.failed, dont_filter=True)
    def parse(self, response):
        got[self.name][response.request.url] = "fetched"
    def failed(self, failure):
        error = failure.value
        got[self.name][failure.request.url] = getattr(error, "reason", type(error).__name__)

class Ours(Bare):
    name = "ours"
    custom_settings = {
        "ROBOTSTXT_OBEY": False,
        "DOWNLOADER_MIDDLEWARES": {"crawler.robots.RobotsMiddleware": 100, "crawler.politeness.Politeness": 880},
        "LEAGUE_DELAY": 0,
    }

process = AsyncCrawlerProcess({"TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "LOG_ENABLED": False,
    "RETRY_TIMES": 0, "DOWNLOAD_TIMEOUT": 5, "REDIRECT_MAX_TIMES": 3, "CONCURRENT_REQUESTS_PER_DOMAIN": 8})
process.crawl(Bare)
process.crawl(Ours)
process.start()
print(json.dumps(got))
"""

EIGHT = [f"/private/{n}" for n in range(8)]
PRIVATE = Answer(b"User-agent: *\nDisallow: /private/\n", headers=(("Content-Type", "text/plain"),))


def a_site(robots: Answer | None) -> Site:
    return Site({} if robots is None else {"/robots.txt": robots}, otherwise=html("a page", "<p>read</p>"))


@pytest.fixture(scope="module")
def sites() -> Iterator[dict[str, Site]]:
    packed = Answer(gzip.compress(PRIVATE.body), headers=(("Content-Type", "text/plain"), ("Content-Encoding", "gzip")))
    scripts = {
        "private": PRIVATE,
        "packed": packed,
        "404": Answer(b"", 404),
        "403": Answer(b"", 403),
        "500": Answer(b"", 500),
        "429": Answer(b"", 429),
        "reset": Answer(b"User-agent", reset=True),
        "loop": redirect("/robots.txt"),
        "moved": redirect("/other-robots.txt", 301),
        "for_us": Answer(b"User-agent: LeagueArchive\nDisallow: /private/\n\nUser-agent: *\nDisallow: /\n"),
        "page": html("the home page in place of a robots.txt", "<p>Disallow: nothing</p>"),
    }
    with ExitStack() as stack:
        found = {name: stack.enter_context(serve(a_site(robots))) for name, robots in scripts.items()}
        found["moved"].pages["/other-robots.txt"] = PRIVATE
        yield found


@pytest.fixture(scope="module")
def crawls(sites: dict[str, Site]) -> dict[str, dict[str, str]]:
    urls = [f"{site.url}{path}" for site in sites.values() for path in (*EIGHT, "/public/1")]
    done = subprocess.run(
        [sys.executable, "-c", CRAWLS, json.dumps(urls)], capture_output=True, text=True, check=True, timeout=60
    )
    answer: dict[str, dict[str, str]] = json.loads(done.stdout)
    return answer


def results(crawl: dict[str, str], site: Site) -> tuple[list[str], str]:
    return [crawl[f"{site.url}{path}"] for path in EIGHT], crawl[f"{site.url}/public/1"]


def test_scrapys_own_middleware_still_lets_waiting_requests_through(
    crawls: dict[str, dict[str, str]], sites: dict[str, Site]
) -> None:
    private, _ = results(crawls["scrapy"], sites["private"])
    assert "fetched" in private, "Scrapy was mended: crawler/robots.py may no longer be needed"


@pytest.mark.parametrize("name", ["private", "packed", "moved", "for_us"])
def test_none_of_eight_requests_at_once_passes_a_disallowing_robots_txt(
    crawls: dict[str, dict[str, str]], sites: dict[str, Site], name: str
) -> None:
    assert results(crawls["ours"], sites[name]) == (["DisallowedError"] * 8, "fetched")


@pytest.mark.parametrize("name", ["404", "403", "loop", "page"])
def test_a_robots_txt_that_does_not_exist_allows_everything(
    crawls: dict[str, dict[str, str]], sites: dict[str, Site], name: str
) -> None:
    assert results(crawls["ours"], sites[name]) == (["fetched"] * 8, "fetched")


@pytest.mark.parametrize(("name", "reason"), [("500", "robots_500"), ("429", "robots_429"), ("reset", "cut_off")])
def test_a_robots_txt_that_cannot_be_had_allows_nothing(
    crawls: dict[str, dict[str, str]], sites: dict[str, Site], name: str, reason: str
) -> None:
    assert results(crawls["ours"], sites[name]) == ([reason] * 8, reason)


def test_a_robots_txt_is_asked_for_once_a_crawl(crawls: dict[str, dict[str, str]], sites: dict[str, Site]) -> None:
    assert crawls
    both = 2
    assert sites["private"].paths().count("/robots.txt") == both


def test_a_crawl_delay_that_is_meant_for_us_is_read() -> None:
    text = b"User-agent: LeagueArchive\nCrawl-delay: 7.5\n\nUser-agent: *\nCrawl-delay: 60\n"
    assert rules(200, text).delay == 7.5
    assert rules(200, b"User-agent: *\nDisallow:\n").delay is None
    assert rules(404, text).delay is None


def test_a_path_in_chinese_is_matched_escaped_or_not() -> None:
    found = rules(200, "User-agent: *\nDisallow: /内部/\n".encode())
    assert not found.allows("http://x.example/%E5%86%85%E9%83%A8/1.htm")
    assert found.allows("http://x.example/%E5%85%AC%E5%BC%80/1.htm")


def test_a_byte_order_mark_hides_no_rule() -> None:
    assert not rules(200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n").allows("http://x.example/a")


@given(st.binary(max_size=2000))
def test_no_bytes_are_too_strange_for_a_robots_txt(body: bytes) -> None:
    assert rules(200, body).allows("http://x.example/") in {True, False}
