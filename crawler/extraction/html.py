"""An HTML page, read once: its parts, its type, its rows, its further pages, its links."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from archive_api.document import Attachment, Evidence
from archive_api.errors import UnreadableError
from crawler.extraction.datelines import is_dateline, labelled
from crawler.extraction.dates import find_dates
from crawler.extraction.encoding import Encoding, decode
from crawler.extraction.links import absolute, attachment_of, base_of, is_script, links_of
from crawler.extraction.loose import LONGEST_BYLINE, beside, is_today
from crawler.extraction.marks import Mark, fold, names_a_date, unstamped
from crawler.extraction.memory import recall
from crawler.extraction.outline import parse
from crawler.extraction.pager import pager
from crawler.extraction.pagetype import Facts, PageType, is_dated, is_shell, menu_of, page_type, special
from crawler.extraction.parts import Hints, Page, Parts
from crawler.extraction.posts import post_dates
from crawler.extraction.regions import Body
from crawler.extraction.render import paragraphs
from crawler.extraction.rows import FEWEST_ROWS, Block, Row
from crawler.extraction.sight import Sight, look
from crawler.extraction.split import first_of, parts_among
from crawler.extraction.stamps import Stamp, stamps
from crawler.extraction.titles import Names, title_of, undated
from crawler.families import Guess, Markup, Post, guess, is_article_address, more, unfold

_HEAD_LINES = 12
_WORD = re.compile(r"\w")
_TAIL_LINES = 6
_MENU = frozenset({Mark.LINK, Mark.CRUMB})
_TITLE_LINES = 3
# what a page without text may show instead
_HOLDERS = frozenset({"a", "iframe", "embed", "div", "span"})
_SHOWN = ("img", "video", "audio", "embed", "object", "iframe", "frame")
# what a breadcrumb ends in where it names no column
_SELF = frozenset(
    ("正文", "内容", "详情", "详细内容", "文章内容", "信息内容", "内容页", "浏览文章", "查看文章", "阅读文章", "文章")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one HTML page says. `unfollowable` counts rows and page links that only a script can follow.

    `pieces` are the further pages of an article that is split over several; `scripts` may say where an empty page's
    lists come from.
    """

    parts: Parts
    body_evidence: Evidence
    type: PageType
    reason: str
    encoding: Encoding
    rows: tuple[Row, ...] = ()
    next_pages: tuple[str, ...] = ()
    posts: tuple[Post, ...] = ()
    pieces: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    unfollowable: int = 0
    family: str = "generic"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Onward:
    """Where a page leads on to: pages, requests with a body, scripts, and how many links only a script can follow."""

    pages: tuple[str, ...]
    posts: tuple[Post, ...]
    scripts: tuple[str, ...]
    unfollowable: int


