"""What is read of a golden page, as its `expected.json` has it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from crawler.extraction import Page, PageType, read
from crawler.media_types import media_type_of

_MEDIA = {".json": "application/json", ".xml": "text/xml", ".js": "application/javascript"}


def seen(file: Path, url: str, posted: str) -> dict[str, object]:
    """What the page at `url` says: the family that made it, its rows, further pages, parts, and its article."""
    body = file.read_bytes()
    media_type = _MEDIA.get(file.suffix) or media_type_of(file, body)
    found = read(Page(url=url, body=body, media_type=media_type, posted=posted.encode()))
    values: dict[str, object] = {"type": found.type.value, "reason": found.reason, "family": found.family}
    values["rows"] = [asdict(row) for row in found.rows]
    values["next_pages"] = list(found.next_pages)
    values["posts"] = [[post.url, post.identity] for post in found.posts]
    values["pieces"], values["scripts"] = list(found.pieces), list(found.scripts)
    if found.type is PageType.ARTICLE:
        document = found.document
        values |= {"title": document.title, "published": document.published, "start": document.text[:40]}
        values["attachments"] = [[file.name, file.url] for file in document.attachments]
    return {name: value for name, value in values.items() if value not in (None, [], "")}
