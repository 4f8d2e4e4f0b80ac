"""`python -m tests.simulator --nights N --seed S`: plays nights, crawls each site each night, prints the scores."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

from archive_api.document import Record
from archive_api.settings import Settings
from archive_api.store import open_store
from crawler.machine import written
from tests.simulator.families.every import FAMILIES
from tests.simulator.score import Score, score_site
from tests.simulator.server import Served, serve
from tests.simulator.world import make_world

_HEADER = (
    "family",
    "found",
    "published",
    "false",
    "dup",
    "title",
    "date",
    "text",
    "state",
    "asked",
    "fewest",
    "due",
    "×",
    "at-once",
    "gap-ms",
    "robots",
    "traps",
)


_SUMS = ("quiet", "all")
"""`quiet`: the sites to which nothing happened tonight."""


def main() -> int:
    """Plays what the arguments say. 1 where a crawl could not be begun, 0 otherwise, whatever the scores are."""
    asked = _arguments()
    worst = 0
    world = make_world(asked.seed, family=asked.family, articles=asked.articles)
    with new_home(asked.home) as home, serve(world.sites) as served:
        for night in range(asked.nights):
            if night:
                world.pass_night()
            for one in served:
                one.log.clear()
            with ThreadPoolExecutor(asked.crawls) as pool:
                ended = list(pool.map(lambda one: _crawl(Path(home), one, asked.kill), served))
            worst = max(worst, *(code for code, _ in ended))
            complaints = [f"  {one.site.name}: {said}\n" for one, (_, said) in zip(served, ended, strict=True) if said]
            sys.stdout.writelines([f"\nnight {night + 1}\n", *map(_happened, served), *complaints])
            _print(served, _records(Path(home)), by_site=asked.family is not None)
    return 1 if worst > 1 else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--nights", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--family", choices=[family.name for family in FAMILIES], help="only its sites, a line each")
    parser.add_argument("--articles", type=int, default=16, help="on each site in the first night")
    parser.add_argument("--crawls", type=int, default=2, help="how many sites are crawled at one time")
    parser.add_argument("--kill", type=float, default=0.0, help="the share of crawls that are killed in the middle")
    parser.add_argument("--home", type=Path, help="a new folder for the archive; it is kept")
    return parser.parse_args()


def new_home(named: Path | None) -> nullcontext[str] | tempfile.TemporaryDirectory[str]:
    """A folder for the archive: the one named, which must be new, or one that goes away at the end."""
    if named is None:
        return tempfile.TemporaryDirectory(prefix="league-simulator-")
    if named.exists():
        sys.exit(f"{named}: exists already; the sites have other ports each time, so an archive is for one play only")
    return nullcontext(str(named))


def _crawl(home: Path, one: Served, kill: float) -> tuple[int, str]:
    """The command's exit code, and what it complained of: 1 is a crawl that met problems, which is what is played."""
    begins = one.site.today.isoformat()
    command = [sys.executable, "-m", "tests.simulator.crawl", str(home), one.url, begins]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    random = one.site.random("kill", one.site.night)
    try:
        said = process.communicate(timeout=random.uniform(1, 4) if random.random() < kill else None)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        _free(home, process.pid)
        return 0, "killed"
    return process.returncode, said.strip()


def _free(home: Path, pid: int) -> None:
    """What two minutes would do: the leases of a killed crawl end."""
    store = open_store(Settings(home=home).store_url)
    for owner in set(store.held_hosts(written(store.clock())).values()):
        if owner.split(":")[1] == str(pid):
            store.release_hosts(owner)
    store.close()


def _records(home: Path) -> list[Record]:
    store = open_store(Settings(home=home).store_url)
    try:
        found: list[Record] = []
        while page := store.changes(found[-1].seq if found else 0):
            found += page
        return found
    finally:
        store.close()


def _print(served: Sequence[Served], records: Sequence[Record], *, by_site: bool) -> None:
    scores: dict[str, Score] = {}
    for one in served:
        score = score_site(one, records)
        names = (one.site.name if by_site else one.site.family.name, *(["quiet"] if one.site.is_quiet else []), "all")
        for name in names:
            total = scores.setdefault(name, Score())
            total += score
    lines = [
        _HEADER,
        *(_line(name, score) for name, score in scores.items() if name not in _SUMS),
        *(_line(name, scores[name]) for name in _SUMS if name in scores),
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADER))]
    for line in lines:
        cells = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        sys.stdout.write("  ".join((line[0].ljust(widths[0]), *cells)) + "\n")
    sys.stdout.flush()


def _happened(one: Served) -> str:
    matters = ", ".join(sorted(one.site.tonight))
    return f"  {one.site.name}: {matters}\n" if matters else ""


def _line(name: str, score: Score) -> tuple[str, ...]:
    share = f"{score.found / score.published:.3f}" if score.published else "–"
    numbers = (
        score.published,
        score.false,
        score.duplicates,
        score.titles,
        score.dates,
        score.texts,
        score.states,
        score.requests,
        score.fewest,
        score.due,
    )
    wanted = score.fewest + score.due
    cost = f"{score.requests / wanted:.2f}" if wanted else "–"
    manners = (score.most_at_once, f"{score.shortest_gap * 1000:.0f}", score.robots, score.traps)
    return (name, share, *map(str, numbers), cost, *map(str, manners))


if __name__ == "__main__":
    sys.exit(main())
