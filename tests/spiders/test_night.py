"""Nights after the first: what is asked, and where a list is left."""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive_api.settings import Settings
from archive_api.store import Store, open_store
from crawler.extraction import Row
from crawler.machine import written
from spiders.night.front import Front
from spiders.night.lists import Lists, Shown
from spiders.night.plan import due_plan
from tests.crawler.server import Answer, Asked, Site, article, html, listing, serve

CRAWL = """
import json, sys
from pathlib import Path
from archive_api.settings import Settings
from crawler.source import source_for_url
from spiders.run import run_crawl
home, url, now, pages, most = sys.argv[1:]
settings = Settings(home=Path(home), night_pages=int(pages))
report = run_crawl(source_for_url(url), settings, delay=0, now=lambda: now, max_pages=int(most) or None)
print(json.dumps(report.to_json()))
"""
FIRST = datetime(2026, 3, 1, 14, tzinfo=UTC)
LIST = "http://tw.yunting.example/tzgg/"


def row(number: int, day: str, *, pinned: bool = False, title: str = "") -> Row:
    url = f"http://tw.yunting.example/a/{number}.htm"
    return Row(url=url, title=title or f"云汀团县委第{number}号通知", date=day, pinned=pinned)


def shown(page: int, *rows: Row, pages: int = 3) -> Shown:
    addresses = [LIST, *(f"{LIST}index_{n}.html" for n in range(1, pages))]
    return Shown.of(addresses[page], "list", rows, [one for one in addresses if one != addresses[page]])


OLD = [row(number, f"2025-0{9 - number}-10") for number in range(1, 9)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'archive.db'}")
    yield opened
    opened.close()


@pytest.fixture
def lists(store: Store) -> Lists:
    known = Lists(store, "yunting")
    for page in range(3):
        known.note(shown(page, *OLD[page * 2 : page * 2 + 2]), written(FIRST))
    return Lists(store, "yunting")


def front(lists: Lists) -> Front:
    return Front(lists, LIST)


def urls(*rows: Row) -> set[str]:
    return {one.url for one in rows}


def test_the_first_page_of_a_list_is_the_one_that_no_other_page_named_first(lists: Lists) -> None:
    assert [page.url for page in lists.firsts()] == [LIST]
    assert lists.head_of(f"{LIST}index_2.html") == LIST


def test_a_page_that_holds_what_it_held_ends_its_list(lists: Lists) -> None:
    here = front(lists)
    assert here.ends_at(here.compare(shown(0, *OLD[:2]), urls(*OLD)))


def test_a_new_row_leads_on_until_two_pages_hold_nothing_new(lists: Lists) -> None:
    here, new = front(lists), row(20, "2026-03-02")
    first = here.compare(shown(0, new, OLD[0]), urls(*OLD))
    assert first.new == {new.url}
    assert not here.ends_at(first)
    assert not here.ends_at(here.compare(shown(1, *OLD[1:3]), urls(*OLD)))
    assert here.ends_at(here.compare(shown(2, *OLD[3:5]), urls(*OLD)))


def test_two_known_pages_do_not_end_a_list_while_their_rows_are_young(lists: Lists) -> None:
    here, young = front(lists), [row(30 + number, "2026-02-20") for number in range(4)]
    assert not here.ends_at(here.compare(shown(0, row(20, "2026-03-02"), OLD[0]), urls(*OLD)))
    for page in (1, 2):
        assert not here.ends_at(here.compare(shown(page, *young[page : page + 2]), urls(*OLD, *young)))


def test_pinned_rows_that_fill_the_first_page_hide_nothing(lists: Lists) -> None:
    pinned = [row(number, "2020-01-01", pinned=True) for number in (40, 41)]
    lists.note(shown(0, *pinned), written(FIRST))
    here = front(lists)
    assert not here.ends_at(here.compare(shown(0, *pinned), urls(*pinned)))


