"""What may happen to a site in a night."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from tests.simulator import language

if TYPE_CHECKING:
    from tests.simulator.model import Article
    from tests.simulator.site import Site


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""

    night: int
    what: str
    article: int | None


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that may happen, with its chance a night and site."""

    what: str
    chance: float
    happen: Callable[[Site, Random], None]


def _post(site: Site, random: Random) -> None:
    for _ in range(random.randint(1, 3)):
        site.note("posted", site.post(random, site.today - timedelta(minutes=random.randint(1, 900))))


def _post_back_dated(site: Site, random: Random) -> None:
    site.note("back_dated", site.post(random, site.today - timedelta(days=random.randint(40, 400))))


def _pin(site: Site, random: Random) -> None:
    for one in site.articles:
        one.pinned = False
    article = _one(site, random)
    article.pinned = True
    site.note("pinned", article)


def _edit(site: Site, random: Random) -> None:
    article = _one(site, random)
    article.title = f"{article.title}（修订）" if "修订" not in article.title else article.title
    _rewrite(site, random, article)
    site.note("edited", article)


def _swap(site: Site, random: Random) -> None:
    article = _one(site, random)  # its title, date and row stay as they are
    _rewrite(site, random, article)
    site.note("swapped", article)


def _delete(site: Site, random: Random) -> None:
    article = _one(site, random)
    article.is_deleted, article.lost = True, site.night
    site.note("deleted", article)


def _restore(site: Site, random: Random) -> None:
    gone = [one for one in site.articles if one.is_deleted]
    if gone:
        article = random.choice(gone)
        article.is_deleted, article.changed = False, site.night
        site.note("restored", article)


def _redesign(site: Site, random: Random) -> None:  # noqa: ARG001 - every event has the same signature
    site.redesign()
    site.note("redesigned")


def _change_robots(site: Site, random: Random) -> None:  # noqa: ARG001
    site.disallowed = ("/private/",) if len(site.disallowed) > 1 else ("/private/", "/manage/")
    site.note("robots")


def _tonight(what: str) -> Callable[[Site, Random], None]:
    def happen(site: Site, random: Random) -> None:  # noqa: ARG001
        site.tonight.add(what)
        site.note(what)

    return happen


def _one(site: Site, random: Random) -> Article:
    return random.choice([one for one in site.articles if not one.is_deleted])


def _rewrite(site: Site, random: Random, article: Article) -> None:
    fresh = language.paragraphs(random)
    article.paragraphs = (*article.paragraphs[:2], *fresh[: max(2, len(article.paragraphs) - 2)])
    article.changed = site.night


EVENTS = (
    Kind("posted", 0.5, _post),
    Kind("back_dated", 0.15, _post_back_dated),
    Kind("pinned", 0.08, _pin),
    Kind("edited", 0.12, _edit),
    Kind("swapped", 0.08, _swap),
    Kind("deleted", 0.08, _delete),
    Kind("restored", 0.05, _restore),
    Kind("redesigned", 0.03, _redesign),
    Kind("robots", 0.05, _change_robots),
    Kind("errors", 0.06, _tonight("errors")),
    Kind("slow", 0.05, _tonight("slow")),
    Kind("shift", 0.08, _tonight("shift")),
    Kind("wall_412", 0.03, _tonight("wall_412")),
    Kind("wall_521", 0.03, _tonight("wall_521")),
)
"""Everything that may happen in a night, in the order in which it does."""
