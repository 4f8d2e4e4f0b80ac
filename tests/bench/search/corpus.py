"""Documents to measure with, as many as asked, made one by one: sentences of real texts in random order.

The sentences come from the texts kept beside the project; where those are not there, they are put together at random
from the league's own words. A document's number stands in its title, so that something is rare.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive_api.document import Address, Document, Kind, Level, Period, Precision, Record, State
from archive_api.index.words import LEAGUE_WORDS

TEXTS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "text"
REGIONS = ("110105", "320100", "320803", "321300", "430702", "440300", "510923", "610100", None)
PLACES = ("云汀县", "清岚市", "汀南区", "岚西县", "望川市")
_LAST_DAY = 28


@dataclass(frozen=True, slots=True)
class Corpus:
    """So many documents of about `length` characters, the same ones each time."""

    number: int
    length: int
    sentences: Sequence[str]

    def records(self, first: int = 1, last: int | None = None) -> Iterator[Record]:
        """The documents from one seq to another, both included."""
        for seq in range(first, (last or self.number) + 1):
            yield self._record(seq)

    def changes(self, after: int, limit: int = 1000) -> list[Record]:
        """As a store gives them to an index."""
        return list(self.records(after + 1, min(after + limit, self.number)))

    def with_past(self, current: Sequence[Record], *, after: int | None = None) -> list[Record]:  # noqa: ARG002 - none has a past
        return list(current)

    def last_seq(self) -> int:
        """The last document's number."""
        return self.number

    def _record(self, seq: int) -> Record:
        rng = random.Random(seq)
        year, place = rng.randrange(2008, 2027), rng.choice(PLACES)
        picked: list[str] = []
        length = 0
        while length < self.length:
            picked.append(rng.choice(self.sentences))
            length += len(picked[-1])
        cut = rng.randrange(len(picked))
        kind = rng.choice(list(Kind))
        return Record(
            id=f"{seq:016x}",
            version=1,
            seq=seq,
            source=f"source{seq % 40}",
            state=State.LIVE,
            edited=False,
            first_seen="2026-11-22T01:02:03.456789Z",
            last_seen="2026-11-22T01:02:03.456789Z",
            capture=Address(file="league-1.warc.gz", offset=0),
            document=Document(
                url=f"https://tuan.yunting.example/{seq}",
                title=f"{place}{year}年{picked[cut][:12]}第{seq}号",
                text="".join(picked[:cut]) + "\n" + "".join(picked[cut:]),
                kinds=(kind,),
                periods=(Period(year=year),),
                published=f"{year + 1}-{rng.randrange(1, 13):02}-{rng.randrange(1, _LAST_DAY):02}",
                published_precision=Precision.DAY,
                issuer=f"共青团{place}委员会",
                level=rng.choice(list(Level)),
                region=rng.choice(REGIONS),
            ),
        )


def open_corpus(number: int, length: int) -> Corpus:
    """So many documents, of real sentences where there are any."""
    return Corpus(number, length, real_sentences() or made_sentences())


def real_sentences() -> list[str]:
    """Every sentence of the texts beside the project, each once; empty where they are not there."""
    sentences: dict[str, None] = {}
    for path in sorted(TEXTS.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                text = re.sub(r"\s+", "", json.loads(line)["text"])
                sentences |= dict.fromkeys(re.findall("[^。！？]{4,300}[。！？]", text))
    return list(sentences)


def made_sentences(number: int = 20_000) -> list[str]:
    """Sentences of the league's words, for where there are no real ones."""
    rng = random.Random(1)
    words = [word for line in LEAGUE_WORDS.read_text(encoding="utf-8").splitlines() for word in line.split()]
    common = words[: len(words) // 5]
    return [
        "".join(rng.choice(common if rng.random() < 0.6 else words) for _ in range(rng.randrange(4, 14))) + "。"
        for _ in range(number)
    ]
