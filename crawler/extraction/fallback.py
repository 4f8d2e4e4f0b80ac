"""The last resort for a body: trafilatura's guess, taken only where it agrees with the page and is not its frame."""

from __future__ import annotations

import logging

from lxml import etree

from crawler.extraction.marks import Mark, fold
from crawler.extraction.outline import Outline
from crawler.extraction.regions import Body

_FRAME = frozenset({Mark.CHROME, Mark.END, Mark.FOOT, Mark.FRAME, Mark.LINK, Mark.CRUMB, Mark.DATELINE})
_SHORTEST = 80
_MOST_FRAME = 0.2
_WEAK = 80
_ENOUGH_TEXT = 200


def is_weak(page: Outline, found: Body | None) -> bool:
    """Whether a page has text enough for an article, and no body was found in it to speak of."""
    if found is not None and (found.rule != "density" or found.weight >= _WEAK):
        return False
    return sum(len(line.text) - line.linked for line in page.lines) >= _ENOUGH_TEXT


def guessed(page: Outline, kinds: list[Mark]) -> Body | None:
    """The lines of the page that trafilatura takes for its body; None where they are few, or mostly frame.

    On a body below about 100 characters trafilatura 2.3.1 returns the whole page with menus and foot, hence the guard.
    """
    import trafilatura  # noqa: PLC0415  # half a second to import, for the few pages that come here

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    html = etree.tostring(page.root, encoding="unicode", method="html")
    text: str | None = trafilatura.extract(html, favor_precision=True, include_comments=False, with_metadata=False)
    said = {fold(line.lstrip("|- ")) for line in (text or "").splitlines()}
    numbers = [number for number, line in enumerate(page.lines) if fold(line.text) in said]
    size = sum(len(page.lines[number].text) for number in numbers)
    frame = sum(len(page.lines[number].text) for number in numbers if kinds[number] in _FRAME)
    if size < _SHORTEST or frame > size * _MOST_FRAME:
        return None
    kept = tuple(number for number in numbers if kinds[number] not in _FRAME)
    return Body(lines=kept, node=0, rule="trafilatura", weight=float(size - frame), is_headed=False)
