"""The work of reading a page grows as the page does: counted in calls, not in seconds."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest

from archive_api.errors import UnreadableError
from crawler import families
from crawler.extraction import Page, read

_SMALL, _LARGE = 20_000, 80_000
# four times the page takes four times the work; a reader that compared everything with everything would take sixteen
_MOST = 6.0


def _linear() -> ModuleType:
    spec = spec_from_file_location("bench_linear", Path(__file__).parents[1] / "bench" / "linear.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SHAPES = _linear().SHAPES


def _steps(shape: str, size: int) -> int:
    """How many lines and loops of ours are run, and functions called, to read a page of this shape and size."""
    page = Page(url="http://127.0.0.1/x.html", body=SHAPES[shape](size).encode(), media_type="text/html")
    steps = 0

    def count(_frame: FrameType, _event: str, _argument: Any) -> Any:
        nonlocal steps
        steps += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        with suppress(UnreadableError):
            read(page)
    finally:
        sys.settrace(before)
    return steps


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_page_takes_about_four_times_the_steps(shape: str) -> None:
    _steps(shape, 1000)  # what is loaded for the first page is not the page's

    assert _steps(shape, _LARGE) <= _MOST * _steps(shape, _SMALL)


@pytest.mark.parametrize("family", families.FAMILIES, ids=lambda family: family.name)
def test_the_fixed_words_of_a_form_stand_in_everything_that_it_matches(family: families.Family) -> None:
    for form, _ in family.forms:
        words = families._fixed_words(form.pattern)  # no public function tells them
        assert all(len(word) > 2 for word in words), form.pattern
