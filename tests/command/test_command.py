from __future__ import annotations

import csv
import json
import shutil
import socket
from pathlib import Path

import pytest

from archive_api.errors import BusyError
from tests.command.conftest import League
from tests.elasticsearch.answering import answering


def test_search_counts_lists_and_filters(league: League) -> None:
    assert league("search", "--count", "青年").stdout == "2\n"
    assert league("search", "--count", "青年", "--kind", "notice").stdout == "1\n"
    assert league("search", "--count", "--period", "2023").stdout == "1\n"
    assert league("search", "--count", "--from", "2024-02", "--to", "2024").stdout == "1\n"
    (hit,) = league("search", "护河行动", "--json").stdout.splitlines()
    record = json.loads(hit)
    assert record["title"] == "2023年云汀团县委工作总结"
    assert record["kinds"] == ["summary"]
    assert record["published"] == "2024-01-08"


def test_a_question_in_plain_words_is_answered_and_exported(league: League, tmp_path: Path) -> None:
    asked = ("青年怎样参加护河行动？", "--match", "related")
    assert "«护河»" in league("search", *asked).stdout.replace("«护河行动»", "«护河»")
    count = int(league("search", "--count", *asked).stdout)
    out = tmp_path / "out"
    assert league("export", str(out), "--query", *asked).returncode == 0
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["query"]["match"] == "related"
    assert manifest["counts"]["documents"] == count


def test_facets_and_trends_are_shown_and_given_as_json(league: League) -> None:
    shown = league("search", "青年", "--facet", "kind", "--facet", "published").stdout
    assert "文种 kind\n" in shown
    assert "通知 notice   1" in shown
    assert "发布年份 year published\n  2024  2" in shown
    (facet,) = league("search", "青年", "--facet", "kind", "--json").stdout.splitlines()
    assert {"word": "notice", "count": 1} in json.loads(facet)["buckets"]
    assert (json.loads(facet)["others"], json.loads(facet)["name"]) == (0, "kind")

    table = league("search", "青年", "没有这个词", "--trend", "published", "--by", "half").stdout.splitlines()
    assert table[0].split() == ["发布日期", "青年", "没有这个词"]
    assert table[1].split()[:4] == ["2024H1", "2", "/", "2"]
    lines = league("search", "青年", "--trend", "--split", "kind", "--json", "--not-kind", "none").stdout.splitlines()
    assert {json.loads(line)["value"] for line in lines} == {"summary", "notice"}
    assert league("search", "青年", "志愿").returncode == 2


def test_the_archive_answers_as_it_stood_then(league: League, tmp_path: Path) -> None:
    assert [league("search", "--count", "--as-of", seq).stdout for seq in ("0", "1", "2")] == ["0\n", "1\n", "2\n"]
    assert "共 1 篇" in league("search", "--as-of", "1").stdout
    assert json.loads(league("search", "--trend", "--json", "--as-of", "0").stdout)["cells"] == []
    assert league("export", str(tmp_path / "out"), "--as-of", "1").returncode == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["seq"], manifest["counts"]["documents"]) == (1, 1)
    refused = league("search", "--as-of", "1000")
    assert (refused.returncode, "as_of 1000 is not between 0 and" in refused.stderr) == (2, True)


def test_a_hit_shows_where_it_matched(league: League) -> None:
    shown = league("search", "护河行动").stdout
    assert "«护河行动»" in shown
    assert "共 1 篇" in shown


def test_a_query_is_explained(league: League) -> None:
    shown = league("search", "護河 -title:行动", "--explain").stdout
    assert '折叠后 folded   "护河" NOT title:"行动"\n' in shown
    assert "\n      非 not\n        含 contains：“行动”（标题 title）\ntantivy\n" in shown
    assert json.loads(league("search", "護河", "--explain", "--json").stdout)["folded"] == '"护河"'


