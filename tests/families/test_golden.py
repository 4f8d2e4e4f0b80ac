"""Golden pages: a folder a family, an invented page a file, and what must be read of each in `expected.json`."""

import json
from pathlib import Path

import pytest

from crawler.families import FAMILIES
from tests.families.reading import seen

GOLDEN = Path(__file__).parent / "golden"
FEWEST = 3
PAGES = sorted(
    (folder.name, name) for folder in GOLDEN.iterdir() for name in json.loads((folder / "expected.json").read_text())
)


@pytest.mark.parametrize(("family", "name"), PAGES)
def test_a_golden_page_is_read_as_a_person_reviewed_it(family: str, name: str) -> None:
    golden = json.loads((GOLDEN / family / "expected.json").read_text())[name]
    assert seen(GOLDEN / family / name, golden["url"], golden.get("posted", "")) == golden["expected"]


def test_every_family_has_golden_pages_and_nothing_else_has() -> None:
    assert {family.name for family in FAMILIES} == {folder.name for folder in GOLDEN.iterdir()}
    few = [family.name for family in FAMILIES if sum(folder == family.name for folder, _ in PAGES) < FEWEST]
    assert few == []


def test_every_golden_file_has_its_expectation() -> None:
    files = {(file.parent.name, file.name) for file in GOLDEN.glob("*/*") if file.name != "expected.json"}
    assert files == set(PAGES)
