"""One crawl of a site where everything goes wrong that can, and two further ones of the same site."""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive_api.captures import CaptureStore, Exchange
from archive_api.settings import MIB, Settings
from archive_api.store import CaptureRow, Problem, Store, open_store
from tests.crawler.server import Answer, Asked, Script, Site, article, html, listing, redirect, serve

CRAWL = """
import json, sys
from pathlib import Path
from archive_api.settings import Settings
from crawler.source import source_for_url
from spiders.run import run_crawl
home, url, page_bytes = sys.argv[1:]
settings = Settings(home=Path(home), page_bytes=int(page_bytes))
print(json.dumps(run_crawl(source_for_url(url), settings, delay=0, plan="full").to_json()))
"""
PAGE_BYTES = 2 * MIB
HUGE = 200 * MIB
ELSEWHERE = "http://other.yunting.example/1.htm"

LINKS = [
    "/tzgg/",
    "/calendar?m=1",
    "/loop",
    "/huge.htm",
    "/bomb.htm",
    "/reset.htm",
    "/cookie.htm",
    "/frames.htm",
    "/refresh.htm",
    "/user/logout.do",
    "/logo.png",
    "/private/a.htm",
    "/private/b.htm",
    "/gone.htm",
    "/wall.htm",
    "/broken.htm",
    "/a/b/a/b/",
    "/leaves.htm",
    "http://127.0.0.1:9/",
]