@pytest.mark.parametrize(
    ("query", "says", "shown"),
    [
        ('"护河', "column 1: 引号没有结束", ['  "护河', "  ^"]),
        ("(护河 é e\u0301 OR", "column 12: 这里缺少查询词", ["  (护河 é e\u0301 OR", "  " + " " * 12 + "^"]),
        ("护河　行动\tkind:plan", "column 7: 没有 kind: 这个前缀", ["  护河　行动 kind:plan", "  " + " " * 11 + "^"]),
        (
            "甲" * 100 + ")" + "乙" * 100,
            "column 101: 多余",
            ["  " + "甲" * 30 + ")" + "乙" * 29, "  " + " " * 60 + "^"],
        ),
    ],
)
def test_a_query_that_cannot_be_read_is_shown_with_a_caret_under_the_place(
    league: League, query: str, says: str, shown: list[str]
) -> None:
    done = league("search", query)
    assert (done.returncode, done.stdout) == (2, "")
    line, *lines = done.stderr.splitlines()
    assert says in line
    assert lines == shown


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["search", "x", "--kind", "poem"], 2, "poem"),
        (["search", "x", "--sort", "fame"], 2, "fame"),
        (["search", "x", "--from", "2024-13"], 2, "2024-13"),
        (["serch"], 2, "serch"),
        (["show", "0123456789abcdef"], 1, "0123456789abcdef"),
        (["import", "/nowhere/at/all.txt"], 2, "/nowhere/at/all.txt"),
        (["crawl", "no-such-source"], 2, "no-such-source"),
        (["crawl", "--url", "http://league.invalid/", "--delay", "0"], 2, "loopback"),
        (["crawl"], 2, "--url"),
        (["extract"], 2, "--from-list"),
        (["import", "--fetched-at", "yesterday", "."], 2, "yesterday"),
    ],
)
def test_wrong_use_and_failures_are_one_line_and_an_exit_code(
    league: League, arguments: list[str], code: int, says: str
) -> None:
    done = league(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("league: ")
    assert says in line


def test_a_wrong_setting_names_its_variable(league: League, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAGUE_DELAY", "soon")
    done = league("status")
    assert done.returncode == 2
    assert "LEAGUE_DELAY" in done.stderr


def test_rows_of_an_export_equal_the_count(league: League, tmp_path: Path) -> None:
    count = int(league("search", "--count", "青年").stdout)
    assert league("export", str(tmp_path / "a"), "--query", "青年").returncode == 0
    assert len((tmp_path / "a" / "data.jsonl").read_text(encoding="utf-8").splitlines()) == count
    assert league("export", str(tmp_path / "b"), "--query", "青年", "--format", "csv").returncode == 0
    with (tmp_path / "b" / "data.csv").open(encoding="utf-8-sig", newline="") as rows:
        assert len(list(csv.DictReader(rows))) == count
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["query"]["text"] == "青年"


def test_show_and_why_tell_of_a_document(league: League, texts: Path) -> None:
    address = (texts / "a.txt").as_uri()
    assert "2023年云汀团县委工作总结" in league("show", address).stdout
    assert league("why", address).stdout.startswith("document: ")
    assert league("why", "http://league.invalid/nothing").stdout.startswith("not_in_catalogue: ")


def test_a_file_that_cannot_be_read_is_captured_and_listed(texts: Path, tmp_path: Path) -> None:
    apart = League(tmp_path / "apart")
    done = apart("import", str(texts))
    assert done.returncode == 1
    assert "c.pdf" in done.stderr
    status = json.loads(apart("status", "--json").stdout)
    assert (status["documents"], status["captures"], status["problems"]) == (2, 3, 1)
    assert (texts / "c.pdf").as_uri() in apart("status", "--problems").stdout
    assert apart("verify").returncode == 0


def test_importing_again_changes_nothing(league: League, texts: Path) -> None:
    before = json.loads(league("status", "--json").stdout)
    assert league("import", str(texts / "a.txt"), str(texts / "b.txt")).returncode == 0
    after = json.loads(league("status", "--json").stdout)
    assert (after["documents"], after["versions"], after["seq"]) == (2, 2, before["seq"])


def test_extract_answers_each_file_in_order_and_needs_no_archive(texts: Path, tmp_path: Path) -> None:
    listed = "\n".join(
        [
            json.dumps({"path": str(texts / "b.txt"), "url": None}),
            "no json",
            json.dumps({"path": str(texts / "gone.txt"), "url": None}),
            json.dumps({"path": str(texts / "c.pdf"), "url": "http://yunting.example/c.pdf"}),
            json.dumps({"path": str(texts / "a.txt"), "url": "http://yunting.example/a.html"}),
        ]
    )
    nowhere = League(tmp_path / "never-made")
    done = nowhere("extract", "--from-list", "-", stdin=listed)
    assert done.returncode == 1
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer.get("title") for answer in answers] == [
        "关于召开青年座谈会的通知", None, None, None, "2023年云汀团县委工作总结",
    ]  # fmt: skip
    assert ["error" in answer for answer in answers] == [False, True, True, True, False]
    assert answers[4]["url"] == "http://yunting.example/a.html"
    assert not nowhere.home.exists()


def test_status_verify_doctor_and_sources_answer(league: League) -> None:
    assert "documents" in league("status").stdout
    assert league("verify").returncode == 0
    assert league("doctor").returncode == 0
    assert league("sources").returncode == 0


def test_an_index_that_is_lost_is_filled_before_it_is_asked(texts: Path, tmp_path: Path) -> None:
    apart = League(tmp_path / "apart")
    apart("import", str(texts / "a.txt"), str(texts / "b.txt"))
    shutil.rmtree(apart.home / "index")
    assert "索引落后" in apart("verify").stdout
    assert apart("search", "--count", "青年").stdout == "2\n"
    shutil.rmtree(apart.home / "index")
    assert apart("export", str(tmp_path / "out"), "--query", "青年").stdout.startswith("2 篇")
    assert "一致" in apart("verify").stdout


def test_an_answer_of_an_index_that_cannot_be_brought_up_says_so(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = League(tmp_path / "apart")
    apart("import", str(texts / "a.txt"))
    shutil.rmtree(apart.home / "index")

    def busy(*_: object) -> int:
        raise BusyError("another process is writing the index")

    monkeypatch.setattr("scheduler.archive.catch_up", busy)
    done = apart("search", "--count", "青年")
    assert (done.returncode, done.stdout) == (0, "0\n")
    assert "1 changes behind" in done.stderr


def test_a_warc_file_that_is_cut_off_is_taken_in_as_far_as_it_goes_and_said_so(texts: Path, tmp_path: Path) -> None:
    first, second = League(tmp_path / "first"), League(tmp_path / "second")
    for name in ("a", "b"):
        address = f"http://yunting.example/{name}.html"
        assert first("import", str(texts / f"{name}.txt"), "--url", address).returncode == 0
    whole = b"".join(file.read_bytes() for file in sorted((first.home / "captures").glob("*.warc.gz*")))
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(whole[:-600])
    done = second("import", str(cut))
    assert done.returncode == 1
    assert "cut.warc.gz" in done.stderr
    assert second("search", "--count").stdout == "1\n"

    broken = tmp_path / "broken.warc"
    broken.write_bytes(b"WARC/1.1\r\nbroken")
    assert second("import", str(broken)).returncode == 1
    assert second("verify").returncode == 0


@pytest.mark.parametrize(
    "wrong", [["--url", "javascript:alert(1)"], ["--url", "yunting.example/a"], ["--fetched-at", "2999-01-01"]]
)
def test_an_address_or_a_time_that_cannot_be_is_refused(texts: Path, tmp_path: Path, wrong: list[str]) -> None:
    apart = League(tmp_path / "apart")
    assert apart("import", str(texts / "a.txt"), *wrong).returncode == 2
    assert apart("search", "--count").stdout == "0\n"


def test_a_port_that_is_taken_and_a_broken_store_end_serve_with_one_line(league: League, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = league("serve", "--port", str(taken.getsockname()[1]))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    broken = League(tmp_path)
    (tmp_path / "archive.db").write_bytes(b"no database" * 1000)
    done = broken("serve")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)


def test_the_limit_of_a_page_holds_for_imports_too(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAGUE_PAGE_BYTES", "100")
    apart = League(tmp_path / "apart")
    packed = tmp_path / "big.warc.gz"
    first = League(tmp_path / "first")
    first("import", str(texts / "a.txt"), "--url", "http://yunting.example/a.html")
    packed.write_bytes(b"".join(file.read_bytes() for file in sorted((first.home / "captures").glob("*.warc.gz*"))))
    done = apart("import", str(packed))
    assert done.returncode == 1
    assert "too_large" in done.stderr


def test_a_cluster_that_does_not_answer_or_refuses_us_is_told_in_one_line_by_every_command(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = League(tmp_path / "apart")
    apart("import", str(texts / "a.txt"))
    with answering(lambda *_: (401, {"error": "no"})) as url:
        for address, says, code in (
            ("http://127.0.0.1:9/league", "no cluster answers there", 1),
            (url, "the cluster refuses this user, secret or API key", 2),
        ):
            monkeypatch.setenv("LEAGUE_INDEX", address.replace("//", "//league:geheim@"))
            for command in (("search", "青年"), ("index",), ("status",)):
                done = apart(*command)
                assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)
                assert says in done.stderr
                assert "geheim" not in done.stderr
            assert f"NO  index        index {address}: {says}" in apart("doctor").stdout
            done = apart("verify")
            assert says in done.stderr
            assert (done.returncode, "captures 1 " in done.stdout) == (1, True)
