"""What became of a document: nights on which it was not shown, its state, its further addresses."""

from __future__ import annotations

from dataclasses import asdict, replace

from sqlalchemy import Connection, func, insert, select, update

from archive_api.document import State, document_id
from archive_api.errors import NotFoundError
from archive_api.store import versions
from archive_api.store.rows import Absence, Move
from archive_api.store.schema import absences, documents, list_rows, moves, runs
from archive_api.store.versions import Change


def note(connection: Connection, absence: Absence) -> None:
    """Writes that a document was not shown; one of a kind a run."""
    mine = (
        absences.c.document == absence.document,
        absences.c.run == absence.run,
        absences.c.what == absence.what,
    )
    if connection.execute(select(absences.c.at).where(*mine)).one_or_none() is None:
        connection.execute(insert(absences), asdict(absence))


def of(connection: Connection, document: str) -> list[Absence]:
    """Every absence of a document, by time."""
    query = select(absences).where(absences.c.document == document).order_by(absences.c.at, absences.c.what)
    return [Absence(**row) for row in connection.execute(query).mappings()]


def present(connection: Connection, source: str) -> dict[str, list[Absence]]:
    """For each document of a source that was missed since it was seen last, the absences since then, by time.

    An absence from the lists counts as long as they do not show it, although its page is seen.
    """
    seen = documents.c.last_seen
    row_key = select(list_rows.c.url_key).where(
        list_rows.c.source == source, list_rows.c.url_key == documents.c.id, list_rows.c.vanished_at.is_not(None)
    )
    counts = (absences.c.at > seen) | ((absences.c.what == "delisted") & row_key.exists())
    query = (
        select(absences)
        .join(documents, documents.c.id == absences.c.document)
        .where(documents.c.source == source, counts)
        .order_by(absences.c.at)
    )
    found: dict[str, list[Absence]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["document"], []).append(Absence(**row))
    return found


def sound_runs(connection: Connection, numbers: set[int]) -> set[int]:
    """Those of the runs in which the host answered with pages."""
    query = select(runs.c.id, runs.c.counts).where(runs.c.id.in_(numbers))
    return {key for key, counts in connection.execute(query) if '"pages": ' in counts and '"pages": 0' not in counts}


def live(connection: Connection, source: str) -> int:
    """How many documents of a source its publisher shows, as far as is known."""
    query = select(func.count()).select_from(documents).where(documents.c.source == source)
    return int(connection.execute(query.where(documents.c.state.in_((State.LIVE, State.RESTORED)))).scalar_one())


def state_of(connection: Connection, document: str) -> State | None:
    """The state of a document, None where there is none by that id."""
    found = connection.execute(select(documents.c.state).where(documents.c.id == document)).scalar_one_or_none()
    return None if found is None else State(found)


def in_state(connection: Connection, source: str, state: State) -> list[str]:
    """The documents of a source that are in a state."""
    query = select(documents.c.id).where(documents.c.source == source, documents.c.state == state.value)
    return list(connection.scalars(query.order_by(documents.c.id)))


def put(connection: Connection, document: str, state: State) -> int:
    """Writes a state under a new `seq`, and returns that; NotFoundError where there is no such document."""
    head = versions.find_head(connection, document)
    if head is None:
        raise NotFoundError(f"no document {document} in the store")
    seq = versions.next_seq(connection)
    current = head.current.version
    connection.execute(update(documents).where(documents.c.id == document).values(state=state.value))
    versions.advance(connection, replace(head, seq=seq), current=current)
    change = Change(seq=seq, document=document, version=current, current=current, what=state.value)
    versions.log(connection, change)
    return seq


def move(connection: Connection, found: Move) -> None:
    """Writes a further address of a document."""
    key = document_id(found.url)
    if connection.execute(update(moves).where(moves.c.url_key == key).values(asdict(found))).rowcount == 0:
        connection.execute(insert(moves), {**asdict(found), "url_key": key})


def moves_of(connection: Connection, document: str) -> list[Move]:
    """The further addresses of a document, by time."""
    columns = (moves.c.url, moves.c.document, moves.c.at)
    query = select(*columns).where(moves.c.document == document).order_by(moves.c.at)
    return [Move(**row) for row in connection.execute(query).mappings()]
