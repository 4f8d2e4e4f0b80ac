"""Invented documents, and an archive that is filled as a crawl would fill it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from archive_api.captures import CaptureStore, Exchange
from archive_api.document import Address, Document, Kind, Period, Record, State, document_id
from archive_api.index import open_index
from archive_api.index.base import Counts, Explanation, Query, Results, SearchIndex, Tally
from archive_api.index.catchup import catch_up
from archive_api.index.query import Tree
from archive_api.settings import Settings
from archive_api.store import Outcome, Store, open_store

NOW = "2026-11-22T01:02:03.456789Z"
SITE = "http://tuan.yunting.example"
HEADERS = (("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))


@dataclass
class Archive:
    """Store, index and captures of one home."""

    settings: Settings
    store: Store
    index: SearchIndex
    captures: CaptureStore
    clock: int = 0

    @classmethod
    def open(cls, settings: Settings) -> Archive:
        captures = CaptureStore(settings.captures_folder, max_bytes=1 << 20)
        return cls(settings, open_store(settings.store_url), open_index(settings.index_url), captures)

    def save(self, *documents: Document, body: bytes | None = None) -> list[int]:
        """Save each document from a capture of its own; the captures' ids."""
        return [self._save(document, body) for document in documents]

    def _save(self, document: Document, body: bytes | None) -> int:
        self.clock += 1
        at = f"2026-11-22T01:{self.clock // 60:02}:{self.clock % 60:02}.000000Z"
        page = b"<html>%d</html>" % self.clock if body is None else body
        exchange = Exchange(url=document.url, fetched_at=at, status=200, headers=HEADERS, body=page)
        capture = self.captures.append(exchange)
        self.captures.sync()
        (capture_id,) = self.store.add_captures([capture])
        saved = self.store.save(capture_id, "yunting", document)
        self.store.finish_capture(capture_id, Outcome(what="document", document=saved.id))
        return capture_id

    def add(self, *documents: Document, body: bytes | None = None) -> list[int]:
        """Save the documents and bring the index up to them."""
        saved = self.save(*documents, body=body)
        catch_up(self.store, self.index)
        return saved

    def close(self) -> None:
        self.captures.close()
        self.index.close()
        self.store.close()


def page(number: int, **changes: object) -> Document:
    document = Document(
        url=f"{SITE}/{number}.html",
        title=f"云汀县第{number}次志愿服务通知",
        text=f"第{number}次活动。\n请各团支部报名。",
        kinds=(Kind.NOTICE,),
        periods=(Period(kind=Kind.NOTICE, year=2016),),
        extractor="league-archive/0.1.0",
    )
    return replace(document, **changes)  # type: ignore[arg-type]  # the test names the field


def record(number: int, **changes: object) -> Record:
    document = page(number, **changes)
    return Record(
        id=document_id(document.url),
        version=1,
        seq=number,
        source="yunting",
        state=State.LIVE,
        edited=False,
        first_seen=NOW,
        last_seen=NOW,
        capture=Address(file="league-1.warc.gz", offset=7 * number),
        document=document,
    )


class Made:
    """A store and an index in one, whose documents are made when they are asked for: it holds none of them itself."""

    def __init__(self, count: int, make: Callable[[int], Record] = record) -> None:
        self._count, self._make = count, make

    def seq(self) -> int:
        return self._count

    def count(self, query: Query) -> int:
        assert not query.text
        return self._count

    def scan(self, query: Query) -> Iterator[str]:
        assert not query.text
        return (str(number) for number in range(1, self._count + 1))

    def records(self, ids: Sequence[str], *, as_of: int | None = None) -> list[Record]:
        assert as_of == self._count
        return [self._make(int(number)) for number in ids]

    def search(self, query: Query, records: Callable[[Sequence[str]], list[Record]] | None = None) -> Results:
        raise NotImplementedError

    def apply(self, records: Iterable[Record], *, seq: int, after: int = 0) -> int:
        raise NotImplementedError

    def tree(self, query: Query) -> Tree:
        raise NotImplementedError

    def explain(self, query: Query) -> Explanation:
        raise NotImplementedError

    def tally(self, asked: Sequence[Tally]) -> list[Counts]:
        raise NotImplementedError

    def rebuild(self, records: Iterable[Record], *, seq: int) -> None:
        raise NotImplementedError

    def check(self) -> list[str]:
        raise NotImplementedError

    def close(self) -> None:
        """It holds nothing."""
