"""Records for the index's tests; everything named in them is invented."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from archive_api.document import Address, Attachment, Document, Kind, Level, Period, Precision, Record, State
from archive_api.index.base import Filters, Query, SearchIndex

REGIONS = ("320000", "320800", "320803", "321300", "110000", "110105", None)
ISSUERS = ("共青团云汀县委员会", "共青团清岚市委员会", "清岚大学团委 No.2", None)
NUMBERS = ("云青发〔2016〕3号", "清团字[2016] 12 号", None)
PUBLISHED = (
    ("2016", Precision.YEAR),
    ("2016-12", Precision.MONTH),
    ("2016-12-28", Precision.DAY),
    ("2017-01-03", Precision.DAY),
    ("2017-01-03T09:30:00+08:00", Precision.SECOND),
    ("2017-01-03T23:30:00Z", Precision.SECOND),
    (None, None),
)
SEEN = ("2026-11-22T01:02:03.456789Z", "2026-10-31T23:59:59.000000Z", "2025-01-01T00:00:00.000000Z")
ALPHABET = '共青团團工作总結志愿服务年度，。；（） 　\n—·％12３6aBｂé①℃々〇-"'
WORDS = (
    "2016",
    "2016年",
    "H5",
    "共青團",
    "工作總結",
    "Youth League",
    "志愿服务",
    "covid-19",
    "3.5",
    "１０%",
    "“两学一做”",
)


def record(
    key: str, seq: int, text: str = "", *, title: str | None = None, source: str = "qinglan", **more: Any
) -> Record:
    return Record(
        id=key,
        version=1,
        seq=seq,
        source=source,
        state=State.LIVE,
        edited=False,
        first_seen="2026-11-22T01:02:03.456789Z",
        last_seen="2026-11-22T01:02:03.456789Z",
        capture=Address(file="league-1.warc.gz", offset=0),
        document=Document(url=f"https://tuan.qinglan.example/{key}", title=title, text=text, **more),
    )


def random_text(rng: random.Random, length: int) -> str:
    pieces = [rng.choice(WORDS) if rng.random() < 0.15 else rng.choice(ALPHABET) for _ in range(rng.randrange(length))]
    return "".join(pieces)


def random_records(seed: int, number: int, *, length: int = 60) -> list[Record]:
    rng = random.Random(seed)
    seqs = rng.sample(range(1, number * 3), number)
    return [_random_record(rng, f"{at:016x}", seqs[at], length) for at in range(number)]


def _random_record(rng: random.Random, key: str, seq: int, length: int) -> Record:
    (published, precision), (written, written_precision) = rng.choice(PUBLISHED), rng.choice(PUBLISHED)
    made = record(
        key,
        seq,
        random_text(rng, length),
        title=random_text(rng, 12) or None,
        source=rng.choice(("qinglan", "yunting")),
        kinds=tuple(rng.sample(list(Kind), rng.randrange(3))),
        periods=tuple(_random_period(rng) for _ in range(rng.randrange(3))),
        published=published,
        published_precision=precision,
        region=rng.choice(REGIONS),
        written=written,
        written_precision=written_precision,
        issuer=rng.choice(ISSUERS),
        document_number=rng.choice(NUMBERS),
        issuer_printed=rng.choice(("云汀團縣委", "共青团 清岚市委（本级）", None)),
        level=rng.choice((*Level, None)),
        flags=tuple(rng.sample(("masked", "truncated", "template"), rng.choice((0, 0, 1, 2)))),
        attachments=rng.choice(((), (Attachment(name="表", url="https://tuan.qinglan.example/1.xls"),))),
    )
    return replace(made, state=rng.choice(list(State)), first_seen=rng.choice(SEEN))


def _random_period(rng: random.Random) -> Period:
    year = rng.randrange(2014, 2018)
    shape = rng.randrange(5)
    return Period(
        year=year,
        end_year=year + rng.randrange(3) if shape == 0 else None,
        half=rng.randrange(1, 3) if shape == 1 else None,
        quarter=rng.randrange(1, 5) if shape == 2 else None,
        month=rng.randrange(1, 13) if shape == 3 else None,
    )


def cut(rng: random.Random, texts: Sequence[str], longest: int) -> str:
    """A piece of one of the texts, now and then changed a little."""
    text = rng.choice(texts)
    start = rng.randrange(len(text) + 1)
    piece = text[start : start + rng.randrange(1, longest)]
    if piece and rng.random() < 0.2:
        at = rng.randrange(len(piece))
        piece = piece[:at] + rng.choice(ALPHABET) + piece[at + rng.randrange(2) :]
    return piece


class Shelf:
    """A store in memory: what `catch_up` needs of one. Of each document it keeps every record that was put."""

    def __init__(self, *records: Record, last: int = 0) -> None:
        self.history: dict[str, list[Record]] = {}
        self.last = last
        for one in records:
            self.put(one)

    @property
    def records(self) -> dict[str, Record]:
        return {key: history[-1] for key, history in self.history.items()}

    def put(self, one: Record) -> None:
        self.history.setdefault(one.id, []).append(one)
        self.last = max(self.last, one.seq)

    def changes(self, after: int, limit: int = 1000) -> list[Record]:
        newer = sorted((one for one in self.records.values() if one.seq > after), key=lambda one: one.seq)
        return newer[:limit]

    def with_past(self, current: Sequence[Record], *, after: int | None = None) -> list[Record]:
        wanted = {one.id for one in current}
        if after is not None and current:
            until = current[-1].seq
            wanted |= {key for key, all_ in self.history.items() if any(after < one.seq <= until for one in all_)}
        return [one for key in sorted(wanted) for one in self._standings(key)]

    def _standings(self, key: str) -> list[Record]:
        history = self.history[key]
        past = [replace(one, until=after.seq) for one, after in itertools.pairwise(history)]
        return [history[-1], *past]

    def as_of(self, seq: int) -> list[Record]:
        """What stood after that change, by seq."""
        stood = [[one for one in history if one.seq <= seq] for history in self.history.values()]
        return sorted((history[-1] for history in stood if history), key=lambda one: one.seq)

    def last_seq(self) -> int:
        return self.last


def found(index: SearchIndex, text: str = "") -> list[str]:
    return list(index.scan(Query(text=text)))


def generations(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("g"))


def only_generation(folder: Path) -> Path:
    (name,) = generations(folder)
    return folder / name


_TIMES = ("2016", "2015..2016", "2016..", "..2016", "none")
_DAYS = (*_TIMES, "2016-12", "2016-12-28", "2016-12-29..2017-01", "2018")
WORDS_OF = {
    "kinds": ("summary", "plan", "news", "none"),
    "periods": (*_TIMES, "2016H1", "2015-H2", "2016Q3", "2016-03", "2015Q4..2016H1", "2016-05..2016-06", "2019"),
    "published": _DAYS,
    "written": _DAYS,
    "first_seen": ("2026", "2026-10", "2026-11-22", "..2025", "2026-11-01..", "none"),
    "regions": (
        "32",
        "3208",
        "320000",
        "320803",
        "110000",
        "110105",
        "999999",
        "=320000",
        "=320800",
        "=110105",
        "none",
    ),
    "levels": (*Level, "none"),
    "issuers": (
        "清岚",
        "團 縣委",
        "no",
        "N",
        "（本级）",
        "共青团清岚市委员会",
        "=共青团清岚市委员会",
        "=云汀團縣委",
        "none",
    ),
    "sources": ("qinglan", "yunting", "elsewhere"),
    "states": tuple(State),
    "flags": ("masked", "template", "none"),
    "attachments": ("yes", "no"),
}


def random_filters(rng: random.Random, chance: float) -> Filters:
    """Each field with one or two words, by chance."""
    chosen: dict[str, Any] = {
        name: tuple(rng.sample(words, rng.randrange(1, 3))) for name, words in WORDS_OF.items() if rng.random() < chance
    }
    return Filters(**chosen)
