"""How fast the index fills and answers, beside others: `python -m tests.bench.search`, or `make bench`.

Prints a report in Markdown and writes it to a file. Figures of one run only are to be compared.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

from tests.bench.search.corpus import Corpus, open_corpus
from tests.bench.search.engines import Elastic, Embedded, Engine, Scan, Sqlite
from tests.bench.search.measuring import Measured, measure
from tests.bench.search.report import report
from tests.elasticsearch.distribution import UnavailableError
from tests.elasticsearch.server import Cluster, running

MANY_CLIENTS = 4
MOST_SCANNED = 20_000
MOST_BESIDE = 200_000


def main() -> int:
    """Measure, print, write."""
    options = _options()
    sizes = [size for size in options.sizes if size <= MOST_BESIDE]
    done: list[Measured] = []
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(running()) if sizes and not options.without_elasticsearch else None
        for size in sizes:
            done += _beside_each_other(open_corpus(size, options.length), cluster)
        for size in options.sizes:
            if size > MOST_BESIDE:
                done.append(_apart("tantivy", Embedded, open_corpus(size, options.length)))
    text = report(_machine(options.length), done)
    sys.stdout.write(text)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(text, encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--sizes",
        type=lambda words: [int(word) for word in words.split(",")],
        default=[20_000, 100_000, 1_000_000],
        help=f"numbers of documents; above {MOST_BESIDE:,} for the embedded engine alone",
    )
    parser.add_argument("--length", type=int, default=1000, help="characters of a document, about")
    parser.add_argument("--without-elasticsearch", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("build/bench-search.md"))
    return parser.parse_args()


def _beside_each_other(corpus: Corpus, cluster: Cluster | None) -> Iterator[Measured]:
    yield _apart("tantivy", Embedded, corpus)
    yield _apart("tantivy, window by window", partial(Embedded, windows=True), corpus)
    for clients in (1, MANY_CLIENTS) if cluster else ():
        assert cluster
        make = partial(Elastic, cluster.address(f"bench-{os.getpid()}-{corpus.number}-{clients}"), clients)
        name = f"Elasticsearch, {clients} client{'s' if clients > 1 else ''}"
        yield _apart(name, make, corpus, clients, _server())
    yield _apart("SQLite FTS5", Sqlite, corpus)
    if corpus.number <= MOST_SCANNED:
        yield _apart("plain scan", Scan, corpus)


def _apart(name: str, make: Callable[[], Engine], corpus: Corpus, clients: int = 1, pid: int | None = None) -> Measured:
    """Measured in a process of its own, so that nobody's memory is another's."""
    sys.stderr.write(f"{name}, {corpus.number:,} documents …\n")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, name, make, corpus, clients, pid).result()


def _server() -> int:
    """The largest process below this one: the server."""
    sizes: dict[int, int] = {}
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            rows = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines() if ":" in line)
            pid = int(status.parent.name)
            parents[pid], sizes[pid] = int(rows["PPid"]), int(rows.get("VmRSS", "0 kB").split()[0])
    below = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    below.discard(os.getpid())
    if not below:
        raise UnavailableError("the server's process is not below this one")
    return max(below, key=lambda pid: sizes[pid])


def _machine(length: int) -> str:
    information = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.split(":")[1].strip() for line in information if line.startswith("model name")), "unknown")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    loads = " ".join(f"{load:.1f}" for load in os.getloadavg())
    return (
        f"{os.cpu_count()} × {model}, {memory:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, tantivy {version('tantivy')}; load at the end {loads}. "
        f"Documents of about {length:,} characters."
    )


if __name__ == "__main__":
    sys.exit(main())
