"""A page's title, by agreement of what heads its body with what its head, its metadata and its list say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from archive_api.document import Evidence
from crawler.extraction.chrome import is_foot
from crawler.extraction.datelines import LABELS, is_label
from crawler.extraction.marks import Mark, fold, is_named_title
from crawler.extraction.outline import Element, Outline
from crawler.extraction.regions import Body

_SPLIT = re.compile(r"\s*[_|｜]+\s*|\s+[-–—]+\s+|-{2,}|(?<=[^\d\sA-Za-z])[-–](?=[^\d\s])|\s*::+\s*|\s*>+\s*")
_BULLET = re.compile(r"^[·•●◆■□▪►▶★☆◇○※*\s]+(?=\S)|[·•\s]+$")
_CUT = re.compile(r"(?:…+|\.{2,}|。。+)$")
_SITE = re.compile(
    r"(?:网|网站|门户|官网|主页|首页|大学|学院|学校|中学|小学|委员会|团委|[省市县区]委|局|厅|中心|协会|政府|共青团|在线|平台)$"
)
_NEAR = 16
_TITLE_LABELS = frozenset(LABELS["title"])
_LONGEST_NAME = 30
_FOOT_LINES = 25
_LONGEST = 120
_ENOUGH = 10
_HEADINGS = {"h1": 35, "h2": 30, "h3": 28, "h4": 24}
_BARRED = frozenset({Mark.LINK, Mark.CHROME, Mark.END, Mark.CRUMB, Mark.FOOT, Mark.DATELINE, Mark.ATTACHED})
# between two lines of a Chinese title there is no space
_HAN_END, _HAN_START = re.compile(r"[\u4e00-\u9fff”》）、]$"), re.compile(r"[\u4e00-\u9fff“《（]")
_HAN = re.compile("[\u4e00-\u9fff]")
_LONGEST_COLUMN = 6
_SENTENCE_END = re.compile(r"[。；;]$")
_DATED = re.compile(
    r"(?P<title>.{4,}?)\s*[\[(（【]?\s*(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?:\s+\d{1,2}:\d\d(?::\d\d)?)?\s*[\])）】]?"
)
# 【求助】, [转让]: a forum's sort of thread, printed before its title
_SORT = re.compile(r"^[\[【(（][^\]】)）]{1,8}[\]】)）]\s*")
_SIZE = re.compile(r"font-size\s*:\s*([\d.]+)\s*(px|pt)?", re.IGNORECASE)
_BIG = {"px": 18.0, "pt": 14.0}
_BIG_FONT = "4567"
_STYLED = 16
# tags of the government site guideline and of pages made for sharing
_META = ("articletitle", "og:title")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What speaks for a title besides the body's heading: meta tags, `<title>`, the row of a list. Raw, maybe empty."""

    meta: str = ""
    head: str = ""
    row: str = ""

    def folded(self) -> tuple[str, ...]:
        """The claims' forms for comparing; of `<title>` the whole and its parts."""
        parts = [part for part in _SPLIT.split(self.head) if part] if self.head else []
        known = dict.fromkeys(fold(claim) for claim in (self.meta, self.row, self.head, *parts))
        return tuple(claim for claim in known if len(claim) > 3)  # noqa: PLR2004  # shorter ones agree with anything

    def own(self) -> frozenset[str]:
        """What is surely said of this page and not of its site: meta tag, row, `<title>` before the site's name."""
        parts = [part for part in _SPLIT.split(self.head) if part] if self.head else []
        said = (self.meta, self.row, *parts[: len(parts) > 1])
        return frozenset(claim for claim in map(fold, said) if len(claim) > 3)  # noqa: PLR2004  # as above

    def with_table(self, page: Outline) -> Claims:
        """The claims with what the page's table of facts says under 标题, where no meta tag says it."""
        if self.meta:
            return self
        for label, value in pairwise(page.lines):
            if label.row >= 0 and label.row == value.row and fold(label.text).rstrip(":：") in _TITLE_LABELS:
                return replace(self, meta=value.text)
        return self

    def less_site(self, page: Outline) -> Claims:
        """The claims without a `<title>` that is only the site's name: its foot or its logo says it too."""
        name = fold(self.head)
        if not name or len(name) > _LONGEST_NAME or len(_SPLIT.split(self.head)) > 1:
            return self
        in_foot = any(name in fold(line.text) and is_foot(line.text) for line in page.lines[-_FOOT_LINES:])
        is_site = in_foot or any(fold(image.get("alt") or "") == name for image in page.root.iter("img"))
        return replace(self, head="") if is_site and name not in {fold(self.meta), fold(self.row)} else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What is no publication's title, folded: the site's name, and less surely the names of the columns above it.

    `titles` are what the page's own title is said to be.
    """

    site: frozenset[str]
    columns: frozenset[str]
    titles: frozenset[str] = frozenset()


def claims_of(meta: Mapping[str, str], head: str, row: str | None) -> Claims:
    """The claims of a page with these meta tags and this `<title>`, found by a row with that title."""
    return Claims(meta=next((meta[name] for name in _META if meta.get(name)), ""), head=head, row=row or "")


def clean_title(text: str) -> str:
    """A title without bullets and without white space around it."""
    return _BULLET.sub("", " ".join(text.split())).strip()


def site_of(head: str, meta: Mapping[str, str], hint: str | None) -> str | None:
    """The site's name: as known, as the meta tag says it, or the last part of `<title>` that looks like one."""
    known = hint or meta.get("sitename") or meta.get("og:site_name")
    if known:
        return known.strip()
    parts = [str(part).strip() for part in _SPLIT.split(head) if part.strip()]
    for part in reversed(parts):
        if _SITE.search(part):
            return part
    return None


