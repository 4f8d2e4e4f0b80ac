"""What must hold between the tables; part of `league verify`."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, func, select

from archive_api.store.records import decode
from archive_api.store.schema import captures, changes, counters, documents, versions

_PAGE = 500


def check(connection: Connection) -> list[str]:
    """One line for each thing that does not hold; empty for a sound store."""
    parts = (_dangling, _gaps, _current, _duplicates, _unlogged, _counter, _attachments)
    return [line for part in parts for line in part(connection)]


def _dangling(connection: Connection) -> Iterator[str]:
    lost = select(versions.c.document, versions.c.version)
    for key, number in connection.execute(lost.where(versions.c.document.not_in(select(documents.c.id)))):
        yield f"version {number} of document {key}: there is no such document"
    for key, number in connection.execute(lost.where(versions.c.capture.not_in(select(captures.c.id)))):
        yield f"version {number} of document {key}: its capture is not in the store"
    observed = (versions.c.document == captures.c.document) & (versions.c.version == captures.c.version)
    query = (
        select(captures.c.file, captures.c.offset, captures.c.document, captures.c.version)
        .outerjoin(versions, observed)
        .where(captures.c.version.is_not(None), versions.c.version.is_(None))
    )
    for file, offset, key, number in connection.execute(query):
        yield f"capture {file}:{offset}: it observed version {number} of document {key}, which is not in the store"
    belongs = select(captures.c.file, captures.c.offset, captures.c.document).where(
        captures.c.document.is_not(None),
        captures.c.document.not_in(select(documents.c.id)),
    )
    for file, offset, key in connection.execute(belongs):
        yield f"capture {file}:{offset}: its document {key} is not in the store"


def _gaps(connection: Connection) -> Iterator[str]:
    query = (
        select(documents.c.id, documents.c.versions, func.count(versions.c.version), func.max(versions.c.version))
        .outerjoin(versions, versions.c.document == documents.c.id)
        .group_by(documents.c.id, documents.c.versions)
        .having(
            (func.count(versions.c.version) != documents.c.versions)
            | (func.max(versions.c.version) != documents.c.versions),
        )
    )
    for key, expected, count, highest in connection.execute(query):
        yield f"document {key}: {count} versions up to number {highest or 0}, but {expected} were given"


def _current(connection: Connection) -> Iterator[str]:
    same = (versions.c.document == documents.c.id) & (versions.c.version == documents.c.version)
    query = select(documents.c.id, documents.c.version).outerjoin(versions, same).where(versions.c.version.is_(None))
    for key, number in connection.execute(query):
        yield f"document {key}: its current version {number} is missing"


def _duplicates(connection: Connection) -> Iterator[str]:
    for table in (documents, versions, changes):
        twice = select(table.c.seq, func.count()).group_by(table.c.seq).having(func.count() > 1)
        for seq, count in connection.execute(twice):
            yield f"seq {seq}: given to {count} {table.name}"


def _unlogged(connection: Connection) -> Iterator[str]:
    logged = (changes.c.seq == documents.c.seq) & (changes.c.document == documents.c.id)
    query = select(documents.c.id, documents.c.seq).outerjoin(changes, logged).where(changes.c.seq.is_(None))
    for key, seq in connection.execute(query):
        yield f"document {key}: its seq {seq} is not in the log of changes"


def _counter(connection: Connection) -> Iterator[str]:
    given = connection.scalar(select(counters.c.value).where(counters.c.name == "seq"))
    if given is None:
        yield "the counter of seq is missing"
        return
    for table in (documents, versions, changes):
        highest = connection.scalar(select(func.max(table.c.seq))) or 0
        if highest > given:
            yield f"the counter of seq stands at {given}, behind seq {highest} in {table.name}"


def _attachments(connection: Connection) -> Iterator[str]:
    listing = versions.c.content.contains('"attachments":[{', autoescape=True)
    after = ("", 0)
    while page := _page(connection, after, listing):
        named = {(key, number): _captures(content) for key, number, content in page}
        wanted = {one for several in named.values() for one in several}
        known = set(connection.scalars(select(captures.c.id).where(captures.c.id.in_(wanted))))
        for (key, number), several in named.items():
            for one in sorted(several - known):
                yield f"version {number} of document {key}: the capture {one} of an attachment is not in the store"
        after = page[-1][:2]


def _page(connection: Connection, after: tuple[str, int], which: ColumnElement[bool]) -> list[tuple[str, int, str]]:
    document, version = after
    further = (versions.c.document > document) | ((versions.c.document == document) & (versions.c.version > version))
    query = select(versions.c.document, versions.c.version, versions.c.content).where(further, which)
    rows = connection.execute(query.order_by(versions.c.document, versions.c.version).limit(_PAGE))
    return [(key, number, content) for key, number, content in rows]


def _captures(content: str) -> set[int]:
    return {one.capture for one in decode(content).attachments if one.capture is not None}
