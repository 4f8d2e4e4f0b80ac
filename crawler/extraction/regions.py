"""Where a page's body stands: in a region its CMS marks, under its title and dateline, or where plain text is dense."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from crawler.extraction.marks import Mark, is_named_title, names_a_date
from crawler.extraction.narrow import narrowed
from crawler.extraction.outline import Line, Outline
from crawler.families import body_rank, is_repeated

_EDGE = frozenset({Mark.CHROME, Mark.FOOT, Mark.FRAME, Mark.CRUMB, Mark.END})
_BETWEEN = frozenset({Mark.TITLE, Mark.HEADING, Mark.SHORT, Mark.CHROME, Mark.DATELINE})
_TITLES = frozenset({Mark.TITLE, Mark.HEADING, Mark.SHORT, Mark.PROSE})
_SENTENCE_ENDS = ("。", "；", "：", ":", "，")
_TITLE_LENGTH = range(4, 90)
_REACH = 4  # lines from a title to its dateline: a subtitle and a bar of buttons may stand between
_PARAGRAPH = 40
_LITTLE = 30
_ENOUGH = 200  # a marked body with as much text may be a wider one, of a site that uses the name for more
_FAR_MORE = 6
_FEWEST_ROWS = 2
_LONGEST_DAY = 14
_ROW = re.compile(r"^[\[(（]?(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}\b|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}[\])）]?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Line numbers of the body, `node` the element that holds it, `rule` what chose it, `weight` its plain text.

    `is_headed`: a title and a dateline with a date stand right above it.
    """

    lines: tuple[int, ...]
    node: int
    rule: str
    weight: float
    is_headed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """The title line above a body, the body's first line, and whether a date stands between."""

    title: int
    start: int
    is_dated: bool


def body(page: Outline, kinds: list[Mark], weights: list[float]) -> Body | None:
    """The body, None where no element holds more plain text than links."""
    head = _head(page, kinds, weights)
    marked = _marked(page, kinds)
    found = _narrowed(page, kinds, weights, _headed(page, kinds, weights, head)) if head else None
    if marked:
        nodes, rule = marked
        nodes = nodes[:1] if is_repeated(rule) else nodes
        numbers = sorted({i for n in nodes for i in range(page.nodes[n].first, page.nodes[n].last)})
        kept = _trimmed(numbers, kinds, _EDGE)
        held = _gain(weights, kept)
        little = held < _LITTLE and found is not None and found.weight > _FAR_MORE * (held + 1)
        if not little:
            is_headed = head is not None and head.is_dated
            whole = Body(lines=kept, node=nodes[0], rule=f"family:{rule}", weight=held, is_headed=is_headed)
            return _narrowed(page, kinds, weights, whole) if len(nodes) == 1 and held >= _ENOUGH else whole
    return found or _narrowed(page, kinds, weights, _dense(page, kinds, weights, head.start if head else 0))


def _narrowed(page: Outline, kinds: list[Mark], weights: list[float], found: Body | None) -> Body | None:
    """The body within its own container, where it has one."""
    if found is None or not found.lines:
        return found
    node, lines = narrowed(page, kinds, weights, found.lines, found.node)
    kept = _trimmed(lines, kinds, _EDGE)
    return replace(found, lines=kept, node=node, weight=_gain(weights, kept)) if kept else found


def _head(page: Outline, kinds: list[Mark], weights: list[float]) -> _Head | None:
    """What heads the body: title or heading over a dateline, a line that <title> says, plain text over a dateline."""
    below = {
        number - step for number, kind in enumerate(kinds) if kind is Mark.DATELINE for step in range(1, _REACH + 1)
    }
    dated = [head for number in sorted(below) if number >= 0 and (head := _with_dateline(page, kinds, number))]
    dated = [head for head in dated if not _is_over_list(kinds, weights, head)]
    headings = [head for head in dated if kinds[head.title] in {Mark.TITLE, Mark.HEADING}]
    if headings:
        return min(headings, key=lambda head: (kinds[head.title] is not Mark.TITLE, not _is_named(page, head.title)))
    titles = [number for number, kind in enumerate(kinds) if kind is Mark.TITLE]
    crumb = next((number for number, kind in enumerate(kinds) if kind is Mark.CRUMB), -1)
    for number in [*(n for n in titles if n > crumb), *titles]:
        return _Head(title=number, start=number + 1, is_dated=False)
    return min(dated, key=lambda head: not _is_named(page, head.title)) if dated else None


