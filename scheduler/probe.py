"""`league sources check` and `add`: look at a few pages of a source, in an archive that is thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archive_api.captures import CaptureStore
from archive_api.store import open_store
from crawler.clones import Sight, clone_signs
from scheduler.seen import SeenPage, seen_pages, signs_seen
from spiders.run import run_crawl

if TYPE_CHECKING:
    from archive_api.settings import Settings
    from crawler.source import Source

PAGES = 8
"""Pages looked at: the start page, a list or two, and some articles; little enough to be no burden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a look at a source found; `good` where list rows and an article were seen, and nothing looks like a clone.

    `refused` says why it is taken for a clone; empty where it is not.
    """

    good: bool
    says: str
    counts: Mapping[str, int]
    pages: tuple[SeenPage, ...] = ()
    refused: tuple[str, ...] = ()


def probe(source: Source, settings: Settings, named: frozenset[str]) -> Probe:
    """Crawl a few pages, at the source's own pace, without touching the user's archive.

    `named` are the hosts that sources vouch for (`crawler.clones.named_hosts`). A source whose address alone gives it
    away as a clone is not asked for anything.
    """
    refused = tuple(sign for url in source.start_urls for sign in clone_signs(Sight(url=url), named))
    if refused:
        return _refused(refused, {})
    with tempfile.TemporaryDirectory() as folder:
        apart = settings.model_copy(update={"home": Path(folder), "store": "", "index": ""})
        report = run_crawl(source, apart, max_pages=PAGES)
        store = open_store(apart.store_url)
        counts = dict(store.counts())
        store.close()
        with CaptureStore(apart.captures_folder, max_bytes=apart.capture_file_bytes) as captures:
            pages = tuple(seen_pages(captures, settings.page_bytes))
    seen = {name: counts.get(name, 0) for name in ("rows", "documents", "captures", "problems")}
    if refused := signs_seen(pages, named):
        return _refused(refused, seen)
    if not report.counts.get("fetched", 0):
        return Probe(good=False, says=f"nothing could be fetched: {report.error or report.status}", counts=seen)
    if not seen["rows"] or not seen["documents"]:
        return Probe(good=False, says="no list rows, or no article, on the first pages", counts=seen, pages=pages)
    return Probe(good=True, says="list rows and articles were seen", counts=seen, pages=pages)


def _refused(signs: tuple[str, ...], counts: Mapping[str, int]) -> Probe:
    says = f"refused, it looks like a hijacked clone: {'; '.join(signs[:3])}"
    return Probe(good=False, says=says, counts=counts, refused=signs)
