"""Golden pages: a folder each, `golden/<family>/<name>/`, with the page and what it says; one test a field.

`input.html` is a page of invented texts in the markup of a CMS or a sort of site, `expected.json` what a reader takes
from it, `hints.json` (where present) what is known besides. `reviewed` is the day on which somebody last held the
expectation against the page; without it the folder fails.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypedDict

import pytest

from crawler.extraction import Extraction, Hints, Page, read

GOLDEN = Path(__file__).parent / "golden"
FOLDERS = sorted(str(path.parent.relative_to(GOLDEN)) for path in GOLDEN.glob("*/*/input.html"))
FEWEST = 3
_NAMES = {"url", "about", "page", "title", "published", "text", "reviewed"}


class Expected(TypedDict):
    url: str
    page: str
    title: str | None
    published: str | None
    text: list[str]
    reviewed: str


@cache
def expected(folder: str) -> Expected:
    found: Expected = json.loads((GOLDEN / folder / "expected.json").read_text(encoding="utf-8"))
    return found


@cache
def got(folder: str) -> Extraction:
    path = GOLDEN / folder
    hints = path / "hints.json"
    known = Hints(**json.loads(hints.read_text(encoding="utf-8"))) if hints.is_file() else Hints()
    page = Page(url=expected(folder)["url"], body=(path / "input.html").read_bytes(), media_type="text/html")
    return read(page, known)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_title_is_the_full_title_and_nothing_else(folder: str) -> None:
    assert got(folder).document.title == expected(folder)["title"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_day_of_publication_is_the_one_that_the_page_says(folder: str) -> None:
    document = got(folder).document
    assert (document.published or "")[:10] == (expected(folder)["published"] or ""), document.evidence["published"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_text_is_the_whole_body_and_nothing_of_the_frame(folder: str) -> None:
    assert got(folder).document.text.split("\n") == expected(folder)["text"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_page_is_of_its_sort(folder: str) -> None:
    assert got(folder).type.value == expected(folder)["page"], got(folder).reason


@pytest.mark.parametrize("folder", FOLDERS)
def test_somebody_has_reviewed_the_expectation(folder: str) -> None:
    assert set(expected(folder)) <= _NAMES
    assert date.fromisoformat(expected(folder)["reviewed"])


def test_each_family_has_pages_enough() -> None:
    assert {family: count for family, count in Counter(map(_family, FOLDERS)).items() if count < FEWEST} == {}


def _family(folder: str) -> str:
    return folder.partition("/")[0]
