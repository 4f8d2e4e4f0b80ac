"""From the element that holds title and text to the container that its template made for the text alone."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from crawler.extraction.marks import Mark
from crawler.extraction.outline import Line, Node, Outline

_CONTAINERS = frozenset(
    (
        "div",
        "td",
        "tr",
        "tbody",
        "table",
        "section",
        "article",
        "main",
        "form",
        "span",
        "font",
        "center",
        "body",
        "dd",
        "dl",
        "li",
        "ul",
    )
)
_PARAGRAPHS = frozenset(("p", "br", "blockquote", "pre", "strong", "b", "ol", "h2", "h3", "h4", "h5", "h6", "figure"))
_NAMELESS = frozenset(("div", "span", "font", "center", "section", "ul", "table"))
_TABLE_PARTS = frozenset({"tr", "td", "tbody", "table"})
_OWN = frozenset({Mark.PROSE, Mark.SHORT, Mark.ATTACHED, Mark.HEADING, Mark.LINK})
# lines that templates print beside a text, in elements like its own
_CREDIT = re.compile(
    r"[\[【(（\s]*(?:责任编辑|网络编辑|编辑|责编|作者|来源|稿源|标签|关键[词字]|tags?|分类|分享|审核|校对|转载|版权|免责|声明|特别声明|"
    r"上一|下一|相关|推荐|阅读|点击|浏览|评论|收藏|举报|投稿|导语|摘要|导读|(?:核心|内容)?提[示要])",
    re.IGNORECASE,
)
_LEAST = 0.5
_MOST_BESIDE = 0.5
_MOST_BESIDE_UNNAMED = 0.2
_LITTLE_TABLE = 12


@dataclass(frozen=True, slots=True)
class _Beside:
    """What of the text stands beside the heaviest child: in elements like paragraphs, in others, in its like."""

    plain: bool
    named: float
    alike: bool


class _Text:
    """A page's lines with what each is and weighs; of the body's lines, in order, sums and places counted once."""

    def __init__(self, page: Outline, kinds: Sequence[Mark], weights: Sequence[float], lines: Sequence[int]) -> None:
        self.page, self.kinds, self.weights, self.lines = page, kinds, weights, lines
        self._gains = [0.0, *accumulate(max(weights[number], 0.0) for number in lines)]

    def held(self, kept: range, index: int) -> range:
        """The places among `kept` whose lines stand in an element."""
        node = self.page.nodes[index]
        low = bisect_left(self.lines, node.first, kept.start, kept.stop)
        return range(low, bisect_left(self.lines, node.last, low, kept.stop))

    def gain(self, kept: range) -> float:
        """What the lines weigh for being text."""
        return self._gains[kept.stop] - self._gains[kept.start]


def narrowed(
    page: Outline, kinds: Sequence[Mark], weights: Sequence[float], lines: Sequence[int], node: int
) -> tuple[int, tuple[int, ...]]:
    """The innermost container that holds all the text among `lines`, and the lines that stand in it.

    A container is left behind only where what stands beside it is no paragraph: buttons, credits, an abstract in a box
    of its own. A text in several like containers keeps them all.
    """
    text, kept = _Text(page, kinds, weights, lines), range(len(lines))
    while (child := _heaviest(text, kept, node)) is not None:
        inside = text.held(kept, child)
        rest = [*lines[kept.start : inside.start], *lines[inside.stop : kept.stop]]
        if rest and not _is_all(text, rest, node, child, text.gain(inside)):
            break
        node, kept = child, inside
    return node, tuple(lines[kept.start : kept.stop])


def _heaviest(text: _Text, kept: range, node: int) -> int | None:
    """The child that holds most of the text, if it can be a container and holds enough."""
    page, held = text.page, dict[int, float]()
    for index in _children(page, node):
        one = page.nodes[index]
        if one.last > one.first and one.tag in _CONTAINERS:
            held[index] = text.gain(text.held(kept, index))
    best = max(held, key=lambda index: held[index], default=None)
    if best is None or held[best] <= 0 or held[best] < text.gain(kept) * _LEAST:
        return None
    # a paragraph in a div of its own is no container
    is_line = all(page.lines[text.lines[place]].element == best for place in text.held(kept, best))
    return None if is_line and not _is_named(page.nodes[best]) else best


def _children(page: Outline, node: int) -> Iterator[int]:
    index = node + 1
    while index < page.nodes[node].end:
        yield index
        index = page.nodes[index].end


def _is_all(text: _Text, rest: Sequence[int], node: int, child: int, held: float) -> bool:
    """Whether the text stands in the child alone, and nothing of it among the rest of the lines."""
    own = text.page.nodes[child]
    beside = _beside(text, rest, node, own)
    if beside.plain or beside.alike:
        return False
    if own.tag in _TABLE_PARTS:
        return beside.named <= _LITTLE_TABLE
    return beside.named <= held * (_MOST_BESIDE if _is_named(own) else _MOST_BESIDE_UNNAMED)


def _beside(text: _Text, rest: Sequence[int], node: int, child: Node) -> _Beside:
    page, plain, alike, named = text.page, False, False, 0.0
    for number in rest:
        line = page.lines[number]
        sibling = _child_of(page, line.element, node)
        other = page.nodes[sibling] if sibling is not None else None
        gain = max(text.weights[number], 0.0)
        if other is None:  # bare text: the element holds more than a container
            plain = plain or text.kinds[number] in _OWN
        elif _is_plain(other):
            plain = plain or (text.kinds[number] in _OWN and not _is_credit(line))
        elif gain and other.tag == child.tag and child.classes and other.classes == child.classes:
            alike = True
        elif not _is_credit(line):
            named += gain
    return _Beside(plain=plain, named=named, alike=alike)


def _is_credit(line: Line) -> bool:
    return bool(_CREDIT.match(line.text))


def _child_of(page: Outline, index: int, node: int) -> int | None:
    """The child of `node` that holds an element, None for `node` itself."""
    while index >= 0 and page.nodes[index].parent != node:
        index = page.nodes[index].parent
    return index if index >= 0 else None


def _is_plain(node: Node) -> bool:
    """Whether an element is such as a writer's paragraphs are: no box of the template's."""
    return node.tag in _PARAGRAPHS or (node.tag in _NAMELESS and not _is_named(node))


def _is_named(node: Node) -> bool:
    return bool(node.classes or node.identity) or node.tag in {"article", "main"}
