"""The border: what overruns or crashes costs its own file only. The limits are made small where they are to be met."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive_api.errors import UnreadableError
from crawler.extraction import Page, PageType
from crawler.media_types import media_type_of
from crawler.readers import Apart, Limits
from crawler.readers.apart import _Child
from tests.readers.making import SENTENCE, TITLE, row, rtf, word, xlsx

SLOW = b"{\\rtf1 " + b"{\\field{\\*\\fldinst{HYPERLINK " * 20_000
"""A regular expression of the RTF reader takes minutes over this: links that open and never close."""


@pytest.fixture
def apart() -> Iterator[Apart]:
    made = Apart()
    yield made
    made.close()


def page(body: bytes, name: str = "x") -> Page:
    return Page(url="https://tw.example/1", body=body, media_type=media_type_of(name, body))


def refused(apart: Apart, body: bytes) -> str:
    with pytest.raises(UnreadableError) as error:
        apart(page(body))
    return error.value.reason


def test_a_file_is_a_document_and_its_whole_text_is_kept_beside_it(apart: Apart) -> None:
    found = apart(page(word(TITLE, SENTENCE)))
    assert (found.type, found.document.title, found.document.text) == (PageType.ARTICLE, TITLE, SENTENCE)
    assert found.file_text == f"{TITLE}\n{SENTENCE}"


def test_one_child_reads_file_after_file_and_leaves_nothing_behind(apart: Apart) -> None:
    children = set()
    for body in (rtf(SENTENCE), b"{\\rtf1 }", word(SENTENCE)):
        if body == b"{\\rtf1 }":
            assert refused(apart, body) == "no_text"
        else:
            assert apart(page(body)).file_text == SENTENCE
        assert apart._child is not None
        children.add(apart._child._process.pid)
    assert len(children) == 1
    assert apart._child is not None
    folder = apart._child._folder
    assert folder.exists()
    apart.close()
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(children.pop(), 0)


def test_a_file_that_takes_too_long_is_given_up_and_the_next_one_is_read() -> None:
    for limits in (Limits(seconds=1.5), Limits(cpu=1)):
        apart = Apart(limits)
        apart(page(rtf(TITLE)))
        assert refused(apart, SLOW) == "reader_timeout"
        assert apart(page(rtf(SENTENCE))).file_text == SENTENCE
        apart.close()


def test_a_file_that_needs_too_much_memory_is_given_up_and_the_next_one_is_read(apart: Apart) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert refused(apart, xlsx({"Sheet1": row(1, "乡镇") + far})) in {"reader_out_of_memory", "reader_crashed"}
    assert apart(page(rtf(SENTENCE))).file_text == SENTENCE


def test_more_text_than_the_limit_is_refused() -> None:
    apart = Apart(Limits(output=50_000))
    assert refused(apart, rtf(SENTENCE * 2000)) == "too_much_text"
    apart.close()


def test_a_child_that_died_between_two_files_is_replaced(apart: Apart) -> None:
    apart(page(rtf(TITLE)))
    assert isinstance(apart._child, _Child)
    apart._child._process.kill()
    deadline = time.monotonic() + 10
    while apart._child._process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert apart(page(rtf(SENTENCE))).file_text == SENTENCE


def test_pages_are_read_in_this_process(apart: Apart) -> None:
    found = apart(page(f"{TITLE}\n\n{SENTENCE}".encode(), "总结.txt"))
    assert found.document.text == SENTENCE
    assert apart._child is None


def test_a_forgotten_reader_ends_its_child() -> None:
    apart = Apart()
    apart(page(rtf(TITLE)))
    assert apart._child is not None
    process, folder = apart._child._process, Path(apart._child._folder)
    del apart
    assert process.poll() is not None
    assert not folder.exists()
