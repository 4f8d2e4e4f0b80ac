from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from archive_api.captures import CaptureStore
from archive_api.document import Document
from archive_api.store import Store, open_store
from archive_api.verify import verify
from crawler.extraction import Encoding, Extraction, Hints, Page, PageType
from crawler.ingest import Ingest
from tests.ingest.site import exchange

CRAWLER = """
import sys
from pathlib import Path
from archive_api.captures import CaptureStore
from archive_api.store import open_store
from crawler.ingest import Ingest
from tests.ingest.site import article, exchange
folder = Path(sys.argv[1])
ingest = Ingest(CaptureStore(folder / "captures", max_bytes=20_000), open_store(f"sqlite:///{folder / 'archive.db'}"))
for n in range(100_000):
    ingest.add(exchange(f"/tzgg/{n}.html", article(f"第{n}期青年工作简报")))
    print(n, ingest.counts["document"], flush=True)
"""


class CaughtUp:
    """An index that is where the store is."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def seq(self) -> int:
        return self.store.last_seq()

    def scan(self, _query: object) -> Iterator[str]:
        return iter([record.id for record in self.store.changes(0)])

    def check(self) -> list[str]:
        return []


def plain_read(page: Page, _hints: Hints) -> Extraction:
    text = page.body.decode()
    return Extraction(
        type=PageType.ARTICLE,
        reason="test",
        document=Document(url=page.url, title=text, text=text),
        encoding=Encoding(declared=None, used="utf-8"),
    )


def opened(folder: Path, store: Store) -> tuple[CaptureStore, Ingest]:
    captures = CaptureStore(folder, max_bytes=4_000)
    return captures, Ingest(captures, store, read=plain_read, clock=lambda: 0.0)


ADD = st.tuples(st.just("add"), st.integers(0, 3), st.integers(0, 1))
ACTIONS = st.lists(
    ADD | st.just(("flush", 0, 0)) | st.tuples(st.just("crash"), st.integers(0, 900), st.just(0)), max_size=25
)


@settings(max_examples=20, deadline=None)
@given(actions=ACTIONS)
def test_whatever_crashes_and_whenever_the_layers_agree_after_a_recovery(actions: list[tuple[str, int, int]]) -> None:
    with TemporaryDirectory() as made:
        folder = Path(made) / "captures"
        store = open_store(f"sqlite:///{Path(made) / 'archive.db'}")
        captures, ingest = opened(folder, store)
        durable: dict[str, int] = {}
        for n, (what, one, two) in enumerate(actions):
            if what == "add":
                ingest.add(exchange(f"/{one}.html", f"正文{two}".encode(), n=n))
            elif what == "flush":
                ingest.flush()
            else:
                captures._give_up()  # what the death of a process does: the file stays open, its lock goes
                lose_what_was_not_synced(folder, durable, one)
                captures, ingest = opened(folder, store)
                ingest.recover()
            if not ingest._waiting:
                durable = {path.name: path.stat().st_size for path in folder.glob("*.open")}
        ingest.flush()
        captures.close()
        ingest.recover()
        report = verify(captures, store, CaughtUp(store))
        assert report.problems == ()
        assert report.counts["captures_not_in_store"] == report.counts["captures_pending"] == 0
        check_documents(captures, store)
        store.close()


def lose_what_was_not_synced(folder: Path, durable: dict[str, int], most: int) -> None:
    for path in folder.glob("*.open"):
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.truncate(max(durable.get(path.name, 0), size - most))


def check_documents(captures: CaptureStore, store: Store) -> None:
    """The store holds what the newest capture of each page says, and as many versions as the page has had turns."""
    turns: dict[str, list[str]] = {}
    found = [capture for file in captures.files() for capture, _, _ in captures.scan(file)]
    for capture in sorted(found, key=lambda one: one.fetched_at):
        digests = turns.setdefault(capture.url, [])
        if digests[-1:] != [capture.payload_sha256]:
            digests.append(capture.payload_sha256)
    assert {url: len(store.versions(url)) for url in turns} == {url: len(digests) for url, digests in turns.items()}
    assert store.counts()["documents"] == len(turns)


def test_a_crawl_killed_at_any_time_is_completed_by_a_recovery(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", CRAWLER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as told:
        line = next(line for line in told if int(line.split()[0]) >= 75)
        process.send_signal(signal.SIGKILL)
    process.wait(timeout=60)
    added, recorded = (int(number) for number in line.split())
    store = open_store(f"sqlite:///{tmp_path / 'archive.db'}")
    assert store.counts()["documents"] >= recorded
    captures = CaptureStore(tmp_path / "captures", max_bytes=20_000)
    Ingest(captures, store).recover()
    report = verify(captures, store, CaughtUp(store))
    assert report.problems == ()
    assert report.counts["captures_not_in_store"] == 0
    assert store.counts()["documents"] == report.counts["captures"] > added
    store.close()