def test_old_rows_kept_on_top_without_a_mark_hide_nothing_either(lists: Lists) -> None:
    kept = [row(number, "2019-01-01") for number in (42, 43)]
    lists.note(shown(0, *kept), written(FIRST))
    here = front(lists)
    assert not here.ends_at(here.compare(shown(0, *kept), urls(*kept)))


def test_another_number_of_pages_is_a_change_though_the_rows_are_the_same(lists: Lists) -> None:
    here = front(lists)
    assert not here.ends_at(here.compare(shown(0, *OLD[:2], pages=4), urls(*OLD)))


def test_a_row_that_says_something_new_is_changed_and_one_that_moved_to_another_page_is_not(lists: Lists) -> None:
    here = front(lists)
    revised = row(1, OLD[0].date or "", title="云汀团县委第1号通知（修订）")
    page = here.compare(shown(0, revised, OLD[2]), urls(*OLD))
    assert page.changed == {revised.url}
    assert not page.new


@pytest.mark.parametrize(
    ("crawls", "days", "due"),
    [
        ([], 0, "full"),
        ([("full", "limit")], 1, "full"),
        ([("full", "finished")], 1, "nightly"),
        ([("full", "finished"), ("nightly", "finished")], 7, "deep"),
        ([("full", "finished"), ("deep", "finished")], 8, "nightly"),
        ([("full", "finished"), ("deep", "failed")], 8, "deep"),
        ([("full", "finished"), ("deep", "finished")], 30, "full"),
    ],
)
def test_a_plan_is_due_by_the_last_crawl_that_came_to_its_end(
    store: Store, crawls: list[tuple[str, str]], days: int, due: str
) -> None:
    for number, (plan, status) in enumerate(crawls):
        at = written(FIRST + timedelta(days=7 * number))
        run = store.start_run("yunting", command="crawl", pid=1, now=at, plan=plan)
        store.end_run(run, status=status, now=at, counts={})
    assert due_plan(store, "yunting", written(FIRST + timedelta(days=days))) == due


@dataclass
class Nights:
    """A site, its archive, and what each night's crawl reported."""

    home: Path
    site: Site
    store: Store
    posts: list[tuple[str, str, str]]
    crawls: list[dict[str, object]] = field(default_factory=list)

    def publish(self) -> None:
        """The site's pages as its posts have it: four rows a page."""
        pages = [self.posts[start : start + 4] for start in range(0, len(self.posts), 4)]
        for number, rows in enumerate(pages):
            name = "/tzgg/" if number == 0 else f"/tzgg/index_{number}.html"
            more = f"<a href='/tzgg/index_{number + 1}.html'>下一页</a>" if number + 1 < len(pages) else ""
            self.site.pages[name] = listing("通知公告", rows, more)
        for url, title, day in self.posts:
            self.site.pages.setdefault(url, article(title, day, title))

    def command(self, day: int, *, budget: int = 0, most: int = 0) -> list[str]:
        """The command of one night's crawl."""
        at = written(FIRST + timedelta(days=day))
        given = (str(self.home), f"{self.site.url}/", at, str(budget), str(most))
        return [sys.executable, "-W", "error", "-c", CRAWL, *given]

    def crawl(self, day: int, *, budget: int = 0, most: int = 0) -> list[str]:
        """What was asked for on that night, robots.txt and the look at the error page apart."""
        self.site.asked.clear()
        command = self.command(day, budget=budget, most=most)
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        self.crawls.append(json.loads(done.stdout))
        return [path for path in self.site.paths() if path != "/robots.txt" and "league-archive-" not in path]

    def counts(self) -> dict[str, int]:
        """Those of the last crawl."""
        found = self.crawls[-1]["counts"]
        assert isinstance(found, dict)
        return found