def title_of(
    page: Outline, kinds: list[Mark], body: Body | None, claims: Claims, names: Names
) -> tuple[str | None, Evidence]:
    """The title and its evidence, None with a reason."""
    heading = _heading(page, kinds, body, names)
    if heading is None:
        return _without_heading(claims, names)
    number, rule = heading
    raw = _joined(page, kinds, number, claims)
    title = _unsorted(_completed(clean_title(undated(raw)), claims), claims)
    return title, Evidence(rule=rule, raw=raw)


def undated(text: str) -> str:
    """A heading without the day in figures that some templates print at its end: 关于…的通知 [2019-11-08]."""
    dated = _DATED.fullmatch(text)
    return dated["title"] if dated else text


def _unsorted(title: str, claims: Claims) -> str:
    """The title without the sort of thread before it, where a claim says it without."""
    bare = _SORT.sub("", title)
    return bare if bare != title and fold(bare) in claims.folded() and fold(title) not in claims.folded() else title


def _heading(page: Outline, kinds: list[Mark], body: Body | None, names: Names) -> tuple[int, str] | None:
    """The line above the body (or its first) that looks most like a title, and why."""
    start = body.lines[0] if body and body.lines else len(page.lines)
    best: tuple[float, int, str] | None = None
    inside = body.lines[:2] if body else ()
    for number in [*range(max(0, start - _NEAR), start), *inside]:
        score, rule = _score(page, kinds, number, names)
        score -= abs(start - number) * 1.5 + (12 if number in inside else 0)
        if rule and score >= _ENOUGH and (best is None or score > best[0]):
            best = (score, number, rule)
    return (_first_of_run(page, kinds, best[1], names), best[2]) if best else None


def _first_of_run(page: Outline, kinds: list[Mark], number: int, names: Names) -> int:
    """The first of the headings that stand directly one under another: what follows the title is a subtitle."""
    while number > 0 and kinds[number] is Mark.HEADING and kinds[number - 1] is Mark.HEADING:
        above, below = (page.nodes[page.lines[n].element].tag for n in (number - 1, number))
        if (
            above > below
            or _is_above_all(page, number)
            or fold(page.lines[number - 1].text) in names.site | names.columns
        ):
            break
        number -= 1
    return number


def _is_above_all(page: Outline, number: int) -> bool:
    """Whether the heading over a heading is a banner's or a column's.

    Such a one is without a Chinese word over one that has them, or a few signs over a long one that is no subtitle
    (——记…).
    """
    above, text = page.lines[number - 1].text, page.lines[number].text
    if _HAN.search(text) and not _HAN.search(above):
        return True
    return len(above) <= _LONGEST_COLUMN and len(text) > 2 * _LONGEST_COLUMN and text[0] not in "-—–─－"


def _is_mere_beginning(text: str, titles: frozenset[str]) -> bool:
    """Whether a line says only the first few words of every title that it agrees with, as the issuer's name does."""
    folded = fold(text)
    said = [title for title in titles if title.startswith(folded)]
    return bool(said) and all(len(folded) * 2 < len(title) for title in said)


def _score(page: Outline, kinds: list[Mark], number: int, names: Names) -> tuple[float, str]:
    line, kind = page.lines[number], kinds[number]
    if (
        kind in _BARRED
        or len(line.text) > _LONGEST
        or is_label(line.text)
        or (kind is Mark.PROSE and _SENTENCE_END.search(line.text))
    ):
        return 0.0, ""
    score, rule = (60.0, "agreement") if kind is Mark.TITLE else (0.0, "")
    if kind is Mark.TITLE and _is_mere_beginning(line.text, names.titles):
        score = 20.0
    if points := _HEADINGS.get(page.nodes[line.element].tag):
        score, rule = score + points, rule or "heading"
    if is_named_title(page, line.element):
        score, rule = score + 25, rule or "title_class"
    if not rule and (looks := _style_points(page, number)) >= _STYLED:
        score, rule = score + looks, "style"
    if Mark.DATELINE in kinds[number + 1 : number + 3] and rule:
        score += 20
    elif Mark.DATELINE in kinds[number + 1 : number + 2]:
        score, rule = score + 30, "above_dateline"
    if kinds[number : number + 2] == [Mark.HEADING, Mark.HEADING] and _is_above_all(page, number + 1):
        score -= 30
    return score - _doubts(line.text, kind, names), rule