def _is_over_list(kinds: list[Mark], weights: list[float], head: _Head) -> bool:
    """Whether a heading stands over a list of dated links, below the page's title and more text than follows it."""
    title = next((number for number, kind in enumerate(kinds) if kind is Mark.TITLE), head.title)
    if kinds[head.title] is Mark.TITLE or title >= head.title or kinds[head.start : head.start + 1] != [Mark.LINK]:
        return False
    return _gain(weights, range(title, head.title)) > _gain(weights, range(head.start, len(kinds)))


def _is_named(page: Outline, number: int) -> bool:
    return is_named_title(page, page.lines[number].element)


def _with_dateline(page: Outline, kinds: list[Mark], number: int) -> _Head | None:
    line = page.lines[number]
    if kinds[number] not in _TITLES or line.linked or len(line.text) not in _TITLE_LENGTH:
        return None
    is_heading = kinds[number] in {Mark.TITLE, Mark.HEADING}
    if not is_heading and line.text.endswith(_SENTENCE_ENDS):
        return None
    # plain text right above a dateline is its title too; a heading may have a subtitle between
    reach = _REACH if is_heading else 1
    last = None
    for below in range(number + 1, min(number + 1 + reach, len(kinds))):
        if kinds[below] is Mark.DATELINE:
            last = below
        elif kinds[below] not in _BETWEEN:
            break
    if last is None:
        return None
    while last + 1 < len(kinds) and kinds[last + 1] is Mark.DATELINE:
        last += 1
    is_dated = any(names_a_date(page.lines[n].text) for n in range(number + 1, last + 1) if kinds[n] is Mark.DATELINE)
    return _Head(title=number, start=last + 1, is_dated=is_dated)


def _headed(page: Outline, kinds: list[Mark], weights: list[float], head: _Head) -> Body | None:
    """What stands under the title, in the smallest element around it that holds the text."""
    stop = next((n for n in range(head.start, len(kinds)) if kinds[n] in {Mark.END, Mark.FOOT, Mark.CRUMB}), len(kinds))
    chosen, held = -1, 0.0
    kept: tuple[int, ...] = ()
    for index in page.ancestors(page.lines[head.title].element):
        end = min(page.nodes[index].last, stop)
        inside = _without_files(_trimmed(range(head.start, end), kinds, _EDGE), page, kinds)
        added = inside[len(kept) :] if inside[: len(kept)] == kept else inside
        if kept and not _is_more_body(page, kinds, weights, added, held):
            continue
        if inside:
            chosen, kept, held = index, inside, _gain(weights, inside)
        if end == stop:
            break
    if chosen < 0 or (not head.is_dated and held <= 0):
        return None
    rule = "under_dateline" if head.is_dated else "under_title"
    return Body(lines=kept, node=chosen, rule=rule, weight=held, is_headed=head.is_dated)


def _is_more_body(page: Outline, kinds: list[Mark], weights: list[float], added: Sequence[int], held: float) -> bool:
    """Whether lines in a wider element belong to the body: paragraphs, and more of them than the body had so far."""
    paragraphs = sum(weights[n] for n in added if kinds[n] is Mark.PROSE and len(page.lines[n].text) >= _PARAGRAPH)
    return paragraphs > 0 and sum(weights[n] for n in added) > held


