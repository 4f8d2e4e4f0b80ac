"""What is measured beside each other: our two engines, SQLite's full-text search, and looking through every text."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

from archive_api.index import open_index
from archive_api.index.analysis import fold, fold_term, occurrences, units
from archive_api.index.base import Query, SearchIndex
from archive_api.index.catchup import catch_up, rebuild
from archive_api.index.elastic_address import parse_address
from archive_api.index.views import facets, trend
from tests.bench.search.asking import DISTANCE, LIMIT, Ask
from tests.bench.search.corpus import Corpus
from tests.elasticsearch.clusters import drop

_BATCH = 2000


class Engine(Protocol):
    """One way to search. `ask` gives how many documents match, and has looked up the first of them; None: it cannot."""

    def fill(self, corpus: Corpus) -> None: ...
    def ask(self, asked: Ask) -> int | None: ...
    def size(self) -> int: ...
    def close(self) -> None: ...


class Embedded:
    """Ours in a folder, filled as `league index --rebuild` fills it, or window by window as `league index` does."""

    def __init__(self, *, windows: bool = False) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="league-bench-"))
        self._index = open_index(f"tantivy://{self._folder / 'index'}")
        self._fill: Callable[[Corpus, SearchIndex], int] = catch_up if windows else rebuild

    def fill(self, corpus: Corpus) -> None:
        self._fill(corpus, self._index)

    def ask(self, asked: Ask) -> int | None:
        return _ask(self._index, asked)

    def size(self) -> int:
        return _size(self._folder)

    def close(self) -> None:
        self._index.close()
        shutil.rmtree(self._folder)


class Elastic:
    """Ours in a cluster, filled and asked by so many clients."""

    def __init__(self, address: str, clients: int) -> None:
        self._address, self._clients = address, clients
        self._index = open_index(address)

    def fill(self, corpus: Corpus) -> None:
        if self._clients == 1:
            rebuild(corpus, self._index)
            return
        self._index.apply([], seq=0)
        ends = [corpus.number * part // self._clients for part in range(self._clients + 1)]
        with ProcessPoolExecutor(self._clients, mp_context=get_context("spawn")) as pool:
            parts = [pool.submit(_fill_part, self._address, corpus, first + 1, last) for first, last in pairwise(ends)]
            for part in parts:
                part.result()

    def ask(self, asked: Ask) -> int | None:
        return _ask(self._index, asked)

    def size(self) -> int:
        with parse_address(self._address).client() as client:
            name = f"{parse_address(self._address).name}-m*"
            client.indices.flush(index=name, wait_if_ongoing=True)
            stats = client.indices.stats(index=name, metric="store")
        return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])

    def close(self) -> None:
        self._index.close()
        drop(self._address)


class Sqlite:
    """FTS5 without content: every character is a word of it, and so is every break."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="league-bench-"))
        self._database = sqlite3.connect(self._folder / "fts.db", check_same_thread=False)
        self._database.execute("CREATE VIRTUAL TABLE texts USING fts5(title, text, content='', tokenize='unicode61')")

    def fill(self, corpus: Corpus) -> None:
        rows = ((one.seq, _spaced(one.document.title or ""), _spaced(one.document.text)) for one in corpus.records())
        self._database.executemany("INSERT INTO texts(rowid, title, text) VALUES (?, ?, ?)", rows)
        self._database.commit()

    def ask(self, asked: Ask) -> int | None:
        phrases = [f'"{_spaced(term)}"' for term in asked.terms]
        match asked.shape:
            case "term" | "and":
                match = " AND ".join(phrases)
            case "or":
                match = " OR ".join(phrases)
            case "near":
                match = f"NEAR({' '.join(phrases)}, {DISTANCE})"
            case _:
                return None
        total = self._database.execute("SELECT count(*) FROM texts WHERE texts MATCH ?", (match,)).fetchone()[0]
        first = "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?"
        self._database.execute(first, (match, LIMIT)).fetchall()
        return int(total)

    def size(self) -> int:
        return _size(self._folder)

    def close(self) -> None:
        self._database.close()
        shutil.rmtree(self._folder)


class Scan:
    """Every folded text in memory, looked through from the first to the last."""

    def __init__(self) -> None:
        self._texts: list[tuple[str, str]] = []

    def fill(self, corpus: Corpus) -> None:
        self._texts = [(fold(one.document.title or ""), fold(one.document.text)) for one in corpus.records()]

    def ask(self, asked: Ask) -> int | None:
        terms = [fold_term(term) for term in asked.terms]
        if asked.shape not in {"term", "and", "or"}:
            return None
        enough = any if asked.shape == "or" else all
        return sum(enough(_stands(term, text) for term in terms) for text in self._texts)

    def size(self) -> int:
        return 0

    def close(self) -> None:
        self._texts.clear()


def _ask(index: SearchIndex, asked: Ask) -> int:
    if asked.shape == "trend":
        lines = trend(index, Query(), [asked.query.text], split="level").lines
        return sum(cell.count for line in lines for cell in line.cells)
    if asked.shape == "faceted":
        facets(index, asked.query, ("kind", "period", "level", "province"))
    return index.search(asked.query).total


def _fill_part(address: str, corpus: Corpus, first: int, last: int) -> None:
    index = open_index(address)
    for start in range(first, last + 1, _BATCH):
        end = min(start + _BATCH - 1, last)
        index.apply(corpus.records(start, end), seq=end)
    index.close()


def _stands(term: str, texts: tuple[str, str]) -> bool:
    return any(next(occurrences(term, text), None) is not None for text in texts)


def _spaced(text: str) -> str:
    return " ".join(units(fold(text)))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
