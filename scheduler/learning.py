"""What the sites of a list have in common, learnt from a sample of it before its files are read one by one."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from heapq import heappush, heappushpop
from pathlib import Path
from urllib.parse import urlsplit
from zlib import crc32

from crawler.extraction import Page, SiteMemory
from crawler.extraction.memory import FEWEST, Glimpse, glimpse, remember
from crawler.media_types import media_type_of
from scheduler.batch import Item

_MOST, _LEAST = 60, 6
"""Pages that are looked at of one place."""
_SHARE = 0.08
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_CHUNK = 8


@dataclass(frozen=True, slots=True)
class Learnt:
    """Memory by place: the host of a file's address, or the folder below the one that all files share."""

    places: Mapping[str, SiteMemory]
    root: str

    def of(self, item: Item) -> SiteMemory | None:
        """What repeats where the file lies; None where too few pages lie there."""
        return self.places.get(_place(_folder(item), self.root))


def learn(items: Iterable[Item], *, processes: int | None = None) -> Learnt:
    """What repeats on the pages of each place of a list, whatever order it is in.

    A sample is read: the pages whose paths have the least check sums, at most 60 a place, about one in twelve of a
    long list. Memory grows with the number of folders, not of files. Where the sample holds a file that kills its
    reader, nothing is known of any place.
    """
    counts: Counter[str] = Counter()
    chosen: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for item in items:
        if item.error is None:
            folder, key = _folder(item), (-crc32(item.path.encode("utf-8", "replace")), item.path)
            counts[folder] += 1
            heap = chosen[folder]
            heappush(heap, key) if len(heap) < _MOST else heappushpop(heap, key)
    root = _root(counts)
    places: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for folder, heap in chosen.items():
        places[_place(folder, root)] += heap
    most = min(_MOST, max(_LEAST, int(max(_MOST, counts.total() * _SHARE) / max(1, len(places)))))
    samples = {place: [path for _, path in sorted(heap, reverse=True)[:most]] for place, heap in places.items()}
    return Learnt(
        _remembered({place: paths for place, paths in samples.items() if len(paths) >= FEWEST}, processes), root
    )


def _remembered(samples: Mapping[str, list[str]], processes: int | None) -> dict[str, SiteMemory]:
    if not samples:
        return {}
    paths = [path for sample in samples.values() for path in sample]
    try:
        with ProcessPoolExecutor(processes or os.cpu_count() or 1) as pool:
            seen = dict(zip(paths, pool.map(_glimpse, paths, chunksize=_CHUNK), strict=True))
    except BrokenProcessPool:
        return {}
    known = {place: [one for path in sample if (one := seen[path])] for place, sample in samples.items()}
    return {place: memory for place, found in known.items() if (memory := remember(found)).sites}


def _glimpse(path: str) -> Glimpse | None:
    """What is seen of one file; None where it is no page or cannot be read, which its own answer tells."""
    try:
        body = Path(path).read_bytes()
        if media_type_of(path, body) not in _PAGES:
            return None
        return glimpse(Page(url=Path(path).absolute().as_uri(), body=body))
    except Exception:  # noqa: BLE001 - the process border: the file's own answer tells what is wrong with it
        return None


def _folder(item: Item) -> str:
    host = urlsplit(item.url).hostname if item.url and item.url.startswith(("http://", "https://")) else None
    return f"//{host}" if host else str(Path(item.path).absolute().parent)


def _root(folders: Iterable[str]) -> str:
    """The folder that all folders of the list share."""
    on_disk = [folder for folder in folders if not folder.startswith("//")]
    return os.path.commonpath(on_disk) if on_disk else ""


def _place(folder: str, root: str) -> str:
    if folder.startswith("//"):
        return folder
    below = Path(folder).relative_to(root).parts
    return below[0] if below else ""
