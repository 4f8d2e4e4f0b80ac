"""The five reference documents, imported as text files, and what must be found in them."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from tests.loopback import Command

PLAIN = (
    "title", "kinds", "published", "published_precision", "written", "issuer_printed", "issuer", "level", "region",
    "column", "reposted_by",
)  # fmt: skip


@pytest.fixture(scope="module")
def league(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Command:
    command = Command(tmp_path_factory.mktemp("home"))
    command("import", *map(str, sorted((shared / "seeds").glob("seed-*.txt"))))
    return command


@pytest.fixture(scope="module")
def records(league: Command) -> dict[str, dict[str, Any]]:
    return {Path(record["url"]).name: record for record in league.lines("search", "", "--limit", "99", "--json")}


def _expected() -> list[dict[str, Any]]:
    file = Path(__file__).parents[2].parent / "shared" / "data" / "seeds" / "expected.json"
    return json.loads(file.read_text(encoding="utf-8"))["documents"] if file.exists() else []


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.mark.parametrize("expected", _expected(), ids=lambda expected: expected["file"])
def test_every_expected_value(records: dict[str, dict[str, Any]], expected: dict[str, Any]) -> None:
    record = records[expected["file"]]
    for name in PLAIN:
        assert record[name] == expected[name], name
        if expected[name] is None and name != "published_precision":
            assert record["evidence"][name]["reason"], name
    wanted, got = expected["periods"], record["periods"]
    unknown = not got and record["evidence"]["periods"]["reason"] and "null with a reason" in expected.get("note", "")
    assert got == wanted or unknown
    assert record["flags"] == expected["flags"]
    text = _folded(record["text"])
    assert text.startswith(_folded(expected["text_starts"]))
    assert text.endswith(_folded(expected["text_ends"]))
    assert [part for part in expected["text_lacks"] if _folded(part) in text] == []
    assert [part for part in expected.get("joined", []) if _folded(part) not in text] == []
    assert len(record["sections"]) >= expected["sections_at_least"]


@pytest.mark.parametrize(
    ("arguments", "seeds"),
    [
        (["志愿服务 年度"], None),
        (["共青团"], None),
        (['"践行四新" OR 智能制造'], None),
        (["--kind", "plan"], {1, 3}),
    ],
)
def test_the_searches_that_were_asked_for(league: Command, arguments: list[str], seeds: set[int] | None) -> None:
    found = {int(Path(record["url"]).stem[-1]) for record in league.lines("search", *arguments, "--json")}
    assert found if seeds is None else found == seeds


def test_the_year_of_a_text_finds_it(league: Command, records: dict[str, dict[str, Any]]) -> None:
    found = {Path(record["url"]).name for record in league.lines("search", "--year", "2017", "--json")}
    derived = {"seed-3.txt"} if records["seed-3.txt"]["periods"] else set()
    assert found == {"seed-2.txt"} | derived
