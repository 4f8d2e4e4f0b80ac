"""One engine with one corpus, measured in a process of its own."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from tests.bench.search.asking import NUMBERS, Ask, Shape, questions
from tests.bench.search.corpus import Corpus
from tests.bench.search.engines import Engine

ROUNDS = 3
"""The first one warms up and is not counted."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of one engine: seconds to fill, of the clock and of processors, bytes, resident bytes, answers, counts.

    `answer_processor` is the mean of processor seconds for one answer, `answers` are seconds of the clock.
    """

    name: str
    documents: int
    text_bytes: int
    fill_seconds: float
    fill_processor: float
    index_bytes: int
    filling_resident: int
    asking_resident: int
    asking_private: int
    answer_processor: float
    answers: dict[Shape, list[float]]
    counts: dict[int, int]

    def percentiles(self, *shapes: Shape) -> tuple[float, float, float]:
        """The 50th, 95th and 99th percentile of the answers of these shapes, of all where none is named; seconds."""
        seconds = [one for shape, some in self.answers.items() if not shapes or shape in shapes for one in some]
        cut = quantiles(seconds, n=100, method="inclusive")
        return cut[49], cut[94], cut[98]


def measure(
    name: str, make: Callable[[], Engine], corpus: Corpus, clients: int = 1, pid: int | None = None
) -> Measured:
    """Fill it, ask it, and say how it went. `pid` is the process that works, this one if none is given."""
    engine = make()
    try:
        start, processor = time.perf_counter(), _processor(pid)
        engine.fill(corpus)
        seconds, filled = time.perf_counter() - start, _processor(pid)
        filling = _memory(pid)["VmHWM"]
        asked = questions(corpus.sentences)
        answers, counts = _asked(engine, asked, clients)
        memory, answered = _memory(pid), _processor(pid)
        return Measured(
            name=name,
            documents=corpus.number,
            text_bytes=sum(_length(corpus, seq) for seq in _sample(corpus)) * corpus.number // len(_sample(corpus)),
            fill_seconds=seconds,
            fill_processor=filled - processor,
            answer_processor=(answered - filled) / max(1, ROUNDS * len(counts)),
            index_bytes=engine.size(),
            filling_resident=filling,
            asking_resident=memory["VmRSS"],
            asking_private=memory["RssAnon"],
            answers=answers,
            counts=counts,
        )
    finally:
        engine.close()


def _asked(engine: Engine, asked: Sequence[Ask], clients: int) -> tuple[dict[Shape, list[float]], dict[int, int]]:
    answers: dict[Shape, list[float]] = {shape: [] for shape in NUMBERS}
    counts: dict[int, int] = {}

    def one(at: int) -> tuple[int, float, int | None]:
        start = time.perf_counter()
        found = engine.ask(asked[at])
        return at, time.perf_counter() - start, found

    with ThreadPoolExecutor(clients) as pool:
        for number in range(ROUNDS):
            order = random.Random(number).sample(range(len(asked)), len(asked))
            for at, seconds, found in pool.map(one, order):
                if found is None:
                    continue
                counts[at] = found
                if number:
                    answers[asked[at].shape].append(seconds)
    return {shape: some for shape, some in answers.items() if some}, counts


def _processor(pid: int | None) -> float:
    """Processor seconds of this process, of those that it waited for, and of the other one."""
    times = os.times()
    own = times.user + times.system + times.children_user + times.children_system
    if pid is None:
        return own
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return own + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _sample(corpus: Corpus) -> range:
    return range(1, corpus.number + 1, max(1, corpus.number // 2000))


def _length(corpus: Corpus, seq: int) -> int:
    (record,) = corpus.records(seq, seq)
    return len(((record.document.title or "") + record.document.text).encode())


def _memory(pid: int | None) -> dict[str, int]:
    """Bytes that a process holds, or held at most (VmHWM)."""
    status = Path(f"/proc/{pid or 'self'}/status").read_text(encoding="utf-8")
    rows = (line.split() for line in status.splitlines())
    return {row[0].rstrip(":"): int(row[1]) * 1024 for row in rows if len(row) > 2 and row[2] == "kB"}
