"""Pages that are shells for scripts, rendered in a real Chromium that has no network of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest

from archive_api.captures import CaptureStore, Exchange
from archive_api.settings import MIB, Settings
from archive_api.store import Store, open_store
from crawler.browser import missing
from crawler.ingest import Ingest
from tests.crawler.server import Answer, Asked, Site, html, serve

CRAWL = """
import json, sys
from dataclasses import replace
from pathlib import Path
from archive_api.settings import Settings
from crawler import browser
from crawler.source import source_for_url
from spiders.run import run_crawl
home, url, changes = sys.argv[1:]
changes = json.loads(changes)
if "MOST_PARTS" in changes.get("limits", {}):
    from crawler import browser_page
for name, value in changes.get("limits", {}).items():
    setattr(browser_page if name == "MOST_PARTS" else browser, name, value)
source = replace(source_for_url(url), **changes.get("source", {}))
print(json.dumps(run_crawl(source, Settings(home=Path(home)), delay=0).to_json()))
"""
JSON = (("Content-Type", "application/json"),)
SCRIPT = (("Content-Type", "application/javascript"),)
APP = """
(async () => {
  const rows = await (await fetch(['', 'data', 'tzgg'].join('/'))).json();
  const more = await (await fetch('/api/search', {method: 'POST', body: JSON.stringify({page: 2})})).json();
  const row = one => `<li><a href="${one.url}">${one.title}</a><span>${one.date}</span></li>`;
  document.getElementById('app').innerHTML = '<h1>通知公告</h1><ul>' + [...rows, ...more].map(row).join('')
    + '</ul><img src="/logo.png"><iframe src="http://127.0.0.2:9/frame.htm"></iframe>';
  fetch('/private/who').catch(() => 0);
  fetch('http://127.0.0.2:9/elsewhere').catch(() => 0);
  navigator.sendBeacon('/beacon', 'x');
  new WebSocket('ws://' + location.host + '/socket');
  localStorage.setItem('seen', '1');
})();
"""
DETAIL = """
fetch('/api/detail' + location.search).then(answer => answer.json()).then(found => {
  document.title = found.title;
  document.getElementById('app').innerHTML = `<h1>${found.title}</h1><p>发布时间：${found.date}</p>`
    + `<div>${found.text}</div>`;
});
"""


def shell(script: str) -> Answer:
    return html("云汀县团委", "<div id='app'></div>", f"<script src='{script}'></script>")


def item(number: int, address: str) -> dict[str, str]:
    title, date = f"云汀县团委第{number}号通知：做好暑期实践", f"2023-06-{number:02}"
    return {
        "url": address,
        "title": title,
        "date": date,
        "text": "<p>请各团支部按要求做好组织报名和安全教育工作。</p>" * 6,
    }


def article(number: int) -> Answer:
    one = item(number, "")
    head = f"<h1>{one['title']}</h1><p>发布时间：{one['date']} 来源：云汀县团委</p>"
    return html(f"{one['title']}-云汀县团委", "<p>当前位置：首页 &gt; 通知公告</p>", head, f"<div>{one['text']}</div>")


def script_site() -> Site:
    """A list that a script fills by GET and POST; no address stands whole in it. Rows 14 and 15 lead to shells."""
    pages = {f"/show/{n}.html": article(n) for n in range(10, 14)}
    listed = [item(n, f"/show/{n}.html") for n in range(10, 14)]
    posted = [item(n, f"/detail.html?id={n}") for n in range(14, 16)]
    details = {f"/api/detail?id={n}": Answer(json.dumps(item(n, "")).encode(), headers=JSON) for n in range(14, 16)}
    shells = {f"/detail.html?id={n}": shell("/detail.js") for n in range(14, 16)}
    robots = Answer(b"User-agent: *\nDisallow: /private/\n", headers=(("Content-Type", "text/plain"),))
    return Site(
        pages={
            "/": shell("/app.js"),
            "/robots.txt": robots,
            "/app.js": Answer(APP.encode(), headers=SCRIPT),
            "/detail.js": Answer(DETAIL.encode(), headers=SCRIPT),
            "/data/tzgg": Answer(json.dumps(listed).encode(), headers=JSON),
            "/api/search": Answer(json.dumps(posted).encode(), headers=JSON),
            **pages,
            **shells,
            **details,
        }
    )


HERE = missing(Settings())
needs_chromium = pytest.mark.skipif(HERE is not None, reason=f"no page can be rendered here: {HERE}")


def command(home: Path, url: str, **changes: object) -> list[str]:
    return [sys.executable, "-W", "error", "-c", CRAWL, str(home), url, json.dumps(changes)]


def crawl(home: Path, url: str, env: dict[str, str] | None = None, **changes: object) -> dict[str, object]:
    done = subprocess.run(
        command(home, url, **changes),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **(env or {})},
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, object] = json.loads(done.stdout)
    return report


def opened(home: Path) -> Store:
    return open_store(f"sqlite:///{home / 'archive.db'}")


@dataclass(frozen=True)
class Crawled:
    home: Path
    site: Site
    report: dict[str, object]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """The site of scripts, crawled once; its server is gone, what it was asked is known."""
    home = tmp_path_factory.mktemp("archive")
    with serve(script_site()) as site:
        return Crawled(home, site, crawl(home, f"{site.url}/"))


@needs_chromium
def test_a_list_that_scripts_fill_is_read_and_its_requests_go_the_crawls_way(crawled: Crawled) -> None:
    site, report = crawled.site, crawled.report
    counts = report["counts"]
    assert isinstance(counts, dict)
    assert report["status"] == "finished", report
    assert counts["document"] == 6
    assert counts["list"] == 1
    assert counts["rendered"] == 3
    asked = site.paths()
    asked.remove("/app.js")  # once to look for the list's address in it
    assert len(asked) == len(set(asked)), "nothing else is asked for twice, the shells included"
    assert not {path for path in asked if path.startswith(("/logo", "/beacon", "/socket", "/private", "/frame"))}
    agents = {one.headers["user-agent"] for one in site.asked}
    assert len(agents) == 1, "all of it is asked under the crawl's own name"


@needs_chromium
def test_what_was_rendered_stands_beside_the_exchanges_that_it_was_made_from(crawled: Crawled) -> None:
    site, store = crawled.site, opened(crawled.home)
    captures = CaptureStore(crawled.home / "captures", max_bytes=MIB)
    rendered, raw = store.captures_of(f"{site.url}/detail.html?id=14")
    assert (raw.outcome, raw.reason, rendered.outcome) == ("not_article", "js_shell", "document")
    dom, page = captures.read(rendered.address), captures.read(raw.address)
    assert dom.imported
    assert dom.metadata["rendered_by"].startswith("Chromium ")
    assert "做好暑期实践".encode() in dom.body
    assert "做好暑期实践".encode() not in page.body
    (posted,) = store.captures_of(replace(ASKED, url=f"{site.url}/api/search").page)
    assert (posted.outcome, posted.reason) == ("ignored", "resource")
    exchange = captures.read(posted.address)
    assert (exchange.method, json.loads(exchange.request_body)) == ("POST", {"page": 2})


@needs_chromium
def test_a_store_made_anew_from_the_captures_has_the_rendered_documents(crawled: Crawled, tmp_path: Path) -> None:
    shutil.copytree(crawled.home / "captures", tmp_path / "captures")
    store = opened(tmp_path)
    ingest = Ingest(CaptureStore(tmp_path / "captures", max_bytes=MIB), store)
    ingest.recover()
    ingest.close()
    assert ingest.counts["document"] == 6


ASKED = Exchange(url="", fetched_at="", status=200, headers=(), body=b"", method="POST", request_body=b'{"page":2}')
HANGING = "<div id='app'></div><script>while (true) {}</script><script src='/x.js'></script>"
GREEDY = (
    "<div id='app'></div><script>const all = []; setInterval(() => all.push(new Uint8Array(3e7).fill(1)), 10);"
    "fetch('/api/never')</script><script src='/x.js'></script>"
)


def below(process: int) -> list[psutil.Process]:
    return psutil.Process(process).children(recursive=True)


@pytest.mark.parametrize(
    ("page", "limits", "reason"),
    [
        pytest.param(HANGING, {"LONGEST": 15.0}, "browser_timeout", id="a script without end"),
        pytest.param(GREEDY, {"MOST_BYTES": 700 * 1024 * 1024}, "browser_memory", id="a script that eats memory"),
    ],
)
@needs_chromium
def test_a_page_that_will_not_end_is_given_up_and_the_next_one_is_rendered(
    tmp_path: Path, page: str, limits: dict[str, float], reason: str
) -> None:
    def never(_: Asked) -> Answer:
        time.sleep(10)
        return Answer(b"{}", headers=JSON)

    site = script_site()
    site.pages["/"] = html("云汀县团委", "<a href='/bad.htm'>坏的一页</a>", "<a href='/detail.html?id=14'>好的一页</a>")
    site.pages["/bad.htm"] = html("坏", page)
    site.pages["/x.js"] = Answer(b"", headers=SCRIPT)
    site.pages["/api/never"] = never
    with serve(site):
        report = crawl(tmp_path, f"{site.url}/", limits=limits)
    counts = report["counts"]
    assert isinstance(counts, dict)
    assert counts[f"failed.{reason}"] == 1, counts
    assert counts["document"] == 1, counts


@needs_chromium
def test_a_page_that_never_rests_is_taken_as_it_stands(tmp_path: Path) -> None:
    restless = "let n = 0; setInterval(() => fetch('/api/tick?n=' + n++), 5); " + DETAIL
    site = script_site()
    site.pages["/detail.js"] = Answer(restless.encode(), headers=SCRIPT)
    site.otherwise = Answer(b"{}", headers=JSON)
    with serve(site):
        report = crawl(tmp_path, f"{site.url}/detail.html?id=14", limits={"MOST_PARTS": 12})
    counts = report["counts"]
    assert isinstance(counts, dict)
    assert counts["document"] == 1
    assert counts["browser.parts"] <= 12
    assert counts["browser.too_many_parts"] >= 1


@needs_chromium
def test_a_crawl_that_is_killed_leaves_no_browser_behind(tmp_path: Path) -> None:
    site = script_site()
    site.pages["/"] = html("坏", HANGING)
    site.pages["/x.js"] = Answer(b"", headers=SCRIPT)
    with serve(site):
        crawling = subprocess.Popen(command(tmp_path, f"{site.url}/"), stdout=subprocess.DEVNULL)
        until = time.monotonic() + 60
        children: list[psutil.Process] = []
        while not any("chrom" in one.name() for one in children) and time.monotonic() < until:
            time.sleep(0.1)
            children = below(crawling.pid)
        assert any("chrom" in one.name() for one in children), "the browser was started"
        time.sleep(1)
        children = below(crawling.pid)
        crawling.send_signal(signal.SIGKILL)
        crawling.wait()
    gone, alive = psutil.wait_procs(children, timeout=20)
    for process in alive:
        process.kill()
    assert gone
    assert not alive


def test_without_a_browser_a_shell_is_a_problem_that_says_what_to_install(tmp_path: Path) -> None:
    site = script_site()
    site.pages["/"] = html("云汀", "<a href='/show/10.html'>通知</a>", "<a href='/detail.html?id=14'>壳</a>")
    with serve(site):
        report = crawl(tmp_path, f"{site.url}/", env={"LEAGUE_CHROMIUM": "/nowhere/chromium"})
    counts = report["counts"]
    assert isinstance(counts, dict)
    assert report["status"] == "finished"
    assert counts["document"] == 1
    assert counts["failed.no_browser"] == 1
    (problem,) = opened(tmp_path).problems()
    assert problem.detail == "LEAGUE_CHROMIUM is /nowhere/chromium, which is no program"


def test_a_source_that_is_always_rendered_does_not_start_without_a_browser(tmp_path: Path) -> None:
    with serve(script_site()) as site:
        done = subprocess.run(
            command(tmp_path, f"{site.url}/", source={"browser": "always"}),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, "LEAGUE_CHROMIUM": "/nowhere/chromium"},
        )
    assert "SettingsError: LEAGUE_CHROMIUM is /nowhere/chromium" in done.stderr
    assert site.asked == []


@needs_chromium
def test_a_source_that_is_always_rendered_has_its_plain_pages_rendered_too(tmp_path: Path) -> None:
    with serve(script_site()) as site:
        report = crawl(tmp_path, f"{site.url}/show/10.html", source={"browser": "always"})
    counts = report["counts"]
    assert isinstance(counts, dict)
    assert counts["rendered"] >= 1
    assert counts["document"] >= 1


def test_the_message_names_the_program_where_none_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert "apt-get install chromium" in (missing(Settings()) or "")
