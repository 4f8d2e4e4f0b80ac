"""What becomes of documents over many nights."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive_api.document import State, document_id
from archive_api.settings import Settings
from archive_api.store import open_store
from tests.crawler.server import Answer, Site, article, html, redirect, serve
from tests.spiders.test_night import Nights, post

GONE = Answer(b"<h1>404</h1>", 404)
WALL = Answer(b"<html><script>$_ts=window['$_ts']</script></html>", 412)


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


def take_down(nights: Nights, number: int, answer: Answer | None = GONE) -> str:
    """Takes a post's row from the list, and puts `answer` in the place of its page; None leaves the page."""
    url = f"/tzgg/{number}.htm"
    nights.posts[:] = [one for one in nights.posts if one[0] != url]
    nights.publish()
    if answer is not None:
        nights.site.pages[url] = answer
    return f"{nights.site.url}{url}"


def state(nights: Nights, url: str) -> State:
    return nights.store.record(url).state


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (GONE, "http_404"),
        (redirect("/"), "home"),
        (html("提示信息", "<p>您访问的页面不存在或已被删除</p>"), "soft_404"),
    ],
    ids=["404", "home", "soft404"],
)
def test_a_document_is_gone_after_three_absences_over_seven_days_and_not_before(
    nights: Nights, answer: Answer, what: str
) -> None:
    nights.crawl(0)
    url = take_down(nights, 11, answer)
    states = []
    for day in (1, 4, 8):
        assert "/tzgg/11.htm" in nights.crawl(day)
        states.append(state(nights, url))
    assert states == [State.LIVE, State.LIVE, State.GONE]
    absences = nights.store.absences(document_id(url))
    assert [one.what for one in absences] == [what] * 3
    assert nights.counts()["documents.gone"] == 1
    assert nights.store.record(url).seq == nights.store.last_seq()


def test_walls_and_failures_are_no_absences_and_a_document_that_is_back_is_restored(nights: Nights) -> None:
    nights.crawl(0)
    page = nights.site.pages["/tzgg/11.htm"]
    url = take_down(nights, 11)
    nights.crawl(1)
    nights.site.pages["/tzgg/11.htm"] = WALL
    nights.crawl(4)
    nights.site.pages["/tzgg/11.htm"] = Answer(b"", 502)
    nights.crawl(8)
    assert len(nights.store.absences(document_id(url))) == 1
    assert state(nights, url) is State.LIVE

    nights.site.pages["/tzgg/11.htm"] = GONE
    nights.crawl(9)
    nights.crawl(12)
    assert state(nights, url) is State.GONE

    nights.site.pages["/tzgg/11.htm"] = page
    nights.posts.insert(0, post(11, "2025-11-11"))
    nights.publish()
    nights.crawl(43)
    assert state(nights, url) is State.RESTORED
    assert sum(one.what == "http_404" for one in nights.store.absences(document_id(url))) == 3


def test_a_page_whose_row_is_gone_is_delisted_and_live_again_with_its_row(nights: Nights) -> None:
    nights.crawl(0)
    row = nights.posts[1]
    url = take_down(nights, 11, None)
    for day in (1, 4, 8):
        nights.crawl(day)
    assert state(nights, url) is State.DELISTED
    nights.posts.insert(1, row)
    nights.publish()
    nights.crawl(9)
    assert state(nights, url) is State.RESTORED


def test_a_row_that_new_ones_pushed_to_the_next_page_has_not_vanished(nights: Nights) -> None:
    nights.crawl(0)
    nights.posts.insert(0, post(13, "2026-03-02"))
    nights.publish()
    nights.crawl(1)
    assert "rows_vanished" not in nights.counts()


def test_a_moved_document_is_one_document_with_two_addresses(nights: Nights) -> None:
    nights.crawl(0)
    old = "/tzgg/12.htm"
    nights.posts[0] = ("/2025/12.htm", *nights.posts[0][1:])
    nights.publish()
    nights.site.pages[old] = GONE
    documents = nights.store.counts()["documents"]

    nights.crawl(1)

    first, second = f"{nights.site.url}{old}", f"{nights.site.url}/2025/12.htm"
    record = nights.store.record(second)
    assert nights.store.counts()["documents"] == documents
    assert (record.id, record.version, record.document.url) == (document_id(first), 1, first)
    assert [move.url for move in nights.store.moves(record.id)] == [second]
    for day in (5, 9, 13):
        nights.crawl(day)
    assert state(nights, first) is State.LIVE


def test_the_same_text_at_two_live_addresses_is_two_documents(nights: Nights) -> None:
    nights.crawl(0)
    _, title, day = nights.posts[0]
    nights.posts.insert(0, ("/copy/12.htm", title, day))
    nights.site.pages["/copy/12.htm"] = article(title, day, title)
    nights.publish()
    nights.crawl(1)
    assert nights.store.counts()["documents"] == 13


def test_a_site_that_was_rebuilt_is_an_alarm_and_its_documents_are_found_at_their_new_addresses(nights: Nights) -> None:
    nights.crawl(0)
    for path in list(nights.site.pages):
        if path != "/":
            nights.site.pages[path] = GONE
    nights.site.pages["/"] = html("云汀团县委", "<p><a href='/news/'>信息公开</a></p>")
    nights.posts[:] = [(f"/news{url.removeprefix('/tzgg')}", title, day) for url, title, day in nights.posts[:3]]
    rows = "".join(f"<li><a href='{url}'>{title}</a><span>[{day}]</span></li>" for url, title, day in nights.posts)
    nights.site.pages["/news/"] = html("信息公开-云汀团县委", f"<h2>信息公开</h2><ul class='list'>{rows}</ul>")
    for url, title, day in nights.posts:
        nights.site.pages[url] = article(title, day, title)

    for night in (1, 30, 34, 38):
        nights.crawl(night)

    assert nights.counts()["source_migrated"] == 1
    assert nights.store.counts()["documents"] == 12
    assert {nights.store.record(f"{nights.site.url}{url}").id for url, _, _ in nights.posts} == {
        document_id(f"{nights.site.url}/tzgg/{number}.htm") for number in (12, 11, 10)
    }
    found = [state(nights, f"{nights.site.url}/tzgg/{number}.htm") for number in range(1, 13)]
    assert found == [State.LIVE] * 12


def test_a_hosts_own_error_page_is_learnt_by_asking_once_and_makes_no_version(nights: Nights) -> None:
    page = article("清岚云坞欢迎您回来", "2026-03-01", "一起向未来，请从首页重新开始浏览我们的网站。")
    nights.site.otherwise = page
    nights.crawl(0)
    url = take_down(nights, 11, page)
    nights.crawl(1)
    nights.crawl(2)
    assert sum("league-archive-" in asked.path for asked in nights.site.asked) == 0  # on the first of the two nights
    assert [one.what for one in nights.store.absences(document_id(url))] == ["soft_404"]
    assert nights.store.record(url).version == 1
    assert state(nights, f"{nights.site.url}/tzgg/12.htm") is State.LIVE