def _marked(page: Outline, kinds: list[Mark]) -> tuple[list[int], str] | None:
    """The outermost elements of the most specific family marker on the page that hold text of their own."""
    found: dict[int, list[int]] = {}
    rules: dict[int, str] = {}
    for index, node in enumerate(page.nodes):
        if node.last <= node.first:
            continue
        rank = body_rank(node.tag, node.classes, node.identity)
        if rank is None or all(kinds[n] in _EDGE for n in range(node.first, node.last)):
            continue
        order, name = rank
        group = found.setdefault(order, [])
        rules.setdefault(order, name)
        if not group or not page.within(index, group[-1]):
            group.append(index)
    if not found:
        return None
    order = min(found)
    return found[order], rules[order]


def _dense(page: Outline, kinds: list[Mark], weights: list[float], start: int) -> Body | None:
    """The element with the greatest sum of weights, the innermost of equals; what stands before the title is out."""
    sums = [0.0, *accumulate(weights)]
    best, score = -1, 0.0
    for index, node in enumerate(page.nodes):
        if node.last <= max(node.first, start):
            continue
        total = sums[node.last] - sums[max(node.first, start)]
        if total > score or (best >= 0 and total == score and page.within(index, best)):
            best, score = index, total
    if best < 0:
        return None
    numbers = range(max(page.nodes[best].first, start), page.nodes[best].last)
    kept = _trimmed(numbers, kinds, _EDGE | {Mark.LINK, Mark.DATELINE})
    return Body(lines=kept, node=best, rule="density", weight=_gain(weights, kept), is_headed=False)


def _trimmed(numbers: Sequence[int], kinds: list[Mark], edge: frozenset[Mark]) -> tuple[int, ...]:
    """Without the furniture at both ends: breadcrumbs, buttons, neighbours, related links, empty labels."""
    first, last = 0, len(numbers)
    while first < last and kinds[numbers[first]] in edge:
        first += 1
    while last > first and kinds[numbers[last - 1]] in edge:
        last -= 1
    return tuple(numbers[first:last])


def _without_files(numbers: tuple[int, ...], page: Outline, kinds: list[Mark]) -> tuple[int, ...]:
    """Without a list of files after the body under a label of its own (附件：), and without a closing dateline."""
    numbers = _trimmed(_without_rows(numbers, page), kinds, _EDGE)
    last = len(numbers)
    while last and kinds[numbers[last - 1]] in {Mark.LINK, Mark.ATTACHED}:
        last -= 1
    if last and last < len(numbers) and page.lines[numbers[last - 1]].text.startswith("附"):
        is_label = kinds[numbers[last - 1]] is Mark.CHROME and not _are_siblings(page, numbers[last - 2 : last])
        numbers = _trimmed(numbers[:last], kinds, _EDGE) if is_label else numbers
    while numbers and kinds[numbers[-1]] is Mark.DATELINE and _is_stamp(page.lines[numbers[-1]].text):
        numbers = _trimmed(numbers[:-1], kinds, _EDGE)
    return numbers


def _without_rows(numbers: tuple[int, ...], page: Outline) -> tuple[int, ...]:
    """Without the rows of a list at the end: two or more, each a link and a day, and no more than the lines before."""
    last = len(numbers)
    while last and _is_row(page.lines[numbers[last - 1]]):
        last -= 1
    return numbers[:last] if _FEWEST_ROWS <= len(numbers) - last <= last else numbers


def _is_row(line: Line) -> bool:
    return 0 < len(line.text) - line.linked <= _LONGEST_DAY and line.linked > 0 and bool(_ROW.search(line.text))


def _are_siblings(page: Outline, numbers: Sequence[int]) -> bool:
    """Whether lines stand in one element or side by side: a label among the body's own paragraphs is part of it."""
    owners = {page.lines[number].element for number in numbers}
    return len(owners) == 1 or len({page.nodes[owner].parent for owner in owners}) == 1


def _is_stamp(text: str) -> bool:
    """Whether a closing dateline is the page's (a time, a label and a date), not a signature's bare date."""
    return names_a_date(text) and (":" in text or "：" in text or "发布" in text)


def _gain(weights: list[float], numbers: Sequence[int]) -> float:
    return sum(max(weights[number], 0.0) for number in numbers)
