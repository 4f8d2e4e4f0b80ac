"""The figures as tables in Markdown, and what they are to reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from tests.bench.search.asking import NUMBERS
from tests.bench.search.measuring import ROUNDS, Measured

_MILLION = 1_000_000
_SMALL = 20_000


def report(machine: str, done: Sequence[Measured]) -> str:
    """All tables."""
    lines = ["# Search, measured", "", machine, "", *_filling(done), "", *_answering(done), "", *_reached(done)]
    return "\n".join(lines) + "\n"


def _filling(done: Sequence[Measured]) -> Iterator[str]:
    yield "| filling | documents | documents/s | processor, µs a document | index ÷ text | most memory, MB |"
    yield "|---|---|---|---|---|---|"
    for one in done:
        speed = one.documents / one.fill_seconds
        ratio = f"{one.index_bytes / one.text_bytes:.2f}" if one.index_bytes else "–"
        yield (
            f"| {one.name} | {one.documents:,} | {speed:,.0f} | {1e6 * one.fill_processor / one.documents:,.0f} "
            f"| {ratio} | {one.filling_resident / 2**20:,.0f} |"
        )


def _answering(done: Sequence[Measured]) -> Iterator[str]:
    yield f"{sum(NUMBERS.values())} questions, each {ROUNDS - 1} times after a round of warming up: how many match, and"
    yield "the first 20 by relevance. Milliseconds. Memory: resident, and of that, what are no files of the index."
    yield ""
    shapes = " | ".join(f"p95 {shape}" for shape in NUMBERS)
    yield f"| answering | documents | p50 | p95 | p99 | {shapes} | processor, mean | memory, MB |"
    yield f"|---|---|---|---|---|{'---|' * len(NUMBERS)}---|---|"
    for one in done:
        every = " | ".join(f"{seconds * 1000:.2f}" for seconds in one.percentiles())
        tails = (f"{one.percentiles(s)[1] * 1000:.2f}" if s in one.answers else "–" for s in NUMBERS)
        yield (
            f"| {one.name} | {one.documents:,} | {every} | {' | '.join(tails)} "
            f"| {one.answer_processor * 1000:.2f} "
            f"| {one.asking_resident / 2**20:,.0f}, {one.asking_private / 2**20:,.0f} |"
        )


def _reached(done: Sequence[Measured]) -> Iterator[str]:
    yield "| to reach | got |"
    yield "|---|---|"
    sizes = sorted({one.documents for one in done})
    for size in sizes:
        by_name = {one.name: one for one in done if one.documents == size}
        ours, theirs = by_name.get("tantivy"), by_name.get("Elasticsearch, 1 client")
        if ours and theirs:
            faster = theirs.fill_seconds / ours.fill_seconds
            p95 = _both(theirs, ours) / _both(ours, theirs)
            yield _line(f"{size:,}: filling ≥ 3 × as fast as Elasticsearch, one client", f"{faster:.1f} ×", faster >= 3)
            spent = theirs.fill_processor / ours.fill_processor
            yield _line(f"{size:,}: filling, processor seconds: ≥ 3 × fewer", f"{spent:.1f} ×", spent >= 3)
            yield _line(f"{size:,}: p95 ≥ 3 × as fast as Elasticsearch's", f"{p95:.1f} ×", p95 >= 3)
            speed = theirs.documents / theirs.fill_seconds
            yield _line(f"{size:,}: Elasticsearch ≥ 300 documents/s", f"{speed:,.0f}", speed >= 300)
        yield from _counts(size, list(by_name.values()))
    ours_by_size = {one.documents: one for one in done if one.name == "tantivy"}
    if (most := ours_by_size.get(_MILLION)) is not None:
        p95, held = most.percentiles()[1] * 1000, max(most.filling_resident, most.asking_resident) / 2**30
        yield _line("1,000,000: p95 < 100 ms", f"{p95:.1f} ms", p95 < 100)
        yield _line("1,000,000: < 2 GB resident", f"{held:.2f} GB", held < 2)
        if few := ours_by_size.get(_SMALL):
            cost = (most.fill_processor / most.documents) / (few.fill_processor / few.documents)
            yield _line("cost of a document at 1,000,000 ≤ 1.3 × that at 20,000", f"{cost:.2f} ×", cost <= 1.3)


def _both(one: Measured, other: Measured) -> float:
    """The p95 of the shapes that both answer."""
    return one.percentiles(*(shape for shape in NUMBERS if shape in one.answers and shape in other.answers))[1]


def _counts(size: int, some: Sequence[Measured]) -> Iterator[str]:
    near = range(
        sum(NUMBERS[shape] for shape in ("term", "and", "or")), sum(NUMBERS[s] for s in ("term", "and", "or", "near"))
    )
    for one, other in combinations(some, 2):
        # FTS5's NEAR counts words between two phrases: another question
        skipped = set(near) if "SQLite FTS5" in {one.name, other.name} else set()
        shared = (one.counts.keys() & other.counts.keys()) - skipped
        same = sum(one.counts[at] == other.counts[at] for at in shared)
        if same < len(shared) or "tantivy" in {one.name, other.name}:
            yield _line(
                f"{size:,}: same counts, {one.name} and {other.name}", f"{same} of {len(shared)}", same == len(shared)
            )


def _line(goal: str, got: str, reached: bool) -> str:  # noqa: FBT001 - a mark of the line
    return f"| {goal} | {'✓' if reached else '✗'} {got} |"