def _doubts(text: str, kind: Mark, names: Names) -> float:
    """What speaks against a line: the site's name, a column's, a line that announces something, a menu around it."""
    doubts = 20.0 if text.endswith(("：", ":", "；")) or kind is Mark.FRAME else 0.0
    if fold(text) in names.site:
        return doubts + 60
    # above an article the column's name, above a column's own page its title
    return doubts + 8 if fold(text) in names.columns else doubts


def _style_points(page: Outline, number: int) -> float:
    """How much a line's looks say title, where neither its element nor its class does: big, bold, in the middle."""
    owner = page.lines[number].element
    node = page.nodes[owner]
    if node.last - node.first > len(_BIG):  # a title, and perhaps its second line
        return 0.0
    inside = [one.element for one in page.nodes[owner : min(node.end, owner + 6)]]
    is_big = any(_is_big(element) for element in inside)
    is_bold = any(element.tag in {"b", "strong"} or "bold" in (element.get("style") or "") for element in inside)
    is_centred = any("center" in f"{e.get('align')} {e.get('style')}".lower() or e.tag == "center" for e in inside)
    is_dated = is_bold and undated(page.lines[number].text) != page.lines[number].text
    return 14.0 * is_big + 6.0 * is_bold + 6.0 * is_centred + 12.0 * is_dated


def _is_big(element: Element) -> bool:
    size = _SIZE.search(element.get("style") or "")
    by_style = size is not None and float(size[1].strip(".") or 0) >= _BIG.get(str(size[2]).lower(), _BIG["px"])
    return by_style or (element.tag == "font" and (element.get("size") or "").strip("+")[:1] in {*_BIG_FONT, "+"})


def _joined(page: Outline, kinds: list[Mark], number: int, claims: Claims) -> str:
    """The title line with the lines before and after it that belong to the same title, broken by the page."""
    known = claims.folded()
    first = last = number
    while last + 1 < len(kinds) and kinds[last + 1] not in _BARRED and _continues(page, first, last + 1, known):
        last += 1
    while first > 0 and kinds[first - 1] not in _BARRED and _continues(page, first - 1, last, known):
        first -= 1
    joined = page.lines[first].text
    for line in page.lines[first + 1 : last + 1]:
        joined += line.text if _HAN_END.search(joined) and _HAN_START.match(line.text) else f" {line.text}"
    return joined


def _continues(page: Outline, first: int, last: int, known: tuple[str, ...]) -> bool:
    """Whether the lines are one title: all in one heading element, or a claim says them in one."""
    lines = page.lines[first : last + 1]
    whole = fold("".join(line.text for line in lines))
    if any(claim.startswith(whole) for claim in known):
        return True
    owners = {line.element for line in lines}
    if len(owners) > 1 or len(whole) > _LONGEST:
        return False
    owner = owners.pop()
    node = page.nodes[owner]
    is_all = node.first == first and node.last == last + 1
    return node.tag in _HEADINGS or (is_all and (is_named_title(page, owner) or _style_points(page, first) >= _STYLED))


def _completed(title: str, claims: Claims) -> str:
    """The full title, where a claim says on what the page cut off."""
    if not _CUT.search(title):
        return title
    stem = fold(_CUT.sub("", title))
    for claim in (claims.meta, claims.row, *_SPLIT.split(claims.head), claims.head):
        if len(fold(claim)) > len(stem) and fold(claim).startswith(stem) and not _CUT.search(claim):
            return clean_title(claim)
    return title


def _without_heading(claims: Claims, names: Names) -> tuple[str | None, Evidence]:
    """The title where no line of the page heads the body: the metadata's, the list's, else `<title>` less the site."""
    parts = [part for part in _SPLIT.split(claims.head) if part]
    for rule, raw in (("meta", claims.meta), ("list_row", claims.row), *(("head", part) for part in parts)):
        title = clean_title(raw)
        if title and fold(title) not in names.site and not (rule == "head" and len(parts) > 1 and _SITE.search(title)):
            return _completed(title, claims), Evidence(rule=rule, raw=raw)
    return None, Evidence(reason="no line heads the body, and <title> names only the site")
