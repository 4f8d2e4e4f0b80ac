"""Where a page's body stands: in a region that its CMS marks, or where plain text is dense and links are few."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from crawler.extraction.marks import Mark, fold
from crawler.extraction.outline import Outline
from crawler.families import body_rank

# a marked region has to hold this share of the plain text that the densest region holds
_SHARE = 0.5
_MORE = 1.35
_FURNITURE = frozenset({Mark.CHROME, Mark.FOOT, Mark.LINK, Mark.FRAME, Mark.CRUMB})
_BEFORE = frozenset({Mark.DATELINE, Mark.CRUMB})
_AFTER = frozenset({Mark.CHROME, Mark.FOOT, Mark.FRAME, Mark.CRUMB, Mark.LINK, Mark.DATELINE})
_HEAD_LINES = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Line numbers of the body, `node` the element that holds it, `rule` what chose it, `weight` its plain text."""

    lines: tuple[int, ...]
    node: int
    rule: str
    weight: float


def body(page: Outline, kinds: list[Mark], weights: list[float]) -> Body | None:
    """The body, None where no element holds more plain text than links."""
    sums = [0.0, *accumulate(weights)]
    gains = [0.0, *accumulate(max(weight, 0.0) for weight in weights)]
    dense = _densest(page, kinds, sums)
    marked = _marked(page)
    if marked:
        nodes, rule = marked
        held = sum(gains[page.nodes[n].last] - gains[page.nodes[n].first] for n in nodes)
        best = gains[page.nodes[dense].last] - gains[page.nodes[dense].first] if dense is not None else 0.0
        inside = dense is not None and any(page.within(dense, n) for n in nodes)
        if inside or (held >= _SHARE * best and not _holds_more(page, dense, nodes, best, held)):
            numbers = sorted({i for n in nodes for i in range(page.nodes[n].first, page.nodes[n].last)})
            return Body(lines=_trimmed_end(numbers, page, kinds), node=nodes[0], rule=rule, weight=held)
    if dense is None:
        return None
    first, last = page.nodes[dense].first, page.nodes[dense].last
    numbers = _trimmed_start(list(range(first, last)), page, kinds)
    lines = _trimmed_end(numbers, page, kinds)
    return Body(lines=lines, node=dense, rule="density", weight=sum(max(weights[i], 0.0) for i in lines))


def _holds_more(page: Outline, dense: int | None, nodes: list[int], best: float, held: float) -> bool:
    """Whether the dense region is the marked one and a good deal of further text around it."""
    return dense is not None and all(page.within(n, dense) for n in nodes) and best > _MORE * held


def _marked(page: Outline) -> tuple[list[int], str] | None:
    """The outermost elements of the most specific family marker on the page that hold text."""
    found: dict[int, list[int]] = {}
    rules: dict[int, str] = {}
    for index, node in enumerate(page.nodes):
        if node.last <= node.first:
            continue
        rank = body_rank(node.element)
        if rank is None:
            continue
        order, name = rank
        group = found.setdefault(order, [])
        rules.setdefault(order, name)
        if not group or not page.within(index, group[-1]):
            group.append(index)
    if not found:
        return None
    order = min(found)
    return found[order], f"family:{rules[order]}"


def _densest(page: Outline, kinds: list[Mark], sums: list[float]) -> int | None:
    """The element with the greatest sum of weights, the innermost of equals; what stands before the title is out."""
    start = _anchor(kinds)
    best, score = None, 0.0
    for index, node in enumerate(page.nodes):
        if node.last <= node.first or node.last <= start:
            continue
        total = sums[node.last] - sums[max(node.first, start)]
        if total > score or (best is not None and total == score and page.within(index, best)):
            best, score = index, total
    return best


def _anchor(kinds: list[Mark]) -> int:
    """The first line that agrees with the title and has a dateline soon after it; else the first such line, else 0."""
    titles = [index for index, kind in enumerate(kinds) if kind is Mark.TITLE]
    for index in titles:
        if Mark.DATELINE in kinds[index + 1 : index + 4]:
            return index
    return titles[0] if titles else 0


def _trimmed_start(numbers: list[int], page: Outline, kinds: list[Mark]) -> list[int]:
    """Without breadcrumb, title and datelines above the text, where the body shares its element with them."""
    cut = 0
    for place, number in enumerate(numbers[:_HEAD_LINES]):
        if kinds[number] in _BEFORE:
            cut = place + 1
        elif kinds[number] is Mark.PROSE and len(page.lines[number].text) > 60:  # noqa: PLR2004  # a paragraph: the body has begun
            break
    rest = numbers[cut:]
    outside = {
        fold(page.lines[i].text)
        for i in range(max(numbers[0] - _HEAD_LINES, 0), numbers[cut - 1] if cut else numbers[0])
        if kinds[i] in {Mark.TITLE, Mark.HEADING}
    }
    while rest and (kinds[rest[0]] in _FURNITURE or (kinds[rest[0]] is Mark.TITLE and not outside)):
        rest = rest[1:]
    return rest


def _trimmed_end(numbers: list[int], page: Outline, kinds: list[Mark]) -> tuple[int, ...]:
    """Without the furniture below the text: neighbours, tools, related links, and empty labels."""
    kept = list(numbers)
    while (
        kept
        and kinds[kept[-1]] in _AFTER
        and not (kinds[kept[-1]] is Mark.DATELINE and _is_signature(page.lines[kept[-1]].text))
    ):
        kept.pop()
    while kept and kinds[kept[0]] in {Mark.CHROME, Mark.CRUMB}:
        kept.pop(0)
    return tuple(kept)


def _is_signature(text: str) -> bool:
    """Whether a dateline is a bare date, which below a text is its signature's."""
    return not any(mark in text for mark in ":：")