def crawl(home: Path, url: str) -> dict[str, object]:
    command = [sys.executable, "-W", "error", "-c", CRAWL, str(home), url, str(PAGE_BYTES)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    report: dict[str, object] = json.loads(done.stdout)
    return report


class Flood:
    """200 MB, counted as they are taken."""

    def __init__(self) -> None:
        self.sent = 0

    def __iter__(self) -> Iterator[bytes]:
        while self.sent < HUGE:
            self.sent += 64 * 1024
            yield b"<p>" + b"x" * (64 * 1024 - 3)


def calendar(asked: Asked) -> Answer:
    """Any month has a next month and the days of its own; no day has anything."""
    month = int(asked.path.rpartition("=")[2])
    days = "".join(f"<td><a href='/day?d={month}-{day}'>{day}</a></td>" for day in range(1, 29))
    return html("日历", f"<table><tr>{days}</tr></table><a href='/calendar?m={month + 1}'>下个月</a>")


def bounce(asked: Asked) -> Answer:
    if "seen=yes" in asked.headers.get("cookie", ""):
        return article("关于开展清岚青年志愿服务的通知", "2020-05-01", "经研究，决定开展志愿服务。")
    return redirect("/cookie.htm", 302, ("Set-Cookie", "seen=yes; Path=/"), ("Set-Cookie", "other=1; Path=/"))


def rows(first: int, last: int) -> list[tuple[str, str, str]]:
    title = "云汀团县委{}年工作总结"
    return [(f"/tzgg/{n}.htm", title.format(2000 + n), f"{2001 + n}-02-1{n % 10}") for n in range(first, last)]


def anything(asked: Asked) -> Answer:
    if asked.path.startswith("/calendar"):
        return calendar(asked)
    return Answer(b"<h1>404</h1>", 200 if asked.path.startswith("/day") else 404)


def columns() -> dict[str, Script]:
    outside = (ELSEWHERE, "转载：清岚市的经验做法介绍", "2012-01-01")
    framed = [(f"/xx/{n}.htm", f"学习材料之{n}：理论文章摘编", f"2019-03-0{n}") for n in range(1, 5)]
    return {
        "/": html("云汀团县委", *(f"<p><a href='{link}'>栏目{n}</a></p>" for n, link in enumerate(LINKS))),
        "/tzgg/": listing("通知公告", [*rows(1, 6), outside], "<a href='/tzgg/index_2.html'>下一页</a>"),
        "/tzgg/index_2.html": listing("通知公告", rows(6, 10)),
        "/frames.htm": html("栏目", "<iframe src='/framed.htm'></iframe>"),
        "/framed.htm": listing("学习园地", framed),
        "/refresh.htm": Answer(b"<html><meta http-equiv='refresh' content='0; url=/refreshed.htm'></html>"),
    }


def articles() -> dict[str, Script]:
    attachment = "<p>附件：<a href='/files/biao.docx'>推荐表.docx</a></p>"
    with_file = {"/tzgg/1.htm", "/tzgg/2.htm"}
    found = {url: article(title, day, title, attachment * (url in with_file)) for url, title, day in rows(1, 10)}
    # The HTTP header says UTF-8, the bytes are GBK.
    page = article("云汀团县委2003年工作总结", "2004-02-13", "编码不对也能读。").body.decode()
    lying = Answer(page.replace("utf-8", "gb2312").encode("gb18030"))
    return {
        **found,
        "/tzgg/3.htm": lying,
        "/cookie.htm": bounce,
        "/refreshed.htm": article("关于召开全委会的通知", "2018-01-03", "定于近日召开全委会。"),
        "/files/biao.docx": Answer(b"PK not really", headers=(("Content-Type", "application/msword"),)),
    }


def horrors(flood: Flood) -> dict[str, Script]:
    packed = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
    return {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /private/\n", headers=(("Content-Type", "text/plain"),)),
        "/loop": redirect("/loop2"),
        "/loop2": redirect("/loop"),
        "/huge.htm": Answer(chunks=flood),
        "/bomb.htm": Answer(gzip.compress(b"0" * (40 * MIB)), headers=packed),
        "/reset.htm": Answer(b"<html><p>half", reset=True),
        "/wall.htm": Answer(b"<script>$_ts=window['$_ts']</script>", 412),
        "/broken.htm": Answer(b"<h1>oops</h1>", 500),
        "/leaves.htm": redirect(ELSEWHERE),
    }


def the_site(flood: Flood) -> Site:
    return Site({**columns(), **articles(), **horrors(flood)}, otherwise=anything)


@dataclass
class World:
    site: Site
    home: Path
    flood: Flood
    report: dict[str, object]
    store: Store

    @property
    def counts(self) -> dict[str, int]:
        counts = self.report["counts"]
        assert isinstance(counts, dict)
        return counts

    def problems(self) -> dict[str, Problem]:
        return {(problem.url or "").removeprefix(self.site.url): problem for problem in self.store.problems()}

    def captures(self, path: str) -> list[CaptureRow]:
        return self.store.captures_of(f"{self.site.url}{path}")

    def exchange(self, path: str) -> Exchange:
        captures = CaptureStore(Settings(home=self.home).captures_folder, max_bytes=MIB)
        return captures.read(self.captures(path)[0].address)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home, flood = tmp_path_factory.mktemp("home"), Flood()
    with serve(the_site(flood)) as site:
        report = crawl(home, f"{site.url}/")
        store = open_store(Settings(home=home).store_url)
        yield World(site=site, home=home, flood=flood, report=report, store=store)
        store.close()


def test_the_crawl_ends_by_itself_and_its_run_says_so(world: World) -> None:
    assert world.report["status"] == "finished"
    run = world.store.run(int(str(world.report["run"])))
    assert (run.status, run.counts, run.error) == ("finished", world.counts, None)
    assert world.counts["documents.new"] == world.counts["document"] == world.store.counts()["documents"]


def test_articles_of_both_list_pages_become_documents(world: World) -> None:
    for url, title, _ in rows(1, 10):
        assert world.store.record(f"{world.site.url}{url}").document.title == title


def test_rows_are_kept_with_their_titles_and_dates_the_one_that_leads_outside_too(world: World) -> None:
    source = str(world.report["source"])
    row = world.store.row_for(source, f"{world.site.url}/tzgg/7.htm")
    assert row is not None
    assert (row.title, row.date) == ("云汀团县委2007年工作总结", "2008-02-17")
    outside = world.store.row_for(source, ELSEWHERE)
    assert outside is not None
    assert outside.title == "转载：清岚市的经验做法介绍"
    assert world.store.captures_of(ELSEWHERE) == []
    assert world.counts["outside"] >= 2


def test_each_failure_without_an_answer_is_one_problem(world: World) -> None:
    found = {path: problem.reason for path, problem in world.problems().items() if problem.capture is None}
    assert found == {"/loop": "redirect_loop", "/huge.htm": "too_large", "/reset.htm": "cut_off"}
    assert (world.counts["failed.redirect_loop"], world.counts["failed.cut_off"]) == (1, 1)


def test_of_a_page_of_200_mb_little_more_is_taken_than_a_page_may_have(world: World) -> None:
    assert world.flood.sent < 40 * MIB


def test_failures_with_an_answer_stay_captured(world: World) -> None:
    found = {path: problem.reason for path, problem in world.problems().items() if problem.capture is not None}
    assert found["/bomb.htm"] == "too_large"
    assert found["/broken.htm"] == "http_500"
    assert len(world.captures("/broken.htm")) == 3, "asked, and asked again twice"
    assert [row.outcome for row in world.captures("/gone.htm")] == ["missing"]


def test_a_wall_is_recorded_and_not_asked_again(world: World) -> None:
    (row,) = world.captures("/wall.htm")
    assert (row.outcome, row.reason) == ("blocked", "ruishu")
    assert world.counts["blocked.ruishu"] == 1


def test_what_robots_txt_disallows_is_not_asked_for(world: World) -> None:
    assert not [path for path in world.site.paths() if path.startswith("/private")]
    assert world.counts["skipped.robots"] == 2
    assert world.site.paths().count("/robots.txt") == 1
    assert [row.outcome for row in world.captures("/robots.txt")] == ["robots"]


def test_every_exchange_is_captured_redirects_and_repeated_headers_too(world: World) -> None:
    assert {row.outcome for row in world.captures("/loop2")} == {"redirect"}
    first = world.exchange("/loop")
    assert first.header("location") == "/loop2"
    assert (first.ip, first.protocol, first.method) == ("127.0.0.1", "HTTP/1.1", "GET")
    assert dict(first.request_headers)["User-Agent"].startswith("LeagueArchive/")
    bounced = world.captures("/cookie.htm")
    assert sorted(row.outcome or "" for row in bounced) == ["document", "redirect"]
    captures = CaptureStore(Settings(home=world.home).captures_folder, max_bytes=MIB)
    redirected = captures.read(next(row.address for row in bounced if row.outcome == "redirect"))
    assert len([name for name, _ in redirected.headers if name.lower() == "set-cookie"]) == 2


def test_the_bytes_and_both_encodings_of_a_page_whose_header_lies_are_kept(world: World) -> None:
    exchange = world.exchange("/tzgg/3.htm")
    assert "编码不对也能读".encode("gb18030") in exchange.body
    assert exchange.metadata["declared_encoding"] == "utf-8"
    assert exchange.metadata["used_encoding"] == "gb18030"
    assert "编码不对也能读" in world.store.record(f"{world.site.url}/tzgg/3.htm").document.text


def test_frames_and_refreshes_are_followed(world: World) -> None:
    assert world.captures("/framed.htm")[0].outcome == "list"
    assert world.captures("/refreshed.htm")[0].outcome == "document"


def test_buttons_pictures_and_paths_that_repeat_themselves_are_left_alone_and_counted(world: World) -> None:
    asked = world.site.paths()
    assert not {"/user/logout.do", "/logo.png", "/a/b/a/b/"} & set(asked)
    assert (world.counts["skipped.function"], world.counts["skipped.media"]) == (1, 1)
    assert world.counts["skipped.repeated_path"] == 1


def test_a_redirect_that_leaves_the_site_is_not_followed(world: World) -> None:
    assert world.captures("/leaves.htm")[0].outcome == "redirect"


def test_a_calendar_without_an_end_has_one(world: World) -> None:
    months = [path for path in world.site.paths() if path.startswith("/calendar")]
    days = [path for path in world.site.paths() if path.startswith("/day")]
    assert len(months) < 150
    assert len(days) < 150
    assert world.counts["skipped.barren"] > 0


def test_an_attachment_of_two_documents_is_fetched_once_and_belongs_to_both(world: World) -> None:
    assert world.site.paths().count("/files/biao.docx") == 1
    exchange = world.exchange("/files/biao.docx")
    both = {f"{world.site.url}/tzgg/1.htm", f"{world.site.url}/tzgg/2.htm"}
    assert set(exchange.metadata["attachment_of"].split()) == both
    for url in both:
        (attachment,) = world.store.record(url).document.attachments
        assert attachment.capture == world.captures("/files/biao.docx")[0].id


def test_nothing_is_asked_twice_but_what_failed(world: World) -> None:
    asked = world.site.paths()
    twice = {path for path in asked if asked.count(path) > 1}
    assert twice <= {"/loop", "/loop2", "/reset.htm", "/broken.htm", "/cookie.htm"}


def test_why_an_address_was_not_fetched_can_be_told(world: World) -> None:
    for path, reason in (("/private/a.htm", "robots"), ("/user/logout.do", "function"), ("/logo.png", "media")):
        skipped = world.store.skipped(f"{world.site.url}{path}")
        assert skipped is not None
        assert skipped.reason == reason


def test_a_second_crawl_makes_a_version_of_what_was_edited_and_of_nothing_else_and_loses_no_document(
    world: World,
) -> None:
    before = world.store.counts()
    world.site.pages["/tzgg/5.htm"] = article("云汀团县委2005年工作总结", "2006-02-15", "更正：数字有误。")
    world.site.pages["/tzgg/6.htm"] = Answer(b"<h1>404</h1>", 404)

    again = crawl(world.home, f"{world.site.url}/")
    after = world.store.counts()

    assert again["status"] == "finished"
    assert (after["documents"], after["versions"]) == (before["documents"], before["versions"] + 1)
    assert "更正" in world.store.record(f"{world.site.url}/tzgg/5.htm").document.text
    assert world.store.record(f"{world.site.url}/tzgg/6.htm").document.title == "云汀团县委2006年工作总结"
