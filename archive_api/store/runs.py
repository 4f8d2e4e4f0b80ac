"""Runs of commands, and the problems that are still open."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, insert, or_, select, update

from archive_api.document import Address, document_id
from archive_api.errors import NotFoundError
from archive_api.store.rows import Problem, RunRow
from archive_api.store.schema import captures, problems, runs


def start(connection: Connection, new: Mapping[str, str | int | None]) -> int:
    """The id of a run that begins now: `new` gives source, command, pid, started_at and plan."""
    values = {**new, "status": "running", "counts": "{}"}
    return int(connection.execute(insert(runs).returning(runs.c.id), values).scalar_one())


def end(connection: Connection, run: int, ending: Mapping[str, str | None], counts: Mapping[str, int]) -> None:
    """Writes how the run ended: `ending` gives status, ended_at and error."""
    values = {**ending, "counts": json.dumps(dict(counts), sort_keys=True)}
    if connection.execute(update(runs).where(runs.c.id == run).values(values)).rowcount == 0:
        raise NotFoundError(f"no run {run} in the store")


def latest(connection: Connection, source: str | None, limit: int) -> list[RunRow]:
    """Runs, newest first; of one source where it is named."""
    query = select(runs).order_by(runs.c.id.desc()).limit(limit)
    if source is not None:
        query = query.where(runs.c.source == source)
    return [_run_row(row) for row in connection.execute(query)]


def last_of_plan(connection: Connection, source: str, plans: Sequence[str]) -> RunRow | None:
    """The newest crawl of the source by one of the plans that came to its end; None where there is none."""
    query = (
        select(runs)
        .where(runs.c.source == source, runs.c.plan.in_(plans), runs.c.status == "finished")
        .order_by(runs.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _run_row(row)


def unfinished(connection: Connection, source: str) -> list[int]:
    """The ids of the source's full crawls that came to no end, since the last one that did."""
    mine = (runs.c.source == source, runs.c.plan == "full")
    finished = select(func.coalesce(func.max(runs.c.id), 0)).where(*mine, runs.c.status == "finished").scalar_subquery()
    query = select(runs.c.id).where(*mine, runs.c.id > finished).order_by(runs.c.id)
    return list(connection.scalars(query))


def began(connection: Connection, source: str, run: int) -> int:
    """The first run of the full crawl that this one belongs to: one that was cut off goes on over several."""
    mine = (runs.c.source == source, runs.c.plan == "full", runs.c.id < run)
    finished = select(func.coalesce(func.max(runs.c.id), 0)).where(*mine, runs.c.status == "finished").scalar_subquery()
    first = connection.scalar(select(func.min(runs.c.id)).where(*mine, runs.c.id > finished))
    return run if first is None else int(first)


def one(connection: Connection, run: int) -> RunRow:
    """The run by that id."""
    row = connection.execute(select(runs).where(runs.c.id == run)).one_or_none()
    if row is None:
        raise NotFoundError(f"no run {run} in the store")
    return _run_row(row)


def add_problem(connection: Connection, found: Problem) -> None:
    """Writes a failure that has no capture."""
    values = {
        "at": found.at,
        "run": found.run,
        "source": found.source,
        "url": found.url,
        "url_key": None if found.url is None else document_id(found.url),
        "reason": found.reason,
        "detail": found.detail,
    }
    connection.execute(insert(problems), values)


def open_problems(connection: Connection, limit: int) -> list[Problem]:
    """What failed and was not made good since, newest first; of several failures of one address the newest.

    Made good: a later capture of the address that neither failed nor was blocked. A problem without an address: a later
    run of its source that ended without an error.
    """
    noted = select(problems).where(_open_note()).order_by(problems.c.at.desc(), problems.c.id.desc()).limit(limit)
    failed = (
        select(captures)
        .where(_open_failure())
        .order_by(captures.c.fetched_at.desc(), captures.c.id.desc())
        .limit(limit)
    )
    found = [_noted(row) for row in connection.execute(noted)] + [_failed(row) for row in connection.execute(failed)]
    return sorted(found, key=lambda problem: problem.at, reverse=True)[:limit]


def open_problems_count(connection: Connection) -> int:
    """How many `open_problems` there are."""
    noted = select(func.count()).select_from(problems).where(_open_note())
    failed = select(func.count()).select_from(captures).where(_open_failure())
    return int(connection.execute(noted).scalar_one()) + int(connection.execute(failed).scalar_one())


_other = captures.alias("other")
_later_note = problems.alias("later_note")
_later_run = runs.alias("later_run")


def _good_since(url_key: ColumnElement[str], url: ColumnElement[str], at: ColumnElement[str]) -> ColumnElement[bool]:
    return exists().where(
        _other.c.url_key == url_key,
        _other.c.url == url,
        _other.c.fetched_at > at,
        _other.c.outcome.not_in(("failed", "blocked")),
    )


def _open_note() -> ColumnElement[bool]:
    here = problems.c
    noted_since = exists().where(_later_note.c.url_key == here.url_key, _later_note.c.id > here.id)
    failed_since = exists().where(
        _other.c.url_key == here.url_key,
        _other.c.outcome == "failed",
        _other.c.fetched_at > here.at,
    )
    run_since = exists().where(
        _later_run.c.source == here.source,
        _later_run.c.started_at > here.at,
        _later_run.c.ended_at.is_not(None),
        _later_run.c.error.is_(None),
    )
    of_address = and_(here.url.is_not(None), ~_good_since(here.url_key, here.url, here.at), ~noted_since, ~failed_since)
    return or_(of_address, and_(here.url.is_(None), ~run_since))


def _open_failure() -> ColumnElement[bool]:
    here = captures.c
    noted_since = exists().where(_later_note.c.url_key == here.url_key, _later_note.c.at > here.fetched_at)
    failed_since = exists().where(
        _other.c.url_key == here.url_key,
        _other.c.outcome == "failed",
        or_(_other.c.fetched_at > here.fetched_at, and_(_other.c.fetched_at == here.fetched_at, _other.c.id > here.id)),
    )
    good = _good_since(here.url_key, here.url, here.fetched_at)
    return and_(here.outcome == "failed", ~good, ~noted_since, ~failed_since)


def _noted(row: Row[*tuple[Any, ...]]) -> Problem:
    values = dict(row._mapping)  # noqa: SLF001 (SQLAlchemy's public name for it)
    del values["id"], values["url_key"]
    return Problem(capture=None, **values)


def _failed(row: Row[*tuple[Any, ...]]) -> Problem:
    values = row._mapping  # noqa: SLF001 (SQLAlchemy's public name for it)
    return Problem(
        at=values["fetched_at"],
        run=values["run"],
        source=values["source"],
        url=values["url"],
        reason=values["reason"] or "failed",
        detail=f"HTTP status {values['status']}, captured",
        capture=Address(file=values["file"], offset=values["offset"]),
    )


def _run_row(row: Row[*tuple[Any, ...]]) -> RunRow:
    values = dict(row._mapping)  # noqa: SLF001 (SQLAlchemy's public name for it)
    return RunRow(counts=json.loads(values.pop("counts")), **values)