def read_html(page: Page, hints: Hints) -> Reading:
    """The reading of an HTML page. UnreadableError (`no_text`) where it shows nothing, and no script will fill it."""
    decoded = decode(page.body, page.declared_encoding)
    made_by = guess(decoded.text, hints.family, page.url)
    html = unfold(decoded.text, page.url, made_by)
    root = parse(html)
    if root is None:
        raise UnreadableError(f"{page.url}: the page is empty", reason="no_text")
    base = base_of(root, page.url)
    links = links_of(root, base)
    sight = look(root, page.url, base, hints, recall(hints.memory, html))
    onward = _onward(Markup(url=page.url, base=base, html=decoded.text, root=root), made_by)
    is_empty = not sight.outline.lines and not links and not onward.scripts
    if is_empty and next(root.iter(*_SHOWN), None) is None and not is_shell(root):
        raise UnreadableError(f"{page.url}: the page shows no text and leads nowhere", reason="no_text")
    parts = _parts(sight, flags=("bad_encoding",) if decoded.replaced else ())
    kind, reason = _typed(sight, parts, len(html))
    if kind is PageType.COLUMN and is_article_address(page.url):
        kind, reason = PageType.ARTICLE, "article_address"
    first = first_of(page.url, html, onward.pages) if kind is PageType.ARTICLE else None
    if first is not None:
        kind, reason, onward = PageType.OTHER, "part", replace(onward, pages=(first,))
    if kind is PageType.OTHER and reason in {"no_body", "js_shell"} and onward.posts:
        kind, reason = PageType.LIST, "rows_posted"  # a script fills it with what a form answers
    pieces = parts_among(page.url, onward.pages) if kind is PageType.ARTICLE else ()
    is_listing = kind in {PageType.LIST, PageType.HOME}
    return Reading(
        parts=parts,
        body_evidence=_body_evidence(sight.body),
        type=kind,
        reason=reason,
        encoding=decoded.encoding,
        rows=_rows(sight.lists, kind) if is_listing else (),
        next_pages=tuple(address for address in onward.pages if address not in pieces),
        posts=onward.posts,
        pieces=pieces,
        scripts=onward.scripts if reason == "js_shell" else (),
        links=links,
        family=made_by.family.name,
        unfollowable=onward.unfollowable + (sum(block.unusable for block in sight.lists) if is_listing else 0),
    )


def _onward(page: Markup, made_by: Guess) -> _Onward:
    """The pager's links, and what the families read from its scripts; nothing of another host."""
    found = pager(page.root, page.base)
    said = more(replace(page, scripted=found.scripted), made_by)
    made = [address for one in said.pages if (address := absolute(page.base, one))]
    own = [address for address in made if urlsplit(address).hostname == urlsplit(page.base).hostname]
    scripts = tuple(address for address in own if is_script(address))
    further = dict.fromkeys((*found.next_pages, *(address for address in own if address not in scripts)))
    posts = tuple(replace(one, url=url) for one in said.posts if (url := absolute(page.base, one.url)))
    return _Onward(
        pages=tuple(address for address in further if address != page.url),
        posts=posts,
        scripts=scripts,
        unfollowable=0 if posts or own else len(found.scripted),
    )


def _parts(sight: Sight, *, flags: tuple[str, ...]) -> Parts:
    names = Names(
        site=frozenset([fold(sight.site or ""), *sight.known.lines]),
        columns=frozenset(map(fold, sight.crumb)),
        titles=sight.claims.own(),
    )
    title, evidence = title_of(sight.outline, sight.marks, sight.body, sight.claims, names)
    sight = _below_title(sight, title)
    head, tail = _around(sight, title)
    crumb = tuple(
        entry for entry in sight.crumb if entry not in _SELF and (title is None or fold(entry) != fold(title))
    )
    return Parts(
        url=sight.url,
        title=title,
        title_evidence=evidence,
        text="\n".join(paragraphs(sight.outline, sight.body.lines)) if sight.body else "",
        head=head,
        tail=tail,
        meta=sight.meta,
        stamps=_stamps(sight, title, evidence.raw or "", head),
        breadcrumb=crumb,
        site_name=sight.site,
        footer=tuple(
            line.text for line, kind in zip(sight.outline.lines, sight.marks, strict=True) if kind is Mark.FOOT
        ),
        attachments=_attachments(sight),
        flags=flags,
    )


def _below_title(sight: Sight, title: str | None) -> Sight:
    """The same, with a body that was found by its density begun below the title, if that is among its first lines."""
    line = _line_of(sight, title)
    if sight.body is None or sight.body.rule != "density" or line not in sight.body.lines[:-1][:_TITLE_LINES]:
        return sight
    return replace(sight, body=replace(sight.body, lines=tuple(n for n in sight.body.lines if n > line)))


