"""The verdict on a source after one of its crawls, written into the store."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from archive_api.store import Condition
from crawler.condition import judge, rhythm
from crawler.machine import SHANGHAI

if TYPE_CHECKING:
    from crawler.session import Session

_LOOKED_AT = 60
"""So many earlier crawls say what is usual of a source."""


def write_verdict(session: Session) -> None:
    """Judges the source by the crawl that has just ended. One that a person or a limit cut off proves nothing bad."""
    store, name, now = session.store, session.source.name, session.now()
    runs = [run for run in store.runs(source=name, limit=_LOOKED_AT) if run.id != session.run]
    today = datetime.fromisoformat(now).astimezone(SHANGHAI).date().isoformat()
    verdict = judge(session.counts, [run.counts for run in runs], rhythm(store.row_dates(name), today))
    if session.status == "interrupted" and verdict.state != "ok":
        return
    store.put_condition(
        Condition(source=name, state=verdict.state, reason=verdict.reason, evidence=verdict.evidence, since=now, at=now)
    )
