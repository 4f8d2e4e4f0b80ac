"""How a source is after a crawl: whether it was seen as always, or went blind. Pure: figures in, a verdict out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from archive_api.store import SourceState

FEWEST_DATES: Final = 6
"""With fewer dated rows nothing is known of how often a source publishes."""
FEWEST_NEW: Final = 3
"""So many new documents that lack what the source's documents had are a sign; fewer may be chance."""
FEWEST_BEFORE: Final = 10
SELDOM: Final = 0.1
MOSTLY: Final = 0.5
_MONTH: Final = 30.44
_YEARS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often a source publishes: rows `a_month` over its last three years, and its longest silence in `days`.

    `silence` is how many days its newest row is old.
    """

    a_month: float
    days: int
    silence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A source's state, one sentence that says why, and the figures behind it."""

    state: SourceState
    reason: str
    evidence: Mapping[str, int | float | str]


def rhythm(dates: Sequence[str], today: str) -> Rhythm | None:
    """The rhythm in the dates of a source's rows; None where there are too few to tell. Dates to come do not count."""
    now = date.fromisoformat(today)
    days = sorted(day for text in dates if (day := _day(text)) is not None and day <= now)
    recent = [day for day in days if (now - day).days <= _YEARS * 366]
    if len(recent) < FEWEST_DATES:
        return None
    longest = max((later - earlier).days for earlier, later in pairwise(recent))
    span = max((recent[-1] - recent[0]).days, 1)
    return Rhythm(a_month=round(len(recent) / span * _MONTH, 2), days=longest, silence=(now - recent[-1]).days)


def judge(counts: Mapping[str, int], before: Sequence[Mapping[str, int]], known: Rhythm | None) -> Verdict:
    """The verdict on a crawl by its counts, those of earlier crawls, and the source's rhythm; the worst sign wins."""
    signs = (_migrated, _blocked, _broken)
    for sign in signs:
        verdict = sign(counts)
        if verdict is not None:
            return verdict
    return _suspect(counts, before) or _quiet(known) or Verdict(state="ok", reason="seen as always", evidence={})


def _migrated(counts: Mapping[str, int]) -> Verdict | None:
    if counts.get("source_migrated"):
        reason = "most of its documents are missed at once: the site seems to be rebuilt; nothing was marked gone"
        return Verdict(state="migrated", reason=reason, evidence=_figures(counts, "source_migrated", "lists_lost"))
    return None


def _blocked(counts: Mapping[str, int]) -> Verdict | None:
    walls = {name: count for name, count in counts.items() if name.startswith("blocked.")}
    met, pages = sum(walls.values()), counts.get("pages", 0)
    if not met or met < MOSTLY * (met + pages):
        return None
    worst = max(walls, key=lambda name: walls[name]).removeprefix("blocked.")
    reason = f"a wall ({worst}) answered {met} of {met + pages} requests; import what a browser saved"
    return Verdict(state="blocked", reason=reason, evidence={**walls, "pages": pages})


def _broken(counts: Mapping[str, int]) -> Verdict | None:
    pages, failed = counts.get("pages", 0), {n: c for n, c in counts.items() if n.startswith("failed.")}
    if not pages:
        worst = max(failed, key=lambda name: failed[name], default="failed.nothing_was_fetched").removeprefix("failed.")
        return Verdict(state="broken", reason=f"not one page could be fetched: {worst}", evidence=failed)
    lists, empty = counts.get("list", 0), counts.get("lists_empty", 0) + counts.get("lists_lost", 0)
    if empty and empty >= lists + counts.get("lists_lost", 0):
        reason = f"all {empty} lists that had rows show none, or are not there"
        return Verdict(state="broken", reason=reason, evidence=_figures(counts, "list", "lists_empty", "lists_lost"))
    return None


def _suspect(counts: Mapping[str, int], before: Sequence[Mapping[str, int]]) -> Verdict | None:
    lost = counts.get("lists_empty", 0) + counts.get("lists_lost", 0)
    if lost:
        reason = f"{lost} lists that had rows show none, or are not there"
        return Verdict(state="suspect", reason=reason, evidence=_figures(counts, "list", "lists_empty", "lists_lost"))
    for name, says in _LACKS.items():
        now, new = counts.get(name, 0), counts.get("document", 0)
        then, old = (sum(one.get(key, 0) for one in before) for key in (name, "document"))
        if new >= FEWEST_NEW and old >= FEWEST_BEFORE and now >= MOSTLY * new and then <= SELDOM * old:
            evidence = {name: now, "document": new, f"{name}_before": then, "document_before": old}
            return Verdict(
                state="suspect", reason=f"{now} of {new} documents {says}; before, {then} of {old}", evidence=evidence
            )
    return _other_family(counts, before)


_LACKS: Final = {
    "untitled": "have no title",
    "undated": "have no date",
    "foreign_issuer": "name an issuer that is not the source's",
}


def _other_family(counts: Mapping[str, int], before: Sequence[Mapping[str, int]]) -> Verdict | None:
    now, then = _family([counts]), _family(before)
    if now is None or then is None or now == then:
        return None
    evidence = {"family": now, "family_before": then}
    return Verdict(state="suspect", reason=f"its pages look like {now}; before, like {then}", evidence=evidence)


def _family(several: Sequence[Mapping[str, int]]) -> str | None:
    """The family of most pages; None where there are too few, or no family was told."""
    pages: dict[str, int] = {}
    for counts in several:
        for name, count in counts.items():
            if name.startswith("family."):
                pages[name.removeprefix("family.")] = pages.get(name.removeprefix("family."), 0) + count
    if sum(pages.values()) < FEWEST_NEW:
        return None
    best = max(pages, key=lambda name: pages[name])
    return best if pages[best] > MOSTLY * sum(pages.values()) else None


def _quiet(known: Rhythm | None) -> Verdict | None:
    if known is None or known.silence <= max(known.days, _MONTH):
        return None
    due = known.silence / _MONTH * known.a_month
    if due < FEWEST_NEW:
        return None
    state: SourceState = "suspect" if known.silence > 2 * known.days and due >= 2 * FEWEST_NEW else "quiet"
    reason = (
        f"nothing new for {known.silence} days; its longest silence was {known.days} days, at {known.a_month:g} a month"
    )
    evidence = {"silence_days": known.silence, "longest_silence_days": known.days, "a_month": known.a_month}
    return Verdict(state=state, reason=reason, evidence=evidence)


def _figures(counts: Mapping[str, int], *names: str) -> dict[str, int | float | str]:
    return {name: counts[name] for name in names if counts.get(name)}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
