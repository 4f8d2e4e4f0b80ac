"""Attachments as committees and schools published them: no text shorter than what a common tool finds."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from archive_api.errors import UnreadableError
from crawler.extraction import Page
from crawler.media_types import media_type_of
from crawler.readers import Apart

DATA = Path(__file__).parents[2].parent / "shared" / "data"
INDEX = DATA / "attachments" / "index.jsonl"
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.skipif(not INDEX.exists(), reason="../shared/data/attachments is not here")
def test_every_attachment_gives_at_least_the_text_that_a_common_tool_finds() -> None:
    apart, short = Apart(), {}
    for line in INDEX.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        page = Page(url=f"file:///{entry['path']}", body=(DATA / entry["path"]).read_bytes())
        text = read(apart, replace(page, media_type=media_type_of("x", page.body)))
        found = len(HAN.findall(text))
        head = "".join(entry["head"].split())[:12]
        if found < entry["cjk_chars_by_reference_tool"] or head not in "".join(text.split()):
            short[entry["path"]] = text
    apart.close()
    assert short == {"attachments/17_scanned.pdf": "needs_ocr"}


def read(apart: Apart, page: Page) -> str:
    try:
        return apart(page).file_text or ""
    except UnreadableError as error:
        return error.reason
