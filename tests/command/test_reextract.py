"""`league reextract`: the diff before anything is written, the writing, and a run that was killed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from archive_api.settings import Settings
from archive_api.store import open_store
from crawler.reextraction import Reread
from scheduler import rereading
from scheduler.archive import open_archive
from scheduler.rereading import reextract
from tests.command.conftest import League

TEXT = "各乡镇团委：定于五月四日召开青年座谈会，请准时参加。"


@pytest.fixture
def older(tmp_path: Path) -> League:
    """An archive of three documents, of which an older extractor read no title and half of the text."""
    texts = tmp_path / "texts"
    texts.mkdir()
    for number in range(3):
        title = f"关于召开第{number}次青年座谈会的通知"
        (texts / f"{number}.txt").write_text(f"{title}\n\n发布时间：2024-05-01\n\n{TEXT}\n", encoding="utf-8")
    command = League(tmp_path / "home")
    assert command("import", str(texts)).returncode == 0
    store = open_store(Settings(home=command.home).store_url)
    for key in list(store.document_ids()):
        (reading,) = store.readings(key)
        worse = replace(reading.document, title=None, text=reading.document.text[:6], extractor="older/0")
        store.reread(reading.capture.id, worse)
    store.close()
    assert command("index").returncode == 0
    return command


def test_the_diff_is_shown_and_nothing_is_written(older: League) -> None:
    done = older("reextract")

    assert done.returncode == 0
    assert "import: 3 读 read  读法不同 read otherwise 3" in done.stdout
    assert "title: — → 关于召开第" in done.stdout.replace("title won", "title")
    assert "3 read, 3 differ; nothing was written." in done.stdout
    assert older("search", "青年座谈会").stdout.count("关于召开") == 0


def test_applied_it_is_written_and_found_and_a_second_time_there_is_nothing(older: League) -> None:
    assert "3 read, 3 written." in older("reextract", "--apply").stdout
    assert older("search", "title:青年座谈会").stdout.count("file:") == 3
    assert older("verify").returncode == 0
    assert "3 read, 0 written." in older("reextract", "--apply").stdout
    assert "reextract" not in older("reextract").stderr


def test_as_json_every_difference_is_a_line_with_both_values(older: League) -> None:
    lines = [json.loads(line) for line in older("reextract", "--json", "--source", "import").stdout.splitlines()]

    assert [line["change"] for line in lines] == ["differs"] * 3
    assert {line["fields"]["title"]["change"] for line in lines} == {"won"}
    assert all(line["fields"]["text"]["new"].endswith(TEXT) for line in lines)


def test_a_killed_run_goes_on_where_it_stood(older: League, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rereading, "_SAVED_EVERY", 1)
    seen: list[str] = []

    def stop(one: Reread) -> None:
        seen.append(one.url)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with open_archive(Settings(home=older.home)) as archive:
        with pytest.raises(KeyboardInterrupt):
            reextract(archive, is_applied=True, watch=stop)
        rest = reextract(archive, is_applied=True, watch=lambda one: seen.append(one.url))

    # the second was read and not yet noted as done: it is looked at again, and not written twice
    assert (len(seen), len(set(seen))) == (4, 3)
    assert rest["import"].what == {"differs": 1, "same": 1}


@pytest.mark.parametrize(("arguments", "says"), [(["--diff", "--apply"], "not both"), (["--source", "x"], "x")])
def test_wrong_use_is_said(older: League, arguments: list[str], says: str) -> None:
    done = older("reextract", *arguments)

    assert done.returncode != 0
    assert says in done.stderr
