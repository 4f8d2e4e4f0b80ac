"""`league extract`: many files through extraction on all cores, one answer a file, in the order given."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from archive_api.errors import ArchiveError, UnreadableError
from crawler.extraction import Hints, Page, PageType, SiteMemory
from crawler.media_types import media_type_of
from crawler.readers import Apart

AHEAD = 64
"""Files under way at once for each core: enough to keep them busy, few enough to hold memory constant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file to extract; `url` is where it was published, None where that is not known.

    `error` is set where a line of a list could not be understood; nothing is read then.
    """

    path: str = ""
    url: str | None = None
    error: str | None = None


def items_from(lines: Iterable[str]) -> Iterator[Item]:
    """One item a line of JSON `{"path": …, "url": … or null}`; a line that is none becomes an item with its error."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _item(number, line)


class Memories(Protocol):
    """What is known of each file's site before it is read."""

    def of(self, item: Item) -> SiteMemory | None:
        """What repeats where the file lies; None where nothing is known."""
        ...


def extract_all(
    items: Iterable[Item], *, memories: Memories | None = None, processes: int | None = None
) -> Iterator[dict[str, Any]]:
    """One JSON object an item, in order: `path`, `page` (its type), `page_reason`, the document's fields; or `error`.

    A file that kills its process costs only its own answer: what was under way with it is done again.
    """
    workers = _Workers(processes or os.cpu_count() or 1, memories)
    try:
        for item in items:
            if workers.are_full():
                yield workers.oldest()
            workers.give(item)
        while workers.waiting:
            yield workers.oldest()
    finally:
        workers.close()


def extract_one(item: Item, memory: SiteMemory | None = None) -> dict[str, Any]:
    """The answer for one file. Never raises: this is the border where one bad file must not end the others."""
    start: dict[str, Any] = {"path": item.path, "url": item.url}
    if item.error:
        return {**start, "error": item.error}
    try:
        body = Path(item.path).read_bytes()
        url = item.url or Path(item.path).absolute().as_uri()
        page = Page(url=url, body=body, media_type=media_type_of(item.path, body))
        extraction = _reader()(page, Hints(memory=memory))
    except UnreadableError as error:
        return {**start, "error": f"{error.reason}: {error}"}
    except (ArchiveError, OSError, ValueError) as error:
        return {**start, "error": f"{type(error).__name__}: {error}"}
    except Exception as error:  # noqa: BLE001 - the process border: a bug on one page is reported with that page
        return {**start, "error": f"extraction crashed: {type(error).__name__}: {error}"}
    if extraction.type is not PageType.ARTICLE and "bad_encoding" in extraction.document.flags:
        return {**start, "error": "bad_encoding: the bytes are text in no known encoding"}
    kind = {"page": extraction.type.value, "page_reason": extraction.reason}
    encoding = {"encoding": extraction.encoding.used, "declared_encoding": extraction.encoding.declared}
    return {"path": item.path, **kind, **encoding, **extraction.document.to_json()}


@cache
def _reader() -> Apart:
    """This process's reader, with the child that opens files for it."""
    return Apart()


def _item(number: int, line: str) -> Item:
    try:
        data = json.loads(line)
    except ValueError as error:
        return Item(error=f"line {number} of the list is no JSON: {error}")
    if not isinstance(data, dict) or not isinstance(data.get("path"), str):
        return Item(error=f'line {number} of the list has no "path"')
    url = data.get("url")
    if url is not None and not isinstance(url, str):
        return Item(path=data["path"], error=f'line {number} of the list: "url" must be a string or null')
    return Item(path=data["path"], url=url)


class _Workers:
    """A pool of processes, and the items under way in it, oldest first."""

    def __init__(self, processes: int, memories: Memories | None) -> None:
        self.waiting: deque[tuple[Item, Future[dict[str, Any]]]] = deque()
        self._processes = processes
        self._memories = memories
        self._pool = ProcessPoolExecutor(processes)

    def are_full(self) -> bool:
        return len(self.waiting) >= AHEAD * self._processes

    def give(self, item: Item) -> None:
        try:
            self.waiting.append((item, self._pool.submit(extract_one, item, self._memory(item))))
        except BrokenProcessPool as error:
            broken: Future[dict[str, Any]] = Future()
            broken.set_exception(error)
            self.waiting.append((item, broken))

    def _memory(self, item: Item) -> SiteMemory | None:
        return self._memories.of(item) if self._memories is not None and not item.error else None

    def oldest(self) -> dict[str, Any]:
        item, future = self.waiting.popleft()
        try:
            return future.result()
        except BrokenProcessPool:
            self._renew()
            return _alone(item, self._memory(item))

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _renew(self) -> None:
        self._pool.shutdown(wait=True)
        self._pool = ProcessPoolExecutor(self._processes)
        unfinished, self.waiting = self.waiting, deque()
        for item, future in unfinished:
            if future.exception() is None:
                self.waiting.append((item, future))
            else:
                self.give(item)


def _alone(item: Item, memory: SiteMemory | None) -> dict[str, Any]:
    with ProcessPoolExecutor(1) as pool:
        try:
            return pool.submit(extract_one, item, memory).result()
        except BrokenProcessPool:
            return {"path": item.path, "url": item.url, "error": "extraction ended its process on this file"}
