from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.conftest import League, Site, article, plain

ARTICLES = 60
WAIT = 60


@pytest.fixture
def long_site(site: Site) -> Site:
    site.pause = 0.03
    body = "各乡镇团委：请组织第{}批青年志愿者参加护河行动，集合地点在柳岸镇文化广场，自带饮水和雨具。"
    title = "关于组织第{}批青年志愿者护河行动的通知"
    numbers = range(ARTICLES)
    site.publish({f"/a/{n}.html": plain(article(title.format(n), body.format(n))) for n in numbers})
    return site


def _wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + WAIT
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_crawl_ended_in_the_middle_is_completed(league: League, long_site: Site, how: signal.Signals) -> None:
    process = league.start("crawl", "--url", long_site.address + "/", "--delay", "0")
    _wait_for(lambda: len(long_site.asked) > ARTICLES // 2, process)
    process.send_signal(how)
    process.communicate(timeout=WAIT)
    assert process.returncode != 0
    assert league.run("index").returncode == 0
    assert league.is_sound()
    captured = league.status()
    assert 0 < captured["documents"] < ARTICLES

    assert league.crawl(long_site).returncode == 0
    done = league.status()
    assert done["documents"] == ARTICLES
    assert done["versions"] == ARTICLES
    assert done["index_behind"] == 0
    statuses = [run["status"] for run in done["last_runs"]]
    assert statuses[0] == "finished"
    assert statuses[-1] in {"interrupted", "died"}
    assert league.is_sound()


def test_an_index_killed_in_the_middle_is_completed_by_the_next(league: League, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for n in range(300):
        text = f"第{n}期青年学习简报\n\n" + f"云汀县第{n}期青年学习班开班，来自各乡镇的团干部参加学习。" * 40
        (folder / f"{n:03}.txt").write_text(text, encoding="utf-8")
    assert league.run("import", str(folder)).returncode == 0
    for pause in (0.4, 0.6, 0.8):
        process = league.start("index", "--rebuild")
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=WAIT)
        assert league.run("search", "--count", "青年学习班").stdout.strip() == "300"
    assert league.run("index", "--rebuild").returncode == 0
    assert league.run("search", "--count", "青年学习班").stdout.strip() == "300"
    assert league.is_sound()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_results_that_cannot_be_written_are_no_success(league: League) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            league.command("search", "青年"),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=os.environ,
        )
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
