"""Exchanges with an invented county's site, and an archive in a folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from archive_api.captures import CaptureStore, Exchange
from archive_api.store import Store
from crawler.extraction import Extraction, Hints, Page
from crawler.ingest import Ingest
from crawler.readers import Apart

SITE = "http://www.yunting.example"
TEXT = "各镇团委：现将二〇一六年度工作总结印发给你们，请结合实际，认真做好新一年的青年志愿服务工作。" * 4


def article(title: str = "共青团云汀县委2016年工作总结", text: str = TEXT, attachment: str = "") -> bytes:
    link = f"<p><a href='{attachment}'>附件：志愿者名册</a></p>" if attachment else ""
    return (
        f"<html><head><meta charset=utf-8><title>{title}_共青团云汀县委</title></head><body>"
        f"<div class=crumb>当前位置：<a href=/>首页</a> &gt; <a href=/tzgg/>通知公告</a> &gt; 正文</div>"
        f"<h1>{title}</h1><p class=info>发布时间：2017-01-03 来源：团县委办公室</p>"
        f"<div class=content><p>{text}</p>{link}</div></body></html>"
    ).encode()


def listing(*paths: str) -> bytes:
    rows = "".join(
        f"<li><a href='{path}'>关于开展第{n}期青年读书活动的通知</a><span>2017-01-0{n}</span></li>"
        for n, path in enumerate(paths, start=1)
    )
    return f"<html><head><title>通知公告</title></head><body><h2>通知公告</h2><ul>{rows}</ul></body></html>".encode()


def exchange(path: str = "/tzgg/1.html", body: bytes | None = None, **fields: object) -> Exchange:
    """A page of the site; `n` seconds after the first one, `type` its Content-Type."""
    headers = (("Content-Type", str(fields.pop("type", "text/html; charset=utf-8"))),)
    more = fields.pop("headers", ())
    assert isinstance(more, tuple)
    metadata = fields.pop("metadata", {"run": "1", "source": "yunting"})
    values: dict[str, object] = {
        "url": SITE + path,
        "fetched_at": f"2026-11-22T01:00:{fields.pop('n', 0):02}.000000Z",
        "status": 200,
        "headers": (*headers, *more),
        "body": article() if body is None else body,
        "metadata": metadata,
        **fields,
    }
    return Exchange(**values)  # type: ignore[arg-type]  # a test's own shorthand


@dataclass
class Place:
    """An archive below a folder; `ingest` opens it anew, as another process would."""

    folder: Path
    captures: CaptureStore
    store: Store
    ingest: Ingest
    reads: list[str]
    apart: Apart = field(default_factory=Apart)

    def read(self, page: Page, hints: Hints) -> Extraction:
        self.reads.append(page.url)
        return self.apart(page, hints)

    def open(self) -> None:
        self.captures = CaptureStore(self.folder / "captures", max_bytes=1 << 30)
        self.ingest = Ingest(self.captures, self.store, read=self.read, clock=lambda: 0.0)

    def outcomes(self) -> list[tuple[str, str | None, str | None]]:
        """What the store says of each capture, in the order of the files."""
        found = []
        for file in self.captures.files():
            for capture, _, _ in self.captures.scan(file):
                (row,) = [row for row in self.store.captures_of(capture.url) if row.address == capture.address]
                found.append((capture.url.removeprefix(SITE), row.outcome, row.reason))
        return found
