"""How well extraction reads the real pages kept beside the project: `python tests/bench/extraction.py [SITE…]`.

Prints a line a site and the pages that went wrong (`--wrong`). For the speed, and others beside ours: contest.py.
"""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crawler.extraction import Extraction, Page, PageType, read

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
_GRAM = 4


@dataclass(slots=True)
class Score:
    """The sums of one site, or of all."""

    f1: list[float] = field(default_factory=list)
    titles: list[bool] = field(default_factory=list)
    dates: list[bool] = field(default_factory=list)
    types: Counter[tuple[str, str]] = field(default_factory=Counter)
    rows_found: int = 0
    rows_gold: int = 0
    rows_given: int = 0
    row_dates: list[bool] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def squeeze(text: str | None) -> str:
    """NFKC without white space."""
    return "".join(unicodedata.normalize("NFKC", text or "").split())


def gram_f1(got: str, gold: str) -> float:
    """F1 of the two texts' character 4-grams, white space left out; shorter texts count as one gram."""
    left, right = _grams(got), _grams(gold)
    shared = sum((left & right).values())
    return 2 * shared / (left.total() + right.total()) if left or right else 1.0


def _grams(text: str) -> Counter[str]:
    bare = "".join(text.split())
    if not bare:
        return Counter()
    return Counter(bare[i : i + _GRAM] for i in range(max(1, len(bare) - _GRAM + 1)))


def gold_rows(path: Path = SHARED / "pages.jsonl") -> Iterator[dict[str, object]]:
    """The rows of pages.jsonl."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def page_of(row: dict[str, object]) -> Page:
    """A gold row's page; its address on a made-up host keeps the relative links right."""
    relative = str(row["html_path"])
    return Page(url=f"http://127.0.0.1/{relative}", body=(SHARED / relative).read_bytes(), media_type="text/html")


def add(score: Score, row: dict[str, object], got: Extraction) -> None:
    """Counts one page in."""
    kind = str(row["kind"])
    score.types[(kind, got.type.value)] += 1
    name = str(row["html_path"])
    if kind == "article":
        _add_article(score, row, got, name)
    elif got.type is PageType.ARTICLE:
        score.wrong.append(f"TYPE {name}: {kind}, read as article ({got.reason}): {got.document.title!r}")
    if kind == "list":
        _add_list(score, row, got, name)


def _add_article(score: Score, row: dict[str, object], got: Extraction, name: str) -> None:
    if got.type is not PageType.ARTICLE:
        score.wrong.append(
            f"TYPE {name}: article, read as {got.type} ({got.reason}); gold text {len(str(row['gold_text'] or ''))}"
        )
    if row["gold_text"]:
        f1 = gram_f1(got.document.text, str(row["gold_text"]))
        score.f1.append(f1)
        if f1 < 0.95:
            score.wrong.append(f"TEXT {name}: {f1:.3f} got {len(got.document.text)} gold {len(str(row['gold_text']))}")
    if row["gold_title"]:
        score.titles.append(squeeze(got.document.title) == squeeze(str(row["gold_title"])))
        if not score.titles[-1]:
            score.wrong.append(
                f"TITLE {name}: {got.document.title!r} gold {row['gold_title']!r} {got.document.evidence.get('title')}"
            )
    if row["gold_date"]:
        score.dates.append((got.document.published or "")[:10] == str(row["gold_date"])[:10])
        if not score.dates[-1]:
            score.wrong.append(f"DATE {name}: {got.document.published!r} gold {row['gold_date']!r}")


def _add_list(score: Score, row: dict[str, object], got: Extraction, name: str) -> None:
    if got.type not in {PageType.LIST, PageType.HOME}:
        score.wrong.append(f"TYPE {name}: list, read as {got.type} ({got.reason})")
    items = [item for item in row["gold_list_items"] if usable(item)]  # type: ignore[attr-defined]  # JSON
    dates: dict[str, set[str | None]] = {}
    for one in got.rows:
        dates.setdefault(bare(one.title), set()).add(one.date)
    found = [item for item in items if bare(str(item["title"])) in dates]
    score.rows_gold += len(items)
    score.rows_found += len(found)
    score.rows_given += len(got.rows)
    score.row_dates += [item["date"] in dates[bare(str(item["title"]))] for item in found if item["date"]]
    if len(found) < len(items):
        missing = [str(item["title"]) for item in items if item not in found]
        score.wrong.append(f"ROWS {name}: {len(found)} of {len(items)}, given {len(got.rows)}; missing {missing[:3]}")


def bare(title: str) -> str:
    """A row's title for comparing."""
    return squeeze(title).lstrip("·•")


def usable(item: dict[str, object]) -> bool:
    """Whether a gold row's link can be followed at all."""
    return bool(item.get("href")) and not str(item["href"]).startswith("javascript")


def measure(sites: Iterable[str] = ()) -> dict[str, Score]:
    """Scores by site, over the given sites or all."""
    wanted = set(sites)
    scores: dict[str, Score] = {}
    for row in gold_rows():
        source = str(row["source"])
        if not wanted or source in wanted:
            add(scores.setdefault(source, Score()), row, read(page_of(row)))
    return scores


def mean(values: list[float] | list[bool]) -> float:
    """The mean, 1 of nothing."""
    return sum(values) / len(values) if values else 1.0


def summary(score: Score) -> str:
    """One line of figures."""
    types = " ".join(f"{gold}>{got}:{count}" for (gold, got), count in sorted(score.types.items()))
    return (
        f"text {mean(score.f1):.3f} ({len(score.f1)})  titles {mean(score.titles):.3f} ({len(score.titles)})  "
        f"dates {mean(score.dates):.3f} ({len(score.dates)})  rows {score.rows_found}/{score.rows_gold} "
        f"(given {score.rows_given}) row dates {mean(score.row_dates):.3f}  {types}"
    )


def main() -> int:
    """Prints the scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sites", nargs="*")
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args()
    if not SHARED.is_dir():
        sys.stdout.write(f"{SHARED} is absent: nothing to measure\n")
        return 1
    for site, score in measure(options.sites).items():
        sys.stdout.write(f"{site:16} {summary(score)}\n")
        if options.wrong:
            sys.stdout.writelines(f"    {line}\n" for line in score.wrong)
    return 0


if __name__ == "__main__":
    sys.exit(main())
