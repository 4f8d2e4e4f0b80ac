"""When a document is looked at again: often while it is new, and where it changes.

The steps after publication, and slower and faster, are after the idea of Nutch's AdaptiveFetchSchedule.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from archive_api.captures import Capture
from archive_api.document import Document
from archive_api.store import Recheck, Saved, Store
from crawler.machine import SHANGHAI, written
from crawler.urls import canonical

STEPS = (1, 3, 7, 30, 90, 365)
"""Days after publication on which a document is looked at again, at the latest."""
SLOWER, FASTER = 1.5, 2.0
"""An unchanged document is left alone so many times longer, a changed one for that part of the time."""
SHORTEST, LONGEST = 1.0, 730.0
_FIRST = 365.0
_SAME_NIGHT = timedelta(hours=12)


def note_check(store: Store, source: str, document: Document, saved: Saved, capture: Capture) -> None:
    """Plans the next look at a document that a capture has shown."""
    before, at = store.recheck(saved.id), capture.fetched_at
    if before is not None and at < before.checked_at:
        return  # an older capture that came late
    is_changed = saved.change == "version"
    due, days = next_check(document.published, datetime.fromisoformat(at), before, is_changed=is_changed)
    plan = Recheck(
        document=saved.id,
        source=source if before is None else before.source,
        url=canonical(capture.url),
        checked_at=at,
        due_at=written(due),
        days=round(days, 2),
    )
    store.plan_recheck(plan)


def next_check(
    published: str | None, now: datetime, before: Recheck | None, *, is_changed: bool
) -> tuple[datetime, float]:
    """When to look again, and how many days a document is left alone at most from now on.

    On the next of STEPS after publication, or once those days are over, whichever is earlier.
    """
    days = _FIRST if before is None else before.days
    since = None if before is None else now - datetime.fromisoformat(before.checked_at)
    if is_changed:
        alone = days if since is None else min(days, since / timedelta(days=1))
        days = max(SHORTEST, alone / FASTER)
    elif since is not None and since > _SAME_NIGHT:
        days = min(LONGEST, days * SLOWER)
    born = min(now, _moment(published) or now)
    steps = (born + timedelta(days=step) for step in STEPS)
    return min([now + timedelta(days=days), *(step for step in steps if step > now)]), days


def _moment(published: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(published or "")
    except ValueError:  # none, or only a month or a year
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(UTC)
