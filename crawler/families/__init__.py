"""CMS families: which one made a page, and what that tells about it. Each module with a `FAMILY` is one."""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from crawler.families.base import Answer, Asked, Family, Item, Markup, More, Post, Scripted, Way
from crawler.families.generic import FAMILY as GENERIC

__all__ = [
    "FAMILIES",
    "GENERIC",
    "Answer",
    "Asked",
    "Family",
    "Guess",
    "Item",
    "Markup",
    "More",
    "Post",
    "Scripted",
    "Way",
    "answer",
    "body_rank",
    "family_of",
    "guess",
    "is_article_address",
    "is_barred",
    "is_repeated",
    "more",
    "unfold",
    "way",
]

PRIOR = 2.0
"""What it adds to a family that the source names it, or that the site's other pages were of it."""
_ENOUGH = 1.0


def _registered() -> tuple[Family, ...]:
    """Every family, the generic one last: its names for a body are the least specific."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    found = [one for module in modules if isinstance(one := getattr(module, "FAMILY", None), Family)]
    return (*(one for one in found if one is not GENERIC), GENERIC)


FAMILIES = _registered()


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """Families whose signs a page has, best first and never none; `score` and `evidence` are the best one's."""

    families: tuple[Family, ...]
    score: float
    evidence: tuple[str, ...]

    @property
    def family(self) -> Family:
        """The one that made the page, as far as can be told."""
        return self.families[0]


def guess(html: str, prior: str | None = None, url: str = "") -> Guess:
    """Which families' signs stand in a page or its address.

    `prior`: the family that the source, or the site's other pages, name.
    """
    lowered = f"{url}\n{html}".lower()
    said = _said(lowered)
    found: list[tuple[float, Family, tuple[str, ...]]] = []
    for family in FAMILIES:
        signs = [(sign, weight) for sign, weight in family.signs if sign in said]
        signs += [(form.pattern, weight) for form, weight in family.forms if _has_form(lowered, said, form)]
        score = sum(weight for _, weight in signs) + (PRIOR if family.name == prior else 0.0)
        if score >= _ENOUGH:
            found.append((score, family, tuple(sign for sign, _ in signs)))
    found.sort(key=lambda one: -one[0])
    families = tuple(family for _, family, _ in found if family is not GENERIC)
    if not found or found[0][1] is GENERIC:
        return Guess(families=(GENERIC, *families), score=found[0][0] if found else 0.0, evidence=())
    return Guess(families=(*families, GENERIC), score=found[0][0], evidence=found[0][2])


def _said(lowered: str) -> frozenset[str]:
    """Which signs, and fixed words of forms, stand in a page; none goes over the end of a line.

    The pages of a site have most of their lines in common, and what those say is kept from page to page: looking for
    each sign in each whole page is a fifth of the time that reading it takes.
    """
    kept = {line: _LINES.get(line) for line in lowered.split("\n")}
    fresh = [line for line, words in kept.items() if words is None]
    text = "\n".join(fresh)
    new = [word for word in _words() if word in text]
    told: dict[str, tuple[str, ...]] = dict.fromkeys(fresh, ())
    for word in new:
        told |= {line: (*words, word) for line, words in told.items() if word in line}
    if len(_LINES) > _MOST_LINES:
        _LINES.clear()
    _LINES.update((line, words) for line, words in told.items() if len(line) <= _LONGEST_LINE)
    return frozenset({*new, *(word for words in kept.values() if words for word in words)})


_LINES: dict[str, tuple[str, ...]] = {}
_MOST_LINES, _LONGEST_LINE = 30_000, 500
"""How many lines are kept, some 10 MB at most; a longer line is seldom another page's too."""


@cache
def _words() -> tuple[str, ...]:
    signs = (sign for family in FAMILIES for sign, _ in family.signs)
    fixed = (word for family in FAMILIES for form, _ in family.forms for word in _fixed_words(form.pattern))
    return tuple(dict.fromkeys((*signs, *fixed)))


def _has_form(lowered: str, said: frozenset[str], form: re.Pattern[str]) -> bool:
    """Whether a form stands in a page: its fixed words are looked for first, which takes a tenth of the time."""
    if form.pattern.startswith("^"):  # of the address, which stands in the first line
        return bool(form.match(lowered))
    return not said.isdisjoint(_fixed_words(form.pattern)) and bool(form.search(lowered))


@cache
def _fixed_words(pattern: str) -> tuple[str, ...]:
    """For each alternative of a pattern the longest string that every match has; "" where there is none."""
    depth, runs, words = 0, [""], list[str]()
    for part in _TOKENS.findall(pattern):
        if part == "|" and depth == 0:
            words.append(max(runs, key=len))
            runs = [""]
        elif part[0] in "?*{" and runs[-1]:
            runs[-1] = runs[-1][:-1]  # what may be there or not is not fixed
            runs.append("")
        elif depth == 0 and (part in _FIXED or (len(part) == 2 and part[1] in r".-/")):  # noqa: PLR2004  # escaped
            runs[-1] += part[-1]
        else:
            depth += part.startswith("(") - (part == ")")
            runs.append("")
    return (*words, max(runs, key=len))


_TOKENS = re.compile(r"\\.|\[(?:\\.|[^\]])*\]|\(\?:|\{[^}]*\}|[\s\S]")
_FIXED = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_/<>=- ")


def family_of(html: str, prior: str | None = None) -> Family:
    """The family that made a page, the generic one where no sign of another stands in it."""
    return guess(html, prior).family


def unfold(html: str, url: str, found: Guess) -> str:
    """The page with what its scripts would write from the data that stands in it."""
    for family in found.families:
        html = family.unfold(html, url)
    return html


def more(page: Markup, found: Guess) -> More:
    """The further pages that scripts lead to, by every family whose signs the page has."""
    said = [family.more(page) for family in found.families]
    pages = dict.fromkeys(address for one in said for address in one.pages)
    return More(pages=tuple(pages), posts=tuple(post for one in said for post in one.posts))


def answer(asked: Asked) -> Answer | None:
    """What a list API says; None where no family knows an answer like this."""
    return next((found for family in FAMILIES if (found := family.answer(asked)) is not None), None)


@lru_cache(maxsize=4096)
def way(url: str) -> Way | None:
    """Which article an address leads to, where its CMS gives articles several addresses."""
    return next((found for family in FAMILIES if (found := family.way(url)) is not None), None)


def is_barred(url: str) -> bool:
    """Whether a family knows an address as one that counts, prints or acts."""
    return any(family.barred.search(url) for family in FAMILIES if family.barred is not None)


def is_repeated(marker: str) -> bool:
    """Whether a page has many bodies of this marker, of which the first is its text."""
    return any(
        marker.removesuffix("*") == name.removesuffix("*") for one in FAMILIES if one.repeats for name in one.bodies
    )


def is_article_address(url: str) -> bool:
    """Whether a family gives addresses of this form to articles alone: a page of a column's own is one there too."""
    return any(family.articles.search(url) for family in FAMILIES if family.articles is not None)


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
