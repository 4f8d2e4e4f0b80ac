"""Phrases cut at random from real texts, against brute force; the texts lie outside the project and stay there."""

import json
import random
from pathlib import Path

import pytest

from archive_api.document import Record
from archive_api.index.analysis import fold_term, is_only_marks, units
from archive_api.index.base import Query, SearchIndex
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


@pytest.fixture(scope="module")
def phrases(records: list[Record]) -> dict[str, int]:
    """Phrases, and how many documents contain them by brute force."""
    rng = random.Random(4)
    documents = [(folded(one.document.title or ""), folded(one.document.text)) for one in records]
    found: dict[str, int] = {}
    while len(found) < PHRASES:
        text = rng.choice(records).document.text
        start = rng.randrange(len(text))
        phrase = text[start : start + rng.randrange(1, 25)].replace('"', " ")
        term = fold_term(phrase)
        if not is_only_marks(term):
            found[phrase] = sum(any(contains(text, term) for text in texts) for texts in documents)
    return found


def test_a_thousand_phrases_are_counted_as_brute_force_counts_them(
    index: SearchIndex, records: list[Record], phrases: dict[str, int]
) -> None:
    index.rebuild(records, seq=len(records))
    for phrase, truth in phrases.items():
        assert index.count(Query(text=f'"{phrase}"')) == truth, phrase
    several = sum(len(units(fold_term(phrase))) > 1 and truth > 1 for phrase, truth in phrases.items())
    assert several > PHRASES / 10