def post(number: int, day: str) -> tuple[str, str, str]:
    return f"/tzgg/{number}.htm", f"云汀团县委第{number}号工作简报", day


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Nights]:
    posts = [post(number, f"2025-{number:02d}-11") for number in range(12, 0, -1)]
    home_page = html("云汀团县委", "<p><a href='/tzgg/'>通知公告</a></p>")
    with serve(Site({"/": home_page})) as site:
        store = open_store(Settings(home=tmp_path).store_url)
        found = Nights(tmp_path, site, store, posts)
        found.publish()
        yield found
        store.close()


def test_a_night_asks_for_what_is_new_and_once_a_month_for_everything(nights: Nights) -> None:
    assert len(nights.crawl(0)) == 1 + 3 + 12

    assert nights.crawl(1) == ["/tzgg/"]

    nights.posts.insert(0, post(13, "2026-03-02"))
    nights.publish()
    asked = nights.crawl(2)
    assert asked[0] == "/tzgg/"
    assert sorted(asked) == ["/tzgg/", "/tzgg/13.htm", "/tzgg/index_1.html", "/tzgg/index_2.html"]
    assert nights.counts()["asked.new_row"] == 1
    capture = nights.store.captures_of(f"{nights.site.url}/tzgg/13.htm")[0]
    assert capture.asked == "new_row"

    pages = {"/", "/tzgg/", "/tzgg/index_1.html", "/tzgg/index_2.html", "/tzgg/index_3.html"}
    looked_at_again = {"/tzgg/13.htm", "/tzgg/12.htm", "/tzgg/3.htm"}  # published 7, 90 and 365 days ago
    assert set(nights.crawl(9)) == pages | looked_at_again
    assert len(nights.crawl(31)) == 1 + 4 + 13
    assert [crawl["plan"] for crawl in nights.crawls] == ["full", "nightly", "nightly", "deep", "full"]


def tagged(page: Answer, tag: str) -> Callable[[Asked], Answer]:
    """A page with an ETag, and 304 for who knows it."""

    def answer(asked: Asked) -> Answer:
        if tag in asked.headers.get("if-none-match", ""):
            return Answer(b"", 304, (("ETag", tag),))
        return replace(page, headers=(*page.headers, ("ETag", tag)))

    return answer


def test_a_page_with_a_tag_is_sent_once_and_its_304_is_an_observation(nights: Nights) -> None:
    recent = article("云汀团县委关于春季学期的通知", "2026-03-01", "春季学期。")
    nights.posts.insert(0, ("/tzgg/20.htm", "云汀团县委关于春季学期的通知", "2026-03-01"))
    nights.publish()
    nights.site.pages["/tzgg/20.htm"] = tagged(recent, '"v1"')
    nights.crawl(0)
    assert nights.crawl(2) == ["/tzgg/", "/tzgg/20.htm"]  # the day after it was published it is looked at again

    assert nights.counts()["not_modified"] == 1
    assert (nights.counts()["asked.recheck"], nights.counts()["documents.unchanged"]) == (1, 1)
    newest, first = nights.store.captures_of(f"{nights.site.url}/tzgg/20.htm")
    assert (newest.status, newest.version, newest.payload_sha256) == (304, 1, first.payload_sha256)
    assert nights.store.record(newest.url).last_seen == newest.fetched_at


def test_a_host_that_sends_another_body_under_the_same_tag_is_not_asked_by_tags_again(nights: Nights) -> None:
    nights.site.pages["/tzgg/12.htm"] = tagged(article("云汀团县委第12号工作简报", "2025-12-11", "初稿。"), '"v1"')
    nights.crawl(0)
    nights.site.pages["/tzgg/12.htm"] = tagged(article("云汀团县委第12号工作简报", "2025-12-11", "改稿。"), '"v1"')
    nights.crawl(30)
    host = nights.site.url.removeprefix("http://")
    assert (nights.store.host(host).distrusted or "").startswith("another body under the same ETag: http")
    assert nights.counts()["documents.version"] == 1

    nights.crawl(31)
    assert nights.site.asked
    assert not any("if-none-match" in asked.headers for asked in nights.site.asked)