def _stamps(sight: Sight, title: str | None, heading: str, head: tuple[str, ...]) -> tuple[Stamp, ...]:
    """The days that the line beside the title or the markup says; none is looked for where a dateline says one."""
    if sight.thread is not None:
        return tuple(Stamp(rule="post", found=found) for found in post_dates(sight.outline, sight.thread))
    if any(is_dateline(line) and names_a_date(line) for line in head):
        return ()
    line = _line_of(sight, title)
    bare = undated(heading)
    inside = [Stamp(rule="in_heading", found=found) for found in find_dates(heading[len(bare) :])]
    near = sight.loose or (beside(sight.outline, sight.marks, line) if line is not None else {})
    loose = [Stamp(rule="beside_title", found=found) for found in dict.fromkeys(near.values())]
    lines = sight.body.lines if sight.body and sight.body.lines else (0,)
    marked = stamps(sight.outline, min(lines[0], lines[0] if line is None else line), lines[-1])
    structured = [stamp for stamp in marked if stamp.rule in {"json_ld", "microdata"}]
    return (*structured, *inside, *loose, *(stamp for stamp in marked if stamp not in structured))


def _around(sight: Sight, title: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines before and after the body that are the article's, not the frame's: datelines, information tables."""
    if not sight.body or not sight.body.lines:
        numbers = [number for number, kind in enumerate(sight.marks) if kind is Mark.DATELINE]
        return tuple(paragraphs(sight.outline, numbers[:_HEAD_LINES], labels=True)), ()
    first, last = sight.body.lines[0], sight.body.lines[-1]
    own = {Mark.DATELINE, Mark.SHORT, Mark.PROSE, Mark.HEADING, Mark.TITLE}
    before = [n for n in range(max(0, first - _HEAD_LINES), first) if sight.marks[n] in own]
    line = _line_of(sight, title)
    foreign = _not_its_own(sight, before[: bisect_left(before, line)], line) if line is not None else frozenset()
    before = [n for n in before if n not in foreign]
    after = []
    for number in range(last + 1, min(last + 1 + _TAIL_LINES, len(sight.marks))):
        if sight.marks[number] in {Mark.END, Mark.FRAME, Mark.FOOT}:
            break
        if sight.marks[number] in {Mark.DATELINE, Mark.SHORT} or _says_when(sight, number):
            after.append(number)
    foreign = _of_a_list(sight, after)
    after = [n for n in after if n not in foreign]
    head = (line for line in paragraphs(sight.outline, before, labels=True) if _WORD.search(line))
    above = (line for line in head if title is None or fold(line) != fold(title))
    below = paragraphs(sight.outline, after, labels=True)
    return tuple(one for line in above for one in unstamped(line)), tuple(
        one for line in below for one in unstamped(line)
    )


def _of_a_list(sight: Sight, below: Sequence[int]) -> frozenset[int]:
    """The bare days below a body that are those of a list there: beside a linked title, or two that differ."""
    days = _bare_days(sight, below)
    beside_link = any(
        sight.marks[n - 1] is Mark.LINK and len(sight.outline.lines[n - 1].text) > LONGEST_BYLINE for n in days if n
    )
    return frozenset(days) if beside_link or len(set(days.values())) > 1 else frozenset()


def _bare_days(sight: Sight, numbers: Sequence[int]) -> dict[int, str]:
    """The days of the datelines among these lines that no label introduces."""
    return {
        number: dates[0].day
        for number in numbers
        if sight.marks[number] is Mark.DATELINE
        and (dates := find_dates(text := sight.outline.lines[number].parted))
        and not labelled(text)
    }


def _not_its_own(sight: Sight, above: Sequence[int], title: int) -> frozenset[int]:
    """The bare days above a title that are today's, those of a list (two that differ), or a menu away from it."""
    bare = _bare_days(sight, above)
    is_list = len(set(bare.values())) > 1
    menu = max((n for n in range(max(0, title - _HEAD_LINES), title) if sight.marks[n] in _MENU), default=-1)
    return frozenset(n for n in bare if is_list or n < menu or is_today(sight.outline.lines[n].parted))


def _says_when(sight: Sight, number: int) -> bool:
    """Whether a line below a body gives its day under a label: posted @ 2017-09-13 22:18."""
    if sight.marks[number] is not Mark.PROSE:
        return False
    return any(entry.label == "published" and entry.date for entry in labelled(sight.outline.lines[number].parted))


def _typed(sight: Sight, parts: Parts, html_length: int) -> tuple[PageType, str]:
    if reason := special(sight.outline, html_length):
        return PageType.OTHER, reason
    if not sight.outline.lines:
        return PageType.OTHER, "no_text"
    if sight.thread is not None and parts.title and parts.text:
        return PageType.ARTICLE, "thread"
    lines = sight.body.lines if sight.body else ()
    lists = tuple(block for block in sight.lists if not _is_the_bodys(block, sight.body))
    covered = frozenset(number for block in lists for number in block.lines)
    rows = frozenset(number for block in sight.lists for number in block.lines)
    pictures, files = _pictures(sight), len(parts.attachments)
    facts = Facts(
        title=parts.title,
        is_agreed=parts.title_evidence.rule in {"agreement", "meta"},
        is_meta_article=bool(sight.meta.get("articletitle")),
        is_dated=bool(parts.stamps) or is_dated(sight.outline, sight.marks, sight.body, _line_of(sight, parts.title)),
        weight=sum(max(sight.weights[number], 0.0) for number in lines if number not in covered),
        pictures=pictures,
        files=files,
        has_lines=sight.body is not None and sight.body.is_headed and not rows.issuperset(lines),
        crumb=tuple(entry for entry in sight.crumb if entry not in _SELF),
        menu=menu_of(sight.outline, sight.marks, covered),
        blocks=lists,
    )
    return page_type(facts)


def _is_the_bodys(block: Block, found: Body | None) -> bool:
    """Whether links on a dated article's page are its own: too few for a list, or in its body and undated."""
    if found is None or not found.is_headed:
        return False
    return block.count < FEWEST_ROWS or (block.lines <= set(found.lines) and block.dated * 2 < block.count)


def _rows(lists: list[Block], kind: PageType) -> tuple[Row, ...]:
    """A list's rows are its best block's and those of blocks like it; a home page's are all blocks'."""
    chosen = [block for block in lists if kind is PageType.HOME or block.shape == lists[0].shape]
    found: dict[str, Row] = {}
    for row in (row for block in chosen for row in block.rows):
        found.setdefault(row.url, row)
    return tuple(found.values())


def _line_of(sight: Sight, title: str | None) -> int | None:
    wanted = fold(title or "")
    plain = (
        n
        for n, line in enumerate(sight.outline.lines)
        if wanted and not line.linked and fold(line.text).startswith(wanted) and fold(undated(line.text)) == wanted
    )
    return next(plain, None)


def _scope(sight: Sight) -> tuple[int, int]:
    """The nodes from the title to a little after the body, between which the article's own files and pictures stand."""
    nodes = sight.outline.nodes
    if sight.body is None:
        return 0, len(nodes)
    node = sight.body.node
    for index in sight.outline.ancestors(node)[1:3]:
        held = nodes[index].last - nodes[index].first
        # the body's own surroundings, not the whole page with its sidebars
        if held <= len(sight.body.lines) * 1.5 + _HEAD_LINES:
            node = index
    return node, nodes[node].end


def _attachments(sight: Sight) -> tuple[Attachment, ...]:
    first, end = _scope(sight)
    found: dict[str, Attachment] = {}
    for node in sight.outline.nodes[first:end]:
        if node.tag in _HOLDERS and (one := attachment_of(node.element, sight.base)):
            found.setdefault(one.url, one)
    return tuple(found.values())


def _pictures(sight: Sight) -> int:
    first, end = _scope(sight)
    return sum(node.tag == "img" for node in sight.outline.nodes[first:end])


def _body_evidence(found: Body | None) -> Evidence:
    return Evidence(rule=found.rule) if found else Evidence(reason="no element holds more text than links")
