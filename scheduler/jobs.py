"""What the commands do with an archive, as plain functions that return data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archive_api.errors import ArchiveError, StorageError, UnreadableError, UserError
from archive_api.index.catchup import rebuild
from crawler.machine import SHANGHAI, written
from crawler.urls import canonical

if TYPE_CHECKING:
    from archive_api.document import Record
    from crawler.ingest import Ingest, Ingested
    from scheduler.archive import Archive

SUFFIXES = {
    *(".txt", ".md", ".html", ".htm", ".warc", ".gz"),
    *(".pdf", ".doc", ".docx", ".wps", ".xls", ".xlsx", ".et", ".ofd", ".rtf", ".zip", ".rar", ".7z"),
}
"""What a folder is searched for; `.gz` only as `.warc.gz`."""

PASSED_OVER = {"already_here", "no_web_address", "record_type_continuation", "record_type_conversion"}
"""Why a record of a foreign WARC file is left out without a word: it is here, or is no capture of a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of one imported file, or of one record of an imported WARC file."""

    path: str
    url: str | None = None
    outcome: str
    reason: str | None = None
    record: Record | None = None

    @property
    def failed(self) -> bool:
        """Whether the user should look at it."""
        return self.outcome == "failed"


def import_paths(
    archive: Archive,
    paths: Sequence[Path],
    *,
    url: str | None,
    fetched_at: str,
    watch: Callable[[Sequence[Path]], Iterable[Path]] = iter,
) -> list[Imported]:
    """Take files and folders into the archive as captures, and on into documents; the index is caught up at the end.

    `url` is the address that a single file was published at. A file that cannot be read is captured all the same, and
    its reason given. `watch` is handed the files and gives them back one by one as they are worked on.
    """
    files = [file for path in paths for file in _files(path)]
    if url is not None and len(files) != 1:
        raise UserError(f"--url is the address of one file; {len(files)} were given")
    if url is not None and not url.startswith(("http://", "https://")):
        raise UserError(f"--url {url!r} is no web address: it begins with http:// or https://")
    with closing(archive.ingest()) as ingest:
        ingest.recover()
        taken = [(file, ingested) for file in watch(files) for ingested in _import_one(ingest, file, url, fetched_at)]
    archive.catch_up()
    return [_imported(archive, file, ingested) for file, ingested in taken]


def bring_up_to_date(archive: Archive, *, rebuild_index: bool) -> int:
    """Finish what a crash left between captures and store, then the index; returns how many documents it took in."""
    with closing(archive.ingest()) as ingest:
        ingest.recover()
    return rebuild(archive.store, archive.index) if rebuild_index else archive.catch_up()


def parse_time(text: str | None) -> str:
    """A time of capture given by a person, as the archive writes it; the present one for None.

    A time without a zone is Asia/Shanghai's. UserError where it is no ISO 8601 time.
    """
    if text is None:
        return written(datetime.now(UTC))
    moment = time_given("--fetched-at", text)
    if moment > written(datetime.now(UTC)):
        raise UserError(f"--fetched-at {text!r} is still to come")
    return moment


def time_given(option: str, text: str) -> str:
    """A time that a person gave, as the archive writes it: in Asia/Shanghai where it names no zone. UserError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UserError(f"{option} {text!r} is no ISO 8601 time such as 2026-01-31T08:00:00+08:00") from error
    return written(moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI))


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        found = (file for file in sorted(path.rglob("*")) if file.is_file() and file.suffix.lower() in SUFFIXES)
        yield from (file for file in found if file.suffix.lower() != ".gz" or file.name.lower().endswith(".warc.gz"))
    else:
        yield path


def _import_one(ingest: Ingest, file: Path, url: str | None, fetched_at: str) -> Iterator[Ingested | ArchiveError]:
    try:
        if file.name.lower().endswith((".warc", ".warc.gz")):
            yield from _import_warc(ingest, file)
        else:
            yield ingest.import_file(file, url=canonical(url) if url else None, fetched_at=fetched_at)
    except StorageError:
        raise
    except (ArchiveError, OSError) as error:
        yield error if isinstance(error, ArchiveError) else UserError(f"{error.strerror or error}")


def _import_warc(ingest: Ingest, file: Path) -> Iterator[Ingested | ArchiveError]:
    before = Counter(ingest.counts)
    yield from ingest.import_warc(file)
    for name, count in sorted((ingest.counts - before).items()):
        reason = name.removeprefix("skipped.")
        if name != reason and reason not in PASSED_OVER:
            yield UnreadableError(f"{count} of its records could not be taken in: {reason}", reason=reason)


def _imported(archive: Archive, file: Path, ingested: Ingested | ArchiveError) -> Imported:
    if isinstance(ingested, ArchiveError):
        return Imported(path=str(file), outcome="failed", reason=str(ingested).removeprefix(f"{file}: "))
    outcome = ingested.outcome
    record = archive.store.record(outcome.document) if outcome.document else None
    return Imported(path=str(file), url=ingested.url, outcome=outcome.what, reason=outcome.reason, record=record)
