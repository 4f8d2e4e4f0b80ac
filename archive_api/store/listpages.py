"""The pages that are known to be lists, with what they held."""

from __future__ import annotations

import json
from typing import Literal

from sqlalchemy import Connection, delete, insert, select, update

from archive_api.document import document_id
from archive_api.store.rows import ListPage
from archive_api.store.schema import list_pages


def every(connection: Connection, source: str) -> list[ListPage]:
    """Those of one source, by address."""
    columns = list_pages.c
    query = select(list_pages).where(columns.source == source).order_by(columns.url)
    found = list(connection.execute(query).mappings())
    heads = {row["url_key"]: row["url"] for row in found}
    return [
        ListPage(
            source=source,
            url=row["url"],
            head=heads.get(row["head"], row["url"]),
            kind=_kind(row["kind"]),
            rows=tuple((url, said) for url, said in json.loads(row["rows"])),
            newest=row["newest"],
            pages=row["pages"],
            at=row["at"],
        )
        for row in found
    ]


def put(connection: Connection, page: ListPage) -> None:
    """Writes one, in place of what was known of it."""
    key = document_id(page.url)
    values = {
        "url": page.url,
        "head": document_id(page.head),
        "kind": page.kind,
        "rows": json.dumps(page.rows, ensure_ascii=False, separators=(",", ":")),
        "newest": page.newest,
        "pages": page.pages,
        "at": page.at,
    }
    mine = (list_pages.c.source == page.source, list_pages.c.url_key == key)
    if connection.execute(update(list_pages).where(*mine).values(values)).rowcount == 0:
        connection.execute(insert(list_pages), {**values, "source": page.source, "url_key": key})


def drop(connection: Connection, source: str, before: str) -> None:
    """Forgets the pages that were not seen since a moment."""
    connection.execute(delete(list_pages).where(list_pages.c.source == source, list_pages.c.at < before))


def _kind(word: str) -> Literal["list", "home"]:
    return "home" if word == "home" else "list"
