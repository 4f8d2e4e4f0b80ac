"""`league reextract`: what reading the whole archive again comes to, told and, where asked for, written."""

from __future__ import annotations

import fcntl
import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any, Final

from archive_api.errors import BusyError
from crawler.extraction import EXTRACTOR
from crawler.machine import now
from crawler.reextraction import Change, Reextraction, Reread

if TYPE_CHECKING:
    from pathlib import Path

    from scheduler.archive import Archive

EXAMPLES: Final = 2
"""How many are kept of each kind of change of each field of each source."""
_SHOWN: Final = 60
_SAVED_EVERY: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One document's field, before and after, cut to what fits on a line."""

    url: str
    old: str
    new: str


@dataclass(slots=True)
class Tally:
    """One source: what became of its documents (by `Reread.what`), and of their fields by name and kind of change."""

    what: Counter[str] = field(default_factory=Counter)
    fields: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[Example]] = field(default_factory=lambda: defaultdict(list))
    told: list[Reread] = field(default_factory=list)

    def add(self, one: Reread) -> None:
        """Counts one in."""
        self.what[one.what] += 1
        if one.what in {"won", "lost", "unreadable"} and len(self.told) < EXAMPLES * 5:
            self.told.append(one)
        for name, change in (one.fields or {}).items():
            key = (name, change.kind)
            self.fields[key] += 1
            if len(self.examples[key]) < EXAMPLES:
                self.examples[key].append(Example(url=one.url, old=_said(change.old), new=_said(change.new)))


@dataclass(slots=True)
class Progress:
    """How far a writing run came: the last document, then the last other capture. `scope` is what it was begun with."""

    scope: str
    document: str = ""
    capture: int = -1
    counts: dict[str, int] = field(default_factory=dict)


def reextract(
    archive: Archive,
    *,
    source: str | None = None,
    limit: int | None = None,
    is_applied: bool = False,
    watch: Callable[[Reread], None] = lambda _: None,
) -> dict[str, Tally]:
    """Reads documents, and pages that were none, again; by source what differs. `watch` is told each that does.

    With `is_applied` it is written, and the index caught up; a run that was killed is taken up where it stood, by the
    same extractor and with the same source. `limit` is the most documents, and the most other pages, to read.
    NotFoundError for a source that is not in the store, BusyError where another process is applying.
    """
    if source is not None and not any(True for _ in archive.store.document_ids(source)):
        archive.store.source(source)
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    if is_applied:
        with _one_writer(archive.settings.home) as file, _run(archive, source) as counts:
            for one in _applied(archive, source, limit, file, counts):
                tallies[one.source].add(one)
                watch(one)
        archive.catch_up()
        return dict(tallies)
    with closing(Reextraction(archive.captures, archive.store, limit=archive.settings.page_bytes)) as reading:
        for _, one in chain(islice(reading.documents(source), limit), islice(reading.others(source), limit)):
            tallies[one.source].add(one)
            watch(one)
    return dict(tallies)


def _applied(
    archive: Archive, source: str | None, limit: int | None, file: IO[str], counts: Counter[str]
) -> Iterator[Reread]:
    at = _taken_up(file, f"{EXTRACTOR} {source or '*'}")
    reading = Reextraction(archive.captures, archive.store, is_applied=True, limit=archive.settings.page_bytes)
    with closing(reading):
        if at.capture < 0:
            for number, (document, one) in enumerate(islice(reading.documents(source, after=at.document), limit), 1):
                yield one
                counts[one.what] += 1
                at.document = document
                if number % _SAVED_EVERY == 0:
                    _save(file, at)
            at.capture = 0
            _save(file, at)
        for number, (capture, one) in enumerate(islice(reading.others(source, after=at.capture), limit), 1):
            yield one
            counts[one.what] += 1
            at.capture = capture
            if number % _SAVED_EVERY == 0:
                _save(file, at)
    file.truncate(0)


def _taken_up(file: IO[str], scope: str) -> Progress:
    """What a killed run left, if it was begun alike; else the beginning."""
    file.seek(0)
    try:
        found = Progress(**json.load(file))
    except (ValueError, TypeError):
        return Progress(scope=scope)
    return found if found.scope == scope else Progress(scope=scope)


def _save(file: IO[str], at: Progress) -> None:
    file.seek(0)
    file.truncate()
    json.dump(asdict(at), file)
    file.flush()


@contextmanager
def _one_writer(home: Path) -> Iterator[IO[str]]:
    """The file of progress, held by this process alone."""
    with (home / "reextract.json").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BusyError("another 'league reextract --apply' is at work") from error
        yield file


@contextmanager
def _run(archive: Archive, source: str | None) -> Iterator[Counter[str]]:
    """A run in the store, ended with what was counted."""
    counts: Counter[str] = Counter()
    run = archive.store.start_run(source, command="reextract --apply", pid=os.getpid(), now=now())
    status, error = "failed", None
    try:
        yield counts
        status = "finished"
    except BaseException as stopped:
        error = f"{type(stopped).__name__}: {stopped}"
        raise
    finally:
        archive.store.end_run(run, status=status, now=now(), counts=counts, error=error)


def as_data(one: Reread) -> dict[str, Any]:
    """One difference as plain JSON values, texts whole."""
    changes: Mapping[str, Change] = one.fields or {}
    known = {"change": one.what, "document": one.document, "url": one.url, "source": one.source, "reason": one.reason}
    told = {name: value for name, value in known.items() if value is not None}
    fields = {name: {"change": made.kind, "old": made.old, "new": made.new} for name, made in changes.items()}
    return {**told, "fields": fields} if fields else told


def _said(value: object) -> str:
    """A field's value on one line."""
    if value in (None, "", [], {}):
        return "—"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}… ({len(text)})"
