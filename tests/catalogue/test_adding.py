"""`league sources add` and `check`, on sites of this machine: each crawl is a process of its own."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from archive_api.document import Level
from crawler.extraction import Page
from crawler.extraction.html import read_html
from crawler.extraction.parts import Hints
from crawler.scope import Scope
from crawler.source import Source, load_source
from scheduler import demo
from scheduler.adding import _source_at, draft
from scheduler.probe import Probe
from scheduler.seen import SeenPage
from tests.command.conftest import Done, League
from tests.crawler.server import Site, article, html, listing, serve

NOTICE = "关于开展志愿服务活动的通知"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002 - the base's signature
        return


@pytest.fixture
def sample_site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(demo.SITE)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def sources(home: Path, *arguments: str) -> Done:
    done = subprocess.run(
        [sys.executable, "-m", "scheduler.cli", "--home", str(home), "sources", *arguments],
        env={**os.environ, "LEAGUE_DELAY": "0"}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def test_a_site_becomes_a_file_that_says_what_was_seen(tmp_path: Path, sample_site: str) -> None:
    done = sources(tmp_path, "add", sample_site)
    assert done.returncode == 0, done.stderr
    (path,) = (tmp_path / "sources").iterdir()
    assert str(path) in done.stdout

    source = load_source(path)

    assert (source.title, source.issuer) == ("共青团云汀县委", "共青团云汀县委员会")
    assert (source.level, source.region) == (Level.COUNTY, None)
    assert (source.enabled, source.status) == (False, "unverified")
    assert source.start_urls[0] == sample_site
    assert set(source.start_urls[1:]) == {f"{sample_site}jhzj/index.html", f"{sample_site}tzgg/index.html"}
    text = path.read_text("utf-8")
    assert "云汀县 is no division of GB/T 2260" in text
    assert "# 通知公告" in text
    assert not (tmp_path / "archive.db").exists(), "the look goes into an archive of its own"

    again = sources(tmp_path, "add", sample_site)
    assert again.returncode == 2
    assert "is there already" in again.stderr
    assert path.read_text("utf-8") == text
    assert sources(tmp_path, "check", path.stem).returncode == 0


def test_a_clone_is_told_by_its_pages_and_gives_no_file(tmp_path: Path) -> None:
    rows = [(f"/info/1/{number}.html", f"{NOTICE}{number}", "2024-05-01") for number in range(6)]
    site = Site(pages={"/": listing("清岚葡京官网", rows)}, otherwise=article(NOTICE, "2024-05-01", "各支部："))
    site.pages["/robots.txt"] = html("")
    with serve(site):
        done = sources(tmp_path, "add", f"{site.url}/")
    assert done.returncode == 1
    assert "looks like a hijacked clone" in done.stderr
    assert "葡京" in done.stderr
    assert list(tmp_path.glob("sources/*")) == []


def test_where_nothing_can_be_read_no_file_is_written(tmp_path: Path) -> None:
    with serve(Site()) as site:
        done = sources(tmp_path, "add", f"{site.url}/")
    assert done.returncode == 1
    assert "nothing could be read" in done.stderr or "no list rows" in done.stderr
    assert list(tmp_path.glob("sources/*")) == []


@pytest.mark.parametrize(
    ("url", "code", "says"),
    [
        ("http://www.yunting-hotel.com/tw/info/1065/2890.html", 1, "but for .html"),
        ("http://www.yunting-hotel.com/", 1, "none of gov.cn, edu.cn and org.cn"),
        ("https://www.gqt.org.cn/notice/", 2, "the catalogue has it already, as gqt.org.cn"),
        ("tw.yunting.edu.cn", 2, "begins with http"),
    ],
)
def test_what_an_address_alone_decides_is_decided_without_a_request(
    tmp_path: Path, url: str, code: int, says: str
) -> None:
    done = League(tmp_path)("sources", "add", url)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_check_refuses_a_host_that_nothing_vouches_for(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    file = tmp_path / "sources" / "yunting.yaml"
    file.write_text("title: 云汀\nstart_urls: [http://www.yunting-hotel.com/]\n", "utf-8")
    done = League(tmp_path)("sources", "check", "yunting")
    assert done.returncode == 1
    assert "yunting: refused" in done.stderr


def seen(body: str, *, family: str = "generic", head: str = "", number: int = 1) -> SeenPage:
    page = Page(url=f"http://127.0.0.1/{number}.htm", body=f"<html>{body}</html>".encode(), media_type="text/html")
    return SeenPage(url=page.url, family=family, head=head, text=body, reading=read_html(page, Hints()))


def written(tmp_path: Path, *pages: SeenPage, url: str = "http://127.0.0.1/") -> Source:
    found = Probe(good=True, says="", counts={"rows": 8, "documents": 1}, pages=pages)
    source = _source_at(url)
    path = tmp_path / f"{source.name}.yaml"
    path.write_text("\n".join(draft(source, found, today="2026-11-22")), "utf-8")
    return load_source(path)


def test_level_and_region_come_from_the_owner_that_most_pages_name(tmp_path: Path) -> None:
    foot = "<p>云汀河畔植树</p><div>版权所有：共青团枣庄市委员会 鲁ICP备00000000号</div>"
    other = "<p>云汀河畔植树</p><div>版权所有：共青团云汀县委员会 鲁ICP备00000000号</div>"
    source = written(tmp_path, seen(foot), seen(foot, number=2), seen(other, number=3))
    assert (source.issuer, source.level, source.region) == ("共青团枣庄市委员会", Level.PREFECTURE, "370400")


@pytest.mark.parametrize(
    ("families", "expected"),
    [
        (["vsb", "vsb", "generic"], "vsb"),
        (["vsb", "generic", "generic"], "auto"),
        (["vsb", "vsb", "trs"], "auto"),
        (["generic", "generic"], "auto"),
    ],
)
def test_a_family_is_written_when_two_pages_show_it_and_none_another(
    tmp_path: Path, families: list[str], expected: str
) -> None:
    pages = [seen("<p>云汀</p>", family=family, number=number) for number, family in enumerate(families)]
    assert written(tmp_path, *pages).family == expected


@pytest.mark.parametrize(
    ("url", "name", "paths"),
    [
        ("https://www.Yunting.edu.cn/tw/index.htm", "yunting.edu.cn-tw", ("/tw/",)),
        ("https://tw.yunting.edu.cn", "tw.yunting.edu.cn", ()),
        ("http://tw.yunting.edu.cn:8080/index.jsp", "tw.yunting.edu.cn-8080", ()),
        ("http://www.yunting.gov.cn/bm/tw/tzgg", "yunting.gov.cn-bm-tw", ("/bm/tw/",)),
    ],
)
def test_a_name_is_the_host_and_the_folder_and_limits_are_the_folder(
    url: str, name: str, paths: tuple[str, ...]
) -> None:
    source = _source_at(url)
    assert (source.name, source.limits.paths) == (name, paths)
    assert Scope.of(source).holds(source.start_urls[0])


def test_a_hostile_title_stays_inside_its_line(tmp_path: Path) -> None:
    title = '"云汀"\u2028enabled: true\x7f # \\u0000'
    rows = "".join(f"<li><a href='/a/{n}.htm'>{NOTICE}{n}</a>2024-05-0{n}</li>" for n in range(1, 9))

    source = written(tmp_path, seen(f"<head><title>{title}</title></head><ul>{rows}</ul>", head=title))

    assert source.title.startswith('"云汀" enabled: true')
    assert (source.enabled, source.issuer, source.family) == (False, None, "auto")
