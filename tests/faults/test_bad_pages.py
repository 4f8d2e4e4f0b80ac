from __future__ import annotations

import os
from pathlib import Path

from tests.faults.conftest import MIB, League, Site, article, bomb, endless, pdf, plain, redirect

GOOD = "各乡镇团委：请认真组织本次青年活动，于五月底前把名单报送团县委办公室，逾期不再受理。"


def test_bad_pages_are_listed_and_the_good_ones_beside_them_are_kept(league: League, site: Site) -> None:
    site.publish(
        {
            "/a/good.html": plain(article("关于开展青年读书活动的通知", GOOD)),
            "/a/loop.html": redirect("/a/loop.html"),
            "/a/huge.html": endless(200 * MIB),
            "/a/bomb.html": plain(bomb(300 * MIB), Content_Encoding="gzip"),
            "/a/noise.html": plain(os.urandom(4096)),
            "/a/empty.pdf": plain(pdf(), "application/pdf"),
            "/a/locked.pdf": plain(pdf(password="secret"), "application/pdf"),
            "/a/blank.html": plain(b"<html><body><div></div></body></html>"),
        }
    )
    done = league.crawl(site)
    assert done.returncode == 0, done.stderr
    problems = league.problems()
    assert problems["a/loop.html"] == "redirect_loop"
    assert problems["a/huge.html"] == "too_large"
    assert problems["a/bomb.html"] == "too_large"
    assert problems["a/empty.pdf"] == "empty_pdf"
    assert problems["a/locked.pdf"] == "encrypted_pdf"
    assert {"a/noise.html", "a/blank.html"} <= problems.keys()
    assert "a/good.html" not in problems
    assert league.status()["documents"] == 1
    assert league.is_sound()
    for path in problems:
        assert league.run("why", f"{site.address}/{path}").returncode == 0


def test_a_mended_page_is_no_problem_any_more(league: League, site: Site) -> None:
    site.publish(
        {"/a/1.html": plain(b"<html><body></body></html>"), "/a/2.html": plain(article("关于开展活动的通知", GOOD))}
    )
    league.crawl(site)
    assert "a/1.html" in league.problems()
    site.answers["/a/1.html"] = plain(article("关于报送材料的通知", GOOD))
    league.crawl(site)
    assert league.problems() == {}
    assert league.status()["documents"] == 2


def test_an_unreachable_host_is_said_at_once(league: League) -> None:
    done = league.run("crawl", "--url", "http://127.0.0.1:9/", "--delay", "0")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "127.0.0.1:9" in done.stderr
    assert list(league.problems().values()) == ["connection_refused"]
    assert league.is_sound()


def test_a_source_file_with_a_wrong_key_is_said_at_once(league: League, tmp_path: Path) -> None:
    file = tmp_path / "yunting.yaml"
    file.write_text("title: 团县委\nstart_urls: [http://127.0.0.1:9/]\nfamilly: auto\n", encoding="utf-8")
    done = league.run("crawl", "--source-file", str(file))
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "yunting.yaml" in done.stderr
    assert "'familly'" in done.stderr
    assert "did you mean 'family'?" in done.stderr
