"""One page, looked at: its lines and what each is, its body, its lists, its breadcrumb, and what its head says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crawler.extraction.chrome import crumbs, is_crumb_name, is_home
from crawler.extraction.dates import DateFound
from crawler.extraction.fallback import guessed, is_weak
from crawler.extraction.loose import loose_datelines
from crawler.extraction.marks import Mark, fold, marks, weights
from crawler.extraction.outline import Element, Outline, outline, text_of
from crawler.extraction.pagetype import DATED_STRENGTH
from crawler.extraction.parts import Hints, Repeated
from crawler.extraction.posts import Posts, posts
from crawler.extraction.regions import Body, body
from crawler.extraction.rows import DATE_SCORE, Block, blocks
from crawler.extraction.titles import Claims, claims_of, site_of

_PLAIN = frozenset({Mark.PROSE, Mark.SHORT, Mark.HEADING, Mark.TITLE})
_LONGEST_CRUMB = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One page, looked at: what the parts, the type and the rows are told from."""

    url: str
    base: str
    outline: Outline
    marks: list[Mark]
    weights: list[float]
    body: Body | None
    lists: list[Block]
    meta: Mapping[str, str]
    claims: Claims
    loose: Mapping[int, DateFound]
    known: Repeated
    thread: int | None
    crumb: tuple[str, ...]
    site: str | None


def look(root: Element, url: str, base: str, hints: Hints, known: Repeated) -> Sight:
    """What a page shows; `known` are the lines and heads that most pages of its site have."""
    meta = _metas(root)
    head = _head(root)
    claims = claims_of(meta, "" if fold(head) in known.heads else head, hints.row_title)
    seen = outline(root)
    claims = claims.less_site(seen).with_table(seen)
    kinds = marks(seen, claims.folded(), claims.own())
    _forget(seen, kinds, known)
    loose = loose_datelines(seen, kinds)
    for number in loose:
        kinds[number] = Mark.DATELINE
    repeated = posts(seen, kinds)
    _set_apart(seen, kinds, repeated)
    weighed = weights(seen, kinds)
    found = body(seen, kinds, weighed)
    lists = [] if _is_beyond_doubt(seen, kinds, found) else blocks(seen, kinds, base)
    if not lists and is_weak(seen, found):
        found = guessed(seen, kinds) or found
    return Sight(
        url=url,
        base=base,
        outline=seen,
        marks=kinds,
        weights=weighed,
        body=found,
        lists=lists,
        meta=meta,
        claims=claims,
        loose=loose,
        known=known,
        thread=repeated.units[0] if repeated and repeated.is_thread else None,
        crumb=_crumb(seen, kinds, found),
        site=site_of(head, meta, hints.site_name),
    )


def _forget(seen: Outline, kinds: list[Mark], known: Repeated) -> None:
    """Marks the plain lines that most pages of the site have as frame."""
    for number, line in enumerate(seen.lines if known.lines else ()):
        if kinds[number] in _PLAIN and fold(line.text) in known.lines:
            kinds[number] = Mark.FRAME


def _set_apart(seen: Outline, kinds: list[Mark], repeated: Posts | None) -> None:
    """Marks what repeats as frame: comments, and in a thread every post but the first with all that follows it."""
    if repeated is None:
        return
    units = repeated.units
    end = len(kinds) if repeated.is_thread else seen.nodes[units[-1]].last
    for number in range(seen.nodes[units[repeated.is_thread]].first, end):
        if kinds[number] is not Mark.FOOT:
            kinds[number] = Mark.FRAME


def _is_beyond_doubt(seen: Outline, kinds: list[Mark], found: Body | None) -> bool:
    """Whether all the page's links as the best of lists would not outweigh its dated body: then none is looked for."""
    if found is None or not found.is_headed:
        return False
    rows = sum(node.tag == "a" for node in seen.nodes)
    linked = sum(line.linked for line in seen.lines)
    is_prose = sum(kinds[number] is Mark.LINK for number in found.lines) * 10 <= len(found.lines)
    return is_prose and linked + rows * DATE_SCORE < found.weight * DATED_STRENGTH


def _crumb(seen: Outline, kinds: list[Mark], found: Body | None) -> tuple[str, ...]:
    """The breadcrumb nearest above the body, else the page's first."""
    end = found.lines[0] if found and found.lines else len(kinds)
    above = [crumbs(seen.lines[number].text) for number in range(end) if kinds[number] is Mark.CRUMB]
    below = [crumbs(seen.lines[number].text) for number in range(end, len(kinds)) if kinds[number] is Mark.CRUMB]
    return above[-1] if above else below[0] if below else _named_crumb(seen)


def _named_crumb(seen: Outline) -> tuple[str, ...]:
    """The breadcrumb whose entries are lines of their own, in an element that is named so."""
    for node in seen.nodes:
        if 1 < node.last - node.first <= _LONGEST_CRUMB and is_crumb_name(node.classes, node.identity):
            texts = [seen.lines[number].text.strip(" >»/›") for number in range(node.first, node.last)]
            if is_home(texts[0]):
                return tuple(text for text in texts[1:] if text)
    return ()


def _metas(root: Element) -> dict[str, str]:
    """`<meta>` contents by lower-case name or property; the first of a name that is not empty."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = (element.get("name") or element.get("property") or "").strip().lower()
        content = " ".join((element.get("content") or "").split())
        if name and content:
            found.setdefault(name, content)
    return found


def _head(root: Element) -> str:
    """The text of the first `<title>` that has one, wherever it stands."""
    texts = (text_of(element) for element in root.iter("title"))
    return next((text for text in texts if text), "")
