"""Opening and closing what one crawl works on: store, captures, ingest, and its run in the store's history."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive_api.captures import CaptureStore
from archive_api.errors import ArchiveError, SettingsError
from archive_api.store import Store, open_store
from crawler import machine
from crawler.browser import missing, require
from crawler.budget import Budget
from crawler.frontier import Frontier
from crawler.gone import judge_states
from crawler.hold import Hold, slots_of
from crawler.ingest import Ingest
from crawler.machine import make_home
from crawler.politeness import check_delay, is_loopback
from crawler.runs import running
from crawler.scope import Scope
from crawler.session import PlanName, RunStatus, Session
from spiders.night.ending import conclude_full
from spiders.night.plan import due_plan
from spiders.night.verdict import write_verdict

if TYPE_CHECKING:
    from archive_api.settings import Settings
    from crawler.source import Source


CUT_OFF = ("max_pages", "budget", "window")
"""Why a crawl left addresses behind that the next one asks for."""


def check_manners(source: Source, settings: Settings, delay: float) -> None:
    """SettingsError where a site that is not on this machine would be asked too fast, or by nobody in particular.

    Also where the source wants a browser that this machine lacks.
    """
    if source.browser == "always":
        require(settings)
    asked = (*source.start_urls, *(f"//{host}" for host in source.limits.hosts))
    hosts = frozenset(urlsplit(url).hostname or "" for url in asked)
    check_delay(delay, hosts)
    away = [host for host in sorted(hosts) if not is_loopback(host)]
    if away and not settings.contact:
        raise SettingsError(
            f"LEAGUE_CONTACT is not set: {away[0]} must be able to see whom to write to. "
            "Set it to a page or a mail address of yours"
        )


def open_session(  # noqa: PLR0913 - what a crawl may be told, each by its name
    source: Source,
    settings: Settings,
    *,
    command: str,
    plan: PlanName | None = None,
    until: str | None = None,
    now: Callable[[], str] = machine.now,
) -> Session:
    """The session of a crawl that begins now. What an earlier one left unfinished is taken up first.

    `plan` None is the one that is due; after `until` nothing more is asked. BusyError where another crawl is at work
    on one of the source's hosts.
    """
    make_home(settings.home)
    store = open_store(settings.store_url)
    try:
        hold = Hold(store, slots_of(Scope.of(source).hosts))
    except BaseException:
        store.close()
        raise
    try:
        return _begin(source, settings, store, hold, Begun(command=command, plan=plan, until=until, now=now))
    except BaseException:
        hold.release()
        store.close()
        raise


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """How a crawl begins."""

    command: str
    plan: PlanName | None
    until: str | None
    now: Callable[[], str]


def _begin(source: Source, settings: Settings, store: Store, hold: Hold, begun: Begun) -> Session:
    running(store)  # marks the runs that died
    captures = CaptureStore(settings.captures_folder, max_bytes=settings.capture_file_bytes)
    ingest = Ingest(captures, store, limit=settings.page_bytes)
    ingest.recover()
    ingest.counts.clear()  # what was taken up again is not of this crawl
    store.put_source(source.name, source.to_json())
    now = begun.now
    plan = begun.plan or due_plan(store, source.name, now())
    run = store.start_run(source.name, command=begun.command, pid=os.getpid(), now=now(), plan=plan)
    most = source.limits.night_pages or settings.night_pages or None
    frontier = Frontier(source)
    frontier.ways.know(store.document_urls(source.name))
    return Session(
        source=source,
        run=run,
        store=store,
        captures=captures,
        ingest=ingest,
        frontier=frontier,
        hold=hold,
        budget=Budget(store, now, most=most, until=begun.until),
        plan=plan,
        now=now,
        no_browser=missing(settings),
    )


def close_session(session: Session, reason: str) -> RunStatus:
    """Writes what is still in memory and ends the run; `reason` is the one that Scrapy closed the spider with."""
    if session.status is not None:
        return session.status
    for write in (session.ingest.close, session.flush, session.budget.write, session.captures.close):
        try:
            write()
        except Exception as error:  # noqa: BLE001 - a process border: the run must end all the same, and say why
            session.fail(error)
    session.counts.update(_documents(session.ingest.counts))
    session.status, session.error = _status(session, reason)
    try:
        session.store.end_run(
            session.run, status=session.status, now=session.now(), counts=+session.counts, error=session.error
        )
    except ArchiveError as error:  # a full disk: the next crawl finds the run, and its process gone
        session.status = "failed"
        session.fail(error)
    else:
        _conclude(session)
    finally:
        session.hold.release()
        session.store.close()
    return session.status


def _conclude(session: Session) -> None:
    """What can only be told once the run is over: rows that no list shows any more, and what became of documents."""
    try:
        if session.plan == "full" and session.status == "finished":
            conclude_full(session)
        judged = judge_states(session.store, session.source.name)
    except ArchiveError as error:
        session.fail(error)
        return
    session.counts.update({f"documents.{state}": count for state, count in judged.states.items()})
    session.counts["source_migrated"] += judged.migrated is not None
    write_verdict(session)
    session.store.end_run(
        session.run,
        status=session.status or "failed",
        now=session.now(),
        counts=+session.counts,
        error=session.error,
    )


def _documents(counts: Mapping[str, int]) -> dict[str, int]:
    return {f"documents.{change}": counts[change] for change in ("new", "version", "unchanged") if counts[change]}


def _status(session: Session, reason: str) -> tuple[RunStatus, str | None]:
    if session.error:
        return "failed", session.error
    if reason == "shutdown":
        return "interrupted", "ended by a signal; the next crawl goes on"
    if reason != "finished":
        return "failed", f"the crawl was closed: {reason}"
    if not session.counts["pages"]:
        return "failed", session.first_problem or "not one page could be fetched"
    return ("limit" if any(session.counts[f"skipped.{why}"] for why in CUT_OFF) else "finished"), None
