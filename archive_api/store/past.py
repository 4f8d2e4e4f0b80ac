"""Documents as they stood: what the log of changes says of each, and contents that were replaced in place."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select

from archive_api.document import Address, Document, Record, State
from archive_api.store.captures import chunks
from archive_api.store.schema import captures, changes, documents, superseded, versions


class _Change(NamedTuple):
    """A line of the log: what the document was from `seq` on."""

    document: str
    seq: int
    current: int
    state: str
    edited: bool
    first_seen: str
    source: str
    last_seen: str


_CHANGES = select(
    changes.c.document,
    changes.c.seq,
    changes.c.current,
    changes.c.state,
    changes.c.edited,
    changes.c.first_seen,
    documents.c.source,
    documents.c.last_seen,
).join(documents, documents.c.id == changes.c.document)


def supersede(connection: Connection, key: str, version: int, seq: int, contents: tuple[str, str]) -> None:
    """Keeps what the change `seq` replaces in place: the old one of two contents, as far as the new one differs."""
    old, new = map(json.loads, contents)
    kept = {name: value for name, value in old.items() if new.get(name) != value}
    if "attachments" in kept and len(old["attachments"]) == len(new["attachments"]):
        pairs = zip(old["attachments"], new["attachments"], strict=True)
        kept["attachments"] = [None if one == other else one for one, other in pairs]
    row = {"document": key, "version": version, "seq": seq, "content": json.dumps(kept)}
    connection.execute(insert(superseded), row)


def records_at(connection: Connection, ids: Sequence[str], seq: int) -> dict[str, Record]:
    """Those of the documents that were there at a `seq`, as they stood then."""
    found: dict[str, Record] = {}
    for part in chunks(ids):
        latest = (
            select(changes.c.document, func.max(changes.c.seq).label("seq"))
            .where(changes.c.document.in_(part), changes.c.seq <= seq)
            .group_by(changes.c.document)
            .subquery()
        )
        query = _CHANGES.join(latest, changes.c.seq == latest.c.seq)
        rows = [_Change(*row) for row in connection.execute(query)]
        found |= {one.id: one for one in _records(connection, [(row, None) for row in rows])}
    return found


def earlier(connection: Connection, ids: Sequence[str]) -> dict[str, list[Record]]:
    """How each of the documents stood before its last change, each time with the change that ended it as `until`."""
    found: dict[str, list[Record]] = {}
    for part in chunks(ids):
        before = _CHANGES.where(changes.c.document.in_(part)).order_by(changes.c.document, changes.c.seq)
        rows = [_Change(*row) for row in connection.execute(before)]
        ended = [
            (row, after.seq)
            for _, of_one in groupby(rows, key=lambda row: row.document)
            for row, after in pairwise(of_one)
        ]
        for record in _records(connection, ended):
            found.setdefault(record.id, []).append(record)
    return found


def changed_again(connection: Connection, after: int, until: int) -> list[str]:
    """The documents that changed after the one `seq`, up to the other, and again after that."""
    between = (changes.c.seq > after) & (changes.c.seq <= until)
    query = select(changes.c.document).join(documents, documents.c.id == changes.c.document)
    return list(connection.scalars(query.where(between, documents.c.seq > until).distinct()))


def _records(connection: Connection, standing: Sequence[tuple[_Change, int | None]]) -> Iterator[Record]:
    texts = _texts(connection, {(row.document, row.current) for row, _ in standing})
    for row, until in standing:
        text = texts[row.document, row.current]
        yield Record(
            id=row.document,
            version=row.current,
            seq=row.seq,
            source=row.source,
            state=State(row.state),
            edited=row.edited,
            first_seen=row.first_seen,
            last_seen=row.last_seen,
            capture=text.capture,
            document=text.at(row.seq),
            until=until,
        )


class _Text(NamedTuple):
    """A version's content now, and what was replaced in it, the last first."""

    capture: Address
    content: str
    replaced: Sequence[tuple[int, str]]

    def at(self, seq: int) -> Document:
        """The version's content as it stood at a `seq`."""
        data: dict[str, Any] = json.loads(self.content)
        for replaced_at, kept in self.replaced:
            if replaced_at <= seq:
                break
            old = json.loads(kept)
            if "attachments" in old:
                now = data["attachments"]
                old["attachments"] = [now[at] if one is None else one for at, one in enumerate(old["attachments"])]
            data |= old
        return Document.from_json(data)


def _texts(connection: Connection, wanted: set[tuple[str, int]]) -> dict[tuple[str, int], _Text]:
    found: dict[tuple[str, int], _Text] = {}
    for part in chunks(sorted({document for document, _ in wanted})):
        replaced: dict[tuple[str, int], list[tuple[int, str]]] = {}
        past = select(superseded).where(superseded.c.document.in_(part)).order_by(superseded.c.seq.desc())
        for row in connection.execute(past):
            replaced.setdefault((row.document, row.version), []).append((row.seq, row.content))
        query = (
            select(versions.c.document, versions.c.version, captures.c.file, captures.c.offset, versions.c.content)
            .join(captures, captures.c.id == versions.c.capture)
            .where(versions.c.document.in_(part))
        )
        for document, version, file, offset, content in connection.execute(query):
            key = (document, version)
            if key in wanted:
                found[key] = _Text(Address(file=file, offset=offset), content, replaced.get(key, ()))
    return found
