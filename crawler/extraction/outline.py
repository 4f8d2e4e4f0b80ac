"""A page as a reader sees it: lines of text in the order of the page, and which lines each element holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

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
# what style sheets hide: words for readers by ear, a forum's marks of edits and uploads, its noise against copying
_HIDDEN_CLASSES = frozenset(
    {"screen-reader-text", "sr-only", "visually-hidden", "jammer", "pstatus", "tip tip_4 aimg_tip"}
)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_WIDTHLESS = "\u200b\u200c\u200d\u2060\ufeff\u00ad\x00"
_INVISIBLE = re.compile(f"[{_WIDTHLESS}]+")
_LONGEST_PARTED = 240  # no dateline is longer
_TABLES = frozenset({"table", "tr", "td", "th"})
_BREAKS = BLOCKS | {"br"}
_COUNTED = BLOCKS | {"a"}
_NESTING = re.compile(
    rb"</?(?:div|span|font|b|i|u|em|strong|center|section|blockquote|small|big|ul|ol|dl)\b[^>]*>", re.IGNORECASE
)
_DEEPEST = 2000
_LONG_PAGE, _MOST_ATTRIBUTES = 100_000, 2000
_LONG_TAG = re.compile(rb"<[a-zA-Z][^<>]{4000,}")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")


class Line(NamedTuple):  # a page has hundreds, and a frozen dataclass takes four times as long to make
    """One line: white space collapsed, never empty. `linked` of its characters stand in links.

    `element`, `row` and `cell` are indices into the outline's elements: the block that holds the line, and the
    innermost table row and cell around it, -1 for none. `parted` is a short line's text with a space where an element
    begins or ends in it: what stands apart by style alone is glued in `text` (2021-09-17办公室).
    """

    text: str
    linked: int
    element: int
    row: int
    cell: int
    parted: str = ""


@dataclass(slots=True)  # not frozen: an element's end is known only when the walk leaves it
class Node:
    """An element: its parent (-1 at the root), the index after its last descendant, the lines it holds or shares.

    `tag`, `classes` and `identity` (its `id`, "" where it has none) are read once: asking the parser's tree again takes
    many times as long.
    """

    element: Element
    parent: int
    end: int
    first: int
    last: int
    tag: str
    classes: str
    identity: str


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
    if len(data) > _LONG_PAGE:
        data = _LONG_TAG.sub(_without_attributes, data)
    root, is_too_deep = _parsed(data)
    return _parsed(_NESTING.sub(b"<br>", data))[0] if is_too_deep else root


def _without_attributes(tag: re.Match[bytes]) -> bytes:
    """A tag as it is, or without its attributes where they are thousands: libxml2 compares each with all the others."""
    whole = tag.group()
    return whole if len(whole.split(None, _MOST_ATTRIBUTES)) <= _MOST_ATTRIBUTES else whole.split(None, 1)[0]


def _parsed(data: bytes) -> tuple[Element | None, bool]:
    """The root, and whether the parser gave up at its limit. Only pages of more tags than that are asked about it."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, recover=True, huge_tree=True)
    try:
        root: Element | None = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # nothing in it that could be an element
        return None, False
    if data.count(b"<") < _DEEPEST:
        return root, False
    return root, any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log)


def outline(root: Element) -> Outline:
    """The outline of a parsed page."""
    walk = _Walk(Outline(root=root))
    walk.run()
    return walk.page


class _Walk:
    """One pass over the elements, without recursion: pages nest thousands deep."""

    def __init__(self, page: Outline) -> None:
        self.page = page
        self._lines = page.lines
        # the blocks that are open, innermost last, and those of them that are parts of tables
        self._blocks, self._tables = [0], list[tuple[str, int]]()
        self._parts: list[str] = []
        self._linked = self._links = self._pre = 0

    def run(self) -> None:
        """Walks the page to its end. One loop, for it meets every element of every page: a call costs as much again."""
        nodes, lines, parts = self.page.nodes, self._lines, self._parts
        open_nodes: list[Node] = []
        walker = etree.iterwalk(self.page.root, events=("start", "end"))
        parent = -1
        for event, element in walker:
            if event == "start":
                tag = element.tag
                if parts and tag in _BREAKS:
                    self._flush()
                start = len(lines)
                node = Node(element, parent, -1, start, start, tag, element.get("class") or "", element.get("id") or "")
                open_nodes.append(node)
                parent = len(nodes)
                nodes.append(node)
                if tag in _COUNTED:
                    self._enter(tag, parent)
                if (
                    tag in _SILENT
                    or node.classes in _HIDDEN_CLASSES
                    or ((style := element.get("style")) is not None and _is_hidden(style))
                ):
                    walker.skip_subtree()
                # white space alone begins no line
                elif (text := element.text) and (parts or not text.isspace()):
                    self._add(text)
            else:
                node = open_nodes.pop()
                if node.tag in _COUNTED:
                    self._leave(node.tag)
                # a line that is still being written is shared by the inline elements in it
                node.end, node.last, parent = len(nodes), len(lines) + bool(parts), node.parent
                if parent >= 0 and (text := element.tail) and (parts or not text.isspace()):
                    self._add(text)
        self._flush()

    def _enter(self, tag: str, index: int) -> None:
        if tag == "a":
            self._links += 1
            return
        self._blocks.append(index)
        if tag in _TABLES:
            self._tables.append((tag, index))
        elif tag == "pre":
            self._pre += 1

    def _leave(self, tag: str) -> None:
        if tag == "a":
            self._links -= 1
            return
        self._flush()
        self._blocks.pop()
        if tag in _TABLES:
            self._tables.pop()
        elif tag == "pre":
            self._pre -= 1

    def _flush(self) -> None:
        """Ends the line, if there is one."""
        if not self._parts:
            return
        raw = "".join(self._parts)
        for piece in raw.split("\n") if self._pre else (raw,):
            if text := " ".join(_INVISIBLE.sub("", piece).split()):
                row, cell = self._place() if self._tables else (-1, -1)
                linked = min(self._linked, len(text))
                self._lines.append(Line(text, linked, self._blocks[-1], row, cell, self._parted(text)))
        self._parts.clear()
        self._linked = 0

    def _parted(self, text: str) -> str:
        if len(text) > _LONGEST_PARTED or len(self._parts) == 1 or self._pre:
            return text
        return " ".join(_INVISIBLE.sub("", " ".join(self._parts)).split())

    def _add(self, text: str) -> None:
        # a line begins with something to see: marks of no width at its start would announce a line that never comes
        if self._parts or text.lstrip()[0] not in _WIDTHLESS or _INVISIBLE.sub("", text).strip():
            self._parts.append(text)
        if self._links:
            self._linked += len("".join(text.split()))

    def _place(self) -> tuple[int, int]:
        """The row and the cell that is open in the innermost table."""
        cell = -1
        for tag, index in reversed(self._tables):
            if tag == "table":
                break
            if tag == "tr":
                return index, cell
            if cell < 0:
                cell = index
        return -1, cell


def _is_hidden(style: str) -> bool:
    return "one" in style.lower() and bool(_HIDDEN.search(style))
