"""A page as a reader sees it: lines of text in the order of the page, and which lines each element holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

Element = etree._Element  # noqa: SLF001  # lxml has no public name for the class of its elements

# Elements that begin and end a line; everything else runs on in it, as in a browser.
BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details"),
        *("dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form"),
        *("frameset", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "iframe"),
        *("legend", "li", "listing", "main", "marquee", "menu", "nav", "ol", "p", "pre", "section"),
        *("summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul", "xmp"),
    )
)
# What a reader is not shown as text, or shown only inside a form or a player.
_SILENT = frozenset(
    (
        *("applet", "audio", "base", "button", "canvas", "embed", "head", "input", "link", "map", "meta"),
        *("noframes", "noscript", "object", "option", "param", "script", "select", "style", "svg"),
        *("template", "textarea", "title", "video"),
    )
)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad\x00]+")
_TABLES = frozenset({"table", "tr", "td", "th"})
_NESTING = re.compile(
    rb"</?(?:div|span|font|b|i|u|em|strong|center|section|blockquote|small|big|ul|ol|dl)\b[^>]*>", re.IGNORECASE
)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: white space collapsed, never empty. `linked` of its characters stand in links.

    `element`, `row` and `cell` are indices into the outline's elements: the block that holds the line, and the
    innermost table row and cell around it, -1 for none.
    """

    text: str
    linked: int
    element: int
    row: int
    cell: int


@dataclass(slots=True)  # not frozen: an element's end is known only when the walk leaves it
class Node:
    """An element: its parent (-1 at the root), the index after its last descendant, the lines it holds or shares."""

    element: Element
    parent: int
    end: int
    first: int
    last: int


@dataclass(slots=True)
class Outline:
    """The page: `nodes` in document order, `lines` in reading order. What a browser does not show has no line."""

    root: Element
    nodes: list[Node] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def within(self, index: int, ancestor: int) -> bool:
        """Whether a node is the other one, or lies in it."""
        return ancestor <= index < self.nodes[ancestor].end

    def ancestors(self, index: int) -> list[int]:
        """The node itself and everything above it, innermost first."""
        found = []
        while index >= 0:
            found.append(index)
            index = self.nodes[index].parent
        return found


def text_of(element: Element) -> str:
    """All text inside an element, white space collapsed."""
    if not len(element):  # most links hold nothing but text
        return " ".join((element.text or "").split())
    return " ".join("".join(str(piece) for piece in element.itertext()).split())


def parse(html: str) -> Element | None:
    """The page's root, None where there is no element at all. Recovers from any markup.

    The text goes to the parser as UTF-8 bytes: lxml refuses strings with an XML declaration, and libxml2 stops at NUL.
    libxml2 drops everything after 2,048 levels, which unclosed tags reach; then those tags go, and the text stays.
    """
    data = _XML_DECLARATION.sub("", html, count=1).replace("\x00", "").encode("utf-8", "replace")
    root, is_too_deep = _parsed(data)
    return _parsed(_NESTING.sub(b"<br>", data))[0] if is_too_deep else root


def _parsed(data: bytes) -> tuple[Element | None, bool]:
    """The root, and whether the parser gave up at its limit."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, recover=True, huge_tree=True)
    try:
        root: Element | None = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # nothing in it that could be an element
        return None, False
    return root, any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log)


def outline(root: Element) -> Outline:
    """The outline of a parsed page."""
    walk = _Walk(Outline(root=root))
    walker = etree.iterwalk(root, events=("start", "end"))
    enter, leave = walk.enter, walk.leave
    for event, element in walker:
        if event == "end":
            leave(element)
        elif not enter(element):
            walker.skip_subtree()
    walk.flush()
    return walk.page


class _Walk:
    """One pass over the elements, without recursion: pages nest thousands deep."""

    def __init__(self, page: Outline) -> None:
        self.page = page
        self._nodes, self._lines = page.nodes, page.lines
        # the elements that are open, innermost last, -1 around the root; those that are blocks, or parts of tables
        self._open, self._blocks, self._tables = [-1], [0], list[tuple[str, int]]()
        self._parts: list[str] = []
        self._linked = 0
        self._links = 0
        self._pre = 0

    def enter(self, element: Element) -> bool:
        """Whether what is in the element is shown."""
        tag = element.tag
        is_block = tag in BLOCKS
        if self._parts and (is_block or tag == "br"):
            self.flush()
        index, start = len(self._nodes), len(self._lines)
        self._nodes.append(Node(element, self._open[-1], index + 1, start, start))
        self._open.append(index)
        if is_block:
            self._blocks.append(index)
            if tag in _TABLES:
                self._tables.append((tag, index))
        if _is_silent(element):
            return False
        if tag == "a":
            self._links += 1
        elif tag == "pre":
            self._pre += 1
        if text := element.text:
            self._add(text)
        return True

    def leave(self, element: Element) -> None:
        tag = element.tag
        if tag in BLOCKS:
            if self._parts:
                self.flush()
            self._blocks.pop()
            if tag in _TABLES:
                self._tables.pop()
        if tag == "a" and not _is_silent(element):
            self._links -= 1
        elif tag == "pre" and not _is_silent(element):
            self._pre -= 1
        node = self._nodes[self._open.pop()]
        # a line that is still being written is shared by the inline elements in it
        node.end, node.last = len(self._nodes), len(self._lines) + bool(self._parts)
        if (tail := element.tail) and len(self._open) > 1:
            self._add(tail)

    def flush(self) -> None:
        """Ends the line."""
        raw = "".join(self._parts)
        for piece in raw.split("\n") if self._pre else (raw,):
            if text := " ".join(_INVISIBLE.sub("", piece).split()):
                self._append(text)
        self._parts.clear()
        self._linked = 0

    def _add(self, text: str) -> None:
        # a line begins with something to see: marks of no width at its start would announce a line that never comes
        if self._parts or (not text.isspace() and _INVISIBLE.sub("", text).strip()):
            self._parts.append(text)
        if self._links:
            self._linked += len("".join(text.split()))

    def _append(self, text: str) -> None:
        row = cell = -1
        for tag, index in reversed(self._tables):
            if tag == "table":
                break
            if tag == "tr":
                row = index
                break
            if cell < 0:
                cell = index
        self._lines.append(Line(text, min(self._linked, len(text)), self._blocks[-1], row, cell))


def _is_silent(element: Element) -> bool:
    """Whether a browser shows nothing of an element, by its tag or its style."""
    if element.tag in _SILENT:
        return True
    style = element.get("style")
    return style is not None and "one" in style.lower() and bool(_HIDDEN.search(style))
