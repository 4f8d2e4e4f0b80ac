from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from archive_api.document import Document, Evidence
from crawler.extraction.fields import document
from crawler.extraction.parts import Hints, Parts

LONG = "全县各级团组织紧紧围绕中心工作，扎实推进青年志愿服务、青年创业就业、青少年维权等各项工作，取得了明显成效。"


@pytest.fixture
def made() -> Callable[..., Document]:
    """A document from a title, a text, and whatever other parts a test names."""

    def make(title: str | None, text: str = LONG, *, hints: Hints | None = None, **others: Any) -> Document:
        evidence = Evidence(rule="given", raw=title) if title else Evidence(reason="none given")
        url = others.pop("url", "https://tw.example/info/1/2.htm")
        parts = Parts(url=url, title=title, title_evidence=evidence, text=text, **others)
        return document(parts, hints or Hints())

    return make
