"""CMS families: which one made a page, and what that tells about it."""

from __future__ import annotations

from functools import cache, lru_cache

from crawler.families.base import Family
from crawler.families.generic import GENERIC
from crawler.families.sudy import SUDY
from crawler.families.trs import TRS
from crawler.families.vsb import VSB

__all__ = ["FAMILIES", "GENERIC", "Family", "body_rank", "family_of"]

# The editor's own elements come before the generic names, which often wrap them together with a dateline.
FAMILIES = (VSB, TRS, SUDY, GENERIC)


def family_of(html: str, hint: str | None = None) -> Family:
    """The family that a source names, else the first whose signs stand in the page, else the generic one."""
    for family in FAMILIES:
        if family.name == hint or (hint in {None, "auto"} and family.signs and family.signs.search(html)):
            return family
    return GENERIC


@lru_cache(maxsize=4096)
def body_rank(tag: str, classes: str, identity: str) -> tuple[int, str] | None:
    """An element's place among the families' marked bodies (0 the most specific) and the marker; None for others."""
    if not (classes or identity or tag.endswith("content")):
        return None
    exact, prefixes = _bodies()
    names = [f".{name}" for name in classes.lower().split()] + [f"#{identity.lower()}", tag]
    found = [(exact[name], name) for name in names if name in exact]
    found += [(rank, prefix) for prefix, rank in prefixes for name in names if name.startswith(prefix)]
    return min(found) if found else None


@cache
def _bodies() -> tuple[dict[str, int], list[tuple[str, int]]]:
    ranked = {name: rank for rank, name in enumerate(name for family in FAMILIES for name in family.bodies)}
    exact = {name: rank for name, rank in ranked.items() if not name.endswith("*")}
    return exact, [(name[:-1], rank) for name, rank in ranked.items() if name.endswith("*")]
