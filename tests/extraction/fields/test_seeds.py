from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from crawler.extraction.fields import document
from crawler.extraction.parts import Hints, Page
from crawler.extraction.plaintext import read_text

SEEDS = Path(__file__).parents[3].parent / "shared" / "data" / "seeds"
VALUES = (
    "title", "kinds", "periods", "published", "published_precision", "written", "issuer_printed", "issuer", "level",
    "region", "column", "reposted_by", "flags",
)  # fmt: skip


def folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.mark.parametrize("number", range(5))
def test_a_reference_document_gives_every_value_that_is_expected_of_it(number: int) -> None:
    if not SEEDS.is_dir():
        pytest.skip(f"{SEEDS} is not there")
    expected: dict[str, Any] = json.loads((SEEDS / "expected.json").read_text("utf-8"))["documents"][number]
    page = Page(url=f"file:///{expected['file']}", body=(SEEDS / expected["file"]).read_bytes())
    made = document(read_text(page).parts, Hints()).to_json()
    assert {name: made[name] for name in VALUES} == {name: expected[name] for name in VALUES}
    unknown = [name for name in VALUES if expected[name] is None and name != "published_precision"]
    assert [name for name in unknown if not made["evidence"][name].get("reason")] == []
    text = folded(made["text"])
    assert text.startswith(folded(expected["text_starts"]))
    assert text.endswith(folded(expected["text_ends"]))
    assert [part for part in expected["text_lacks"] if folded(part) in text] == []
    assert [part for part in expected.get("joined", []) if folded(part) not in text] == []
    assert len(made["sections"]) >= expected["sections_at_least"]
