"""Which documents are gone, delisted or back: judged after a crawl, from the absences of many nights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from archive_api.document import State
from archive_api.store import Absence, Store

OBSERVATIONS: Final = 3
SPAN: Final = timedelta(days=7)
"""A document is gone after so many nights on which it was missed while its host answered, so far apart."""
APART: Final = timedelta(hours=12)
MIGRATED_SHARE: Final = 0.5
MIGRATED_LEAST: Final = 8
"""Where more than this share, and number, of a source's documents is missed at once, the site was rebuilt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How many documents were given which state; `migrated` says why none were, where the site seems to be rebuilt."""

    states: Counter[str] = field(default_factory=Counter)
    migrated: str | None = None


def judge_states(store: Store, source: str) -> Judged:
    """Writes the states that the absences up to now prove. Nights in which the host gave no page prove nothing."""
    missed = store.missed(source)
    sound = store.sound_runs({one.run for absences in missed.values() for one in absences})
    proofs = {
        key: [one for one in absences if one.run in sound and one.what != "redirect"]
        for key, absences in missed.items()
    }
    suspects = sum(1 for absences in proofs.values() if absences)
    live = store.live_documents(source)
    if suspects >= MIGRATED_LEAST and suspects > live * MIGRATED_SHARE:
        return Judged(
            migrated=f"{suspects} of {live} documents are missed at once: the site seems to have been rebuilt"
        )
    states: Counter[str] = Counter()
    for key, absences in proofs.items():
        state = _proved(absences)
        if state is not None and store.state(key) not in {state, State.GONE}:
            store.put_state(key, state)
            states[state.value] += 1
    for key in store.documents_in(source, State.DELISTED):
        if key not in missed:
            store.put_state(key, State.RESTORED)
            states[State.RESTORED.value] += 1
    return Judged(states=states)


def _proved(absences: Sequence[Absence]) -> State | None:
    if is_enough([one for one in absences if one.what != "delisted"]):
        return State.GONE
    return State.DELISTED if is_enough([one for one in absences if one.what == "delisted"]) else None


def is_enough(absences: Sequence[Absence]) -> bool:
    """Whether these, by time, are OBSERVATIONS of different nights that span SPAN."""
    nights: list[datetime] = []
    for one in absences:
        moment = datetime.fromisoformat(one.at)
        if not nights or moment - nights[-1] >= APART:
            nights.append(moment)
    return len(nights) >= OBSERVATIONS and nights[-1] - nights[0] >= SPAN
