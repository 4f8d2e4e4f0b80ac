"""From a site to an answer by way of the scheduler, the user's own source files, and another kind of store."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import URL

from tests.loopback import Command, served
from tests.store.conftest import own_database

SITE = Path(__file__).parents[2] / "scheduler" / "sample_site"
DOCUMENTS = 18


def source(home: Path, address: str) -> None:
    folder = home / "sources"
    folder.mkdir(parents=True)
    (folder / "yunting.yaml").write_text(
        f"title: 共青团云汀县委\nissuer: 共青团云汀县委员会\nlevel: county\nstart_urls: ['{address}']\n"
        "status: verified\nenabled: true\n",
        encoding="utf-8",
    )


def test_a_source_of_ones_own_is_shown_checked_and_crawled_when_it_is_due(tmp_path: Path) -> None:
    league = Command(tmp_path, {**os.environ, "LEAGUE_DELAY": "0"})
    with served(SITE) as address:
        source(tmp_path, address)
        assert "yunting" in league("sources", "list")
        assert address in league("sources", "show", "yunting")
        assert "list rows and articles were seen" in league("sources", "check", "yunting")
        assert league.lines("status", "--json")[0]["documents"] == 0

        assert league("schedule", "--once").split() == ["yunting", "finished"]
        assert "No source is due" in league("schedule", "--once")
    (status,) = league.lines("status", "--json")
    assert status["documents"] == DOCUMENTS
    assert [run["status"] for run in status["last_runs"]] == ["finished"]
    assert len(league.lines("search", "志愿服务", "--source", "yunting", "--json")) == 7
    league("verify")


def test_a_scheduled_crawl_that_fails_is_an_exit_code_and_a_run(tmp_path: Path) -> None:
    league = Command(tmp_path, {**os.environ, "LEAGUE_DELAY": "0"})
    source(tmp_path, "http://127.0.0.1:9/")
    assert league("schedule", "--once", code=1).split() == ["yunting", "failed"]
    assert league.lines("status", "--json")[0]["last_runs"][0]["status"] == "failed"


def test_the_whole_path_on_postgresql(tmp_path: Path, postgresql_server: URL) -> None:
    with own_database(postgresql_server) as database:
        walk(Command(tmp_path, {**os.environ, "LEAGUE_STORE": database.render_as_string(hide_password=False)}))


def walk(league: Command) -> None:
    out = league.home / "out"
    with served(SITE) as address:
        league("crawl", "--url", address, "--delay", "0")
        league("crawl", "--url", address, "--delay", "0")
    (status,) = league.lines("status", "--json")
    assert (status["documents"], status["versions"], status["index_behind"]) == (DOCUMENTS, DOCUMENTS, 0)
    assert league("search", "--count", "志愿服务") == "7\n"
    league("export", str(out), "--query", "志愿服务")
    assert len((out / "data.jsonl").read_text(encoding="utf-8").splitlines()) == 7
    league("verify")
