"""Phrases cut at random from real texts, against brute force; the texts lie outside the project and stay there."""

import json
import random
from pathlib import Path

import pytest

from archive_api.document import Record
from archive_api.index.analysis import fold_term, is_only_marks, units
from archive_api.index.base import Query
from archive_api.index.embedded import EmbeddedIndex
from tests.index.making import record
from tests.index.oracle import contains, folded

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "text"
PHRASES = 1000


@pytest.fixture(scope="module")
def records() -> list[Record]:
    if not DATA.is_dir():
        pytest.skip(f"the measuring texts are not here: {DATA}")
    lines = [line for path in sorted(DATA.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").split("\n")]
    rows = [json.loads(line) for line in lines if line]
    return [record(str(at), at + 1, row["text"], title=row["title"]) for at, row in enumerate(rows)]


def test_a_thousand_phrases_are_counted_as_brute_force_counts_them(records: list[Record], tmp_path: Path) -> None:
    index = EmbeddedIndex(tmp_path / "index")
    index.rebuild(records, seq=len(records))
    rng = random.Random(4)
    asked = several = 0
    while asked < PHRASES:
        text = rng.choice(records).document.text
        start = rng.randrange(len(text))
        phrase = text[start : start + rng.randrange(1, 25)].replace('"', " ")
        term = fold_term(phrase)
        if is_only_marks(term):
            continue
        documents = [(folded(one.document.title or ""), folded(one.document.text)) for one in records]
        truth = sum(any(contains(text, term) for text in texts) for texts in documents)
        assert index.count(Query(text=f'"{phrase}"')) == truth, phrase
        asked += 1
        several += len(units(term)) > 1 and truth > 1
    assert several > PHRASES / 10
