"""`league sources check`: look at a few pages of a source, in an archive that is thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archive_api.store import open_store
from spiders.run import run_crawl

if TYPE_CHECKING:
    from archive_api.settings import Settings
    from crawler.source import Source

PAGES = 8
"""Pages looked at: the start page, a list or two, and some articles; little enough to be no burden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a look at a source found; `good` where list rows and an article were seen."""

    good: bool
    says: str
    counts: Mapping[str, int]


def probe(source: Source, settings: Settings) -> Probe:
    """Crawl a few pages, at the source's own pace, without touching the user's archive."""
    with tempfile.TemporaryDirectory() as folder:
        apart = settings.model_copy(update={"home": Path(folder), "store": "", "index": ""})
        report = run_crawl(source, apart, max_pages=PAGES)
        store = open_store(apart.store_url)
        counts = dict(store.counts())
        store.close()
    seen = {name: counts.get(name, 0) for name in ("rows", "documents", "captures", "problems")}
    if not report.counts.get("fetched", 0):
        return Probe(good=False, says=f"nothing could be fetched: {report.error or report.status}", counts=seen)
    if not seen["rows"] or not seen["documents"]:
        return Probe(good=False, says="no list rows, or no article, on the first pages", counts=seen)
    return Probe(good=True, says="list rows and articles were seen", counts=seen)
