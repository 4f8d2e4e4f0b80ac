"""Ours beside other extractors on the real pages kept beside the project: `make bench-extraction`.

Every page goes through all of them, one right after the other in changing order, so that what else the machine does
hits all alike; each page is read once, with cold caches, as a crawl reads it. Processor time, decoding included.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from statistics import mean, median
from typing import TextIO

sys.path.insert(0, str(__file__).rsplit("/", 1)[0])

import extraction as bench  # type: ignore[import-not-found]  # run as a script: what is beside it has no package
from peers import Answer, peers, trafilatura_text  # type: ignore[import-not-found]

from crawler.extraction import Page, read

OURS, TEXT_ONLY = "ours", "trafilatura, text only"
_DAY = len("2000-01-01")
_ROUNDS = 3


@dataclass(slots=True)
class Marks:
    """How one extractor did on the articles of one site."""

    f1: list[float] = field(default_factory=list)
    titles: list[bool] = field(default_factory=list)
    dates: list[bool] = field(default_factory=list)
    wrong: list[bool] = field(default_factory=list)
    """Whether a date was asserted that is not the page's."""


@dataclass(slots=True)
class Contest:
    """Marks by extractor and site, seconds by extractor, pages that an extractor failed on, the rules of our bodies."""

    marks: dict[str, dict[str, Marks]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Marks)))
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    failed: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    pages: int = 0


def contest(rows: Iterable[Mapping[str, object]]) -> Contest:
    """The whole contest, in one process."""
    found = Contest()
    known = peers()
    readers: dict[str, Callable[[Page], Answer]] = {OURS: lambda page: _ours(page, found.rules)}
    readers |= {name: _decoding(ask) for name, ask in {**known, TEXT_ONLY: trafilatura_text()}.items()}
    _warm(readers)
    names = list(readers)
    for number, row in enumerate(rows):
        page = bench.page_of(dict(row))
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            _ask(found, name, readers[name], page, row)
        found.pages += 1
    return found


def _warm(readers: Mapping[str, Callable[[Page], Answer]]) -> None:
    """Loads the tables that each reader loads on its first page."""
    body = "<title>云汀县团委</title><h1>关于团课的通知</h1><p>发布时间：2020-01-02</p><p>云汀县团员请按时上课。</p>"
    for reader in readers.values():
        reader(Page(url="http://127.0.0.1/", body=body.encode(), media_type="text/html"))


def _ours(page: Page, rules: Counter[str]) -> Answer:
    made = read(page).document
    rules[made.evidence["text"].rule or "no body"] += 1
    return Answer(text=made.text, title=made.title, date=made.published)


def _decoding(ask: Callable[[str], Answer]) -> Callable[[Page], Answer]:
    return lambda page: ask(page.body.decode("utf-8", "replace"))


def _ask(found: Contest, name: str, reader: Callable[[Page], Answer], page: Page, row: Mapping[str, object]) -> None:
    began = time.process_time()
    try:
        answer = reader(page)
    except Exception:  # noqa: BLE001  # the border to foreign code: what it does not survive is counted
        found.failed[name] += 1
        answer = Answer()
    found.seconds[name] += time.process_time() - began
    if row["kind"] == "article":
        _mark(found.marks[name][str(row["source"])], answer, row)


def _mark(marks: Marks, answer: Answer, row: Mapping[str, object]) -> None:
    if row["gold_text"]:
        marks.f1.append(bench.gram_f1(answer.text or "", str(row["gold_text"])))
    if row["gold_title"]:
        marks.titles.append(bench.squeeze(answer.title) == bench.squeeze(str(row["gold_title"])))
    if row["gold_date"]:
        day = (answer.date or "")[:_DAY]
        marks.dates.append(day == str(row["gold_date"])[:_DAY])
        marks.wrong.append(bool(day) and not marks.dates[-1])


def pace(processes: int, pages: Sequence[Page]) -> dict[str, float]:
    """Pages a second by the clock on the wall of ours and of trafilatura (text only), in as many processes."""
    figures: defaultdict[str, list[float]] = defaultdict(list)
    shares = [pages[start::processes] for start in range(processes)]
    for _ in range(_ROUNDS):
        for name in (OURS, TEXT_ONLY):
            with ProcessPoolExecutor(processes) as pool:
                list(pool.map(_read_all, [name] * processes, [pages[:3]] * processes))
                began = time.perf_counter()
                list(pool.map(_read_all, [name] * processes, shares))
                figures[name].append(len(pages) / (time.perf_counter() - began))
    return {name: median(found) for name, found in figures.items()}


def _read_all(name: str, pages: Sequence[Page]) -> int:
    ask = _decoding(trafilatura_text())
    reader: Callable[[Page], object] = read if name == OURS else ask
    for page in pages:
        reader(page)
    return len(pages)


_FIGURES: Mapping[str, tuple[str, Callable[[Marks], Sequence[float]]]] = {
    "f1": ("text F1 (character 4-grams, white space left out)", lambda marks: marks.f1),
    "titles": ("titles equal after NFKC", lambda marks: marks.titles),
    "dates": ("dates of publication equal as days", lambda marks: marks.dates),
    "wrong": ("wrong dates asserted", lambda marks: marks.wrong),
}


def tell(found: Contest, out: TextIO) -> None:
    """Prints a table a figure: a row a site and the mean of the sites, a column an extractor; then the speed."""
    names = [name for name in found.marks if name != TEXT_ONLY]
    sites = sorted(found.marks[OURS])
    for head, values in _FIGURES.values():
        out.write(f"\n{head}\n{'':16}" + "".join(f"{name:>13}" for name in names) + "\n")
        rows = [[mean(values(found.marks[name][site])) for name in names] for site in sites]
        rows.append([mean(column) for column in zip(*rows, strict=True)])
        out.writelines(
            f"{site:16}" + "".join(f"{value:13.3f}" for value in row) + "\n"
            for site, row in zip((*sites, "mean of sites"), rows, strict=True)
        )
    _tell_speed(found, out)


def _tell_speed(found: Contest, out: TextIO) -> None:
    out.write(f"\n{found.pages} pages, processor time, each page once\n")
    for name, seconds in sorted(found.seconds.items(), key=lambda entry: entry[1]):
        failed = f", failed on {found.failed[name]}" if found.failed[name] else ""
        times = found.seconds[TEXT_ONLY] / seconds
        out.write(f"  {name:24}{found.pages / seconds:7.1f} pages/s{times:7.2f} ×{failed}\n")
    asked = found.rules["trafilatura"]
    out.write(
        f"trafilatura was asked for the body of {asked} pages; bodies by rule: {dict(found.rules.most_common())}\n"
    )


def main() -> int:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 2], help="also time these by the wall clock")
    options = parser.parse_args()
    if not bench.SHARED.is_dir():
        sys.stdout.write(f"{bench.SHARED} is absent: nothing to measure\n")
        return 1
    rows = list(bench.gold_rows())
    tell(contest(rows), sys.stdout)
    pages = [bench.page_of(row) for row in rows]
    for processes in options.processes:
        figures = pace(processes, pages)
        ratio = figures[OURS] / figures[TEXT_ONLY]
        told = f"ours {figures[OURS]:.0f} pages/s, trafilatura (text only) {figures[TEXT_ONLY]:.0f}: {ratio:.2f} ×"
        sys.stdout.write(f"{processes} process(es), by the wall clock: {told}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
