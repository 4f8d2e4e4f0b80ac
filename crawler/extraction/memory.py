"""What repeats over a site's pages: a line or a `<title>` that most of them have is not any one article's."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crawler.extraction.encoding import decode
from crawler.extraction.marks import fold
from crawler.extraction.outline import outline, parse, text_of
from crawler.extraction.parts import Page, Repeated, SiteMemory

FEWEST = 4
"""Pages of a site from which anything is said about it."""
_SHARE = 0.6
_SHORTEST, _LONGEST = 2, 200
_LONGEST_LABEL = 12
_HEAD_LENGTH = 200_000  # characters in which a page says whose it is, at either end
# who edited, signed or sent it stands in the texts themselves, on every page of a small office
_CREDIT = re.compile(r"编辑|责编|审核|校对|撰稿|作者|来源|供稿|摄影|图文|附件|联系|电话|[:：]$")
# whose page it is: its licence number, the name in the state's meta tag, or the style sheets of its template
_LICENCE = re.compile(r"[\u4e00-\u9fff]\s?ICP\s?[备证]\s?案?\s?\d{5,}\s?号", re.IGNORECASE)
_SITE_NAME = re.compile(
    r"""<meta[^>]{0,40}name=["']?SiteName["']?[^>]{0,20}content=["']([^"']{2,60})["']""", re.IGNORECASE
)
_STYLES = re.compile(r"""<link[^>]{0,200}href=["']?([^"'\s>]{1,200}\.css)""", re.IGNORECASE)


@dataclass(slots=True)
class Glimpse:
    """One page as memory takes it: whose it is, its `<title>`, its plain lines folded."""

    mark: str
    head: str
    lines: frozenset[str]

    @property
    def text(self) -> frozenset[str]:
        """The lines that are no counters, dates or labels: two pages with the same ones hold the same text."""
        return frozenset(line for line in self.lines if len(line) > _LONGEST_LABEL)


def mark_of(html: str) -> str:
    """What tells one site's pages from another's in the same folder; "" where nothing does."""
    for pattern in (_LICENCE, _SITE_NAME):
        if found := pattern.search(html[-_HEAD_LENGTH:]) or pattern.search(html[:_HEAD_LENGTH]):
            return "".join(found.group(found.re.groups).split())
    return " ".join(style.rsplit("/", 1)[-1] for style in _STYLES.findall(html[:_HEAD_LENGTH])[:4])


def glimpse(page: Page) -> Glimpse | None:
    """What memory takes of a page, None for one without text."""
    html = decode(page.body, page.declared_encoding).text
    root = parse(html)
    if root is None:
        return None
    lines = [fold(line.text) for line in outline(root).lines if line.linked * 2 <= len(line.text)]
    head = next((text for text in map(text_of, root.iter("title")) if text), "")
    kept = frozenset(line for line in lines if _SHORTEST <= len(line) <= _LONGEST and not _CREDIT.search(line))
    return Glimpse(mark_of(html), fold(head), kept)


def remember(glimpses: Iterable[Glimpse]) -> SiteMemory:
    """What repeats, site by site. Pages with the same text count once, or a text given twice would be forgotten."""
    sites: dict[str, dict[frozenset[str], Glimpse]] = defaultdict(dict)
    for one in glimpses:
        sites[one.mark].setdefault(one.text, one)
    return SiteMemory(
        sites={mark: _repeated(list(pages.values())) for mark, pages in sites.items() if len(pages) >= FEWEST}
    )


def recall(memory: SiteMemory | None, html: str) -> Repeated:
    """What repeats on the site that a page is of."""
    return memory.sites.get(mark_of(html), _NOTHING) if memory is not None else _NOTHING


_NOTHING = Repeated()


def _repeated(pages: list[Glimpse]) -> Repeated:
    least = max(FEWEST - 1, len(pages) * _SHARE)
    lines = Counter(line for page in pages for line in page.lines)
    heads = Counter(page.head for page in pages)
    return Repeated(lines=_often(lines, least), heads=_often(heads, least))


def _often(counts: Mapping[str, int], least: float) -> frozenset[str]:
    return frozenset(text for text, count in counts.items() if text and count >= least)