def test_a_full_crawl_that_was_cut_off_goes_on_where_it_stood_and_asks_for_nothing_twice(nights: Nights) -> None:
    asked = nights.crawl(0, most=5)
    assert nights.crawls[-1]["status"] == "limit"
    asked += nights.crawl(1, budget=6)
    assert nights.counts()["skipped.budget"] > 0
    asked += nights.crawl(2)
    assert len(asked) == len(set(asked)) == 1 + 3 + 12
    assert [(crawl["plan"], crawl["status"]) for crawl in nights.crawls] == [
        ("full", "limit"),
        ("full", "limit"),
        ("full", "finished"),
    ]
    assert nights.store.counts()["documents"] == 12


def test_a_crawl_that_is_killed_loses_nothing_and_the_next_one_asks_only_for_the_rest(nights: Nights) -> None:
    nights.site.pages |= {url: slow(article(title, day, title)) for url, title, day in nights.posts}
    process = subprocess.Popen(nights.command(0), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(nights.site.asked) < 12:
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.wait()
    with closing(sqlite3.connect(nights.home / "archive.db")) as database, database:
        database.execute("UPDATE hosts SET lease_until = '2020'")  # what two minutes would do

    asked = nights.crawl(1)
    assert nights.store.runs(limit=2)[1].status == "died"
    assert nights.counts()["kept"] + len(asked) == 1 + 3 + 12
    assert nights.counts()["kept"] >= 1
    assert nights.store.counts()["documents"] == 12


def test_rows_that_a_night_had_no_room_for_are_asked_for_in_the_next(nights: Nights) -> None:
    nights.crawl(0)
    nights.posts[:0] = [post(number, "2026-03-02") for number in (15, 14, 13)]
    nights.publish()
    first = nights.crawl(2, budget=4)
    assert (len(first), nights.crawls[-1]["status"]) == (3, "limit")  # the look at the error page is of the four
    second = nights.crawl(3)
    assert {f"/tzgg/{number}.htm" for number in (13, 14, 15)} <= {*first, *second}
    assert nights.store.counts()["documents"] == 15


def test_a_list_whose_second_page_failed_is_read_on_in_the_next_night(nights: Nights) -> None:
    nights.crawl(0)
    nights.posts[:0] = [post(number, "2026-03-02") for number in (18, 17, 16, 15, 14, 13)]
    nights.publish()
    good, nights.site.pages["/tzgg/index_1.html"] = nights.site.pages["/tzgg/index_1.html"], Answer(b"", 502)
    assert "/tzgg/14.htm" not in nights.crawl(2)
    nights.site.pages["/tzgg/index_1.html"] = good
    assert {"/tzgg/13.htm", "/tzgg/14.htm"} <= set(nights.crawl(3))


def slow(page: Answer) -> Callable[[Asked], Answer]:
    """A page that takes its time."""

    def answer(asked: Asked) -> Answer:  # noqa: ARG001 - the signature of a script
        time.sleep(0.3)
        return page

    return answer


def test_a_start_page_whose_rows_all_stand_on_lists_is_no_list_of_its_own(store: Store) -> None:
    known = Lists(store, "yunting", ["http://tw.yunting.example/"])
    rows = [row(number, "2025-05-10") for number in range(1, 4)]
    known.note(Shown.of("http://tw.yunting.example/", "list", rows, ()), written(FIRST))
    known.note(Shown.of(LIST, "list", [*rows, row(4, "2025-04-10")], ()), written(FIRST))
    assert [page.url for page in known.firsts()] == [LIST]
    assert known.homes() == []


def test_a_start_page_that_is_the_list_is_read_every_night(nights: Nights) -> None:
    nights.site.pages["/"] = nights.site.pages["/tzgg/"]
    del nights.site.pages["/tzgg/"]
    nights.crawl(0)
    assert nights.crawl(1) == ["/"]
