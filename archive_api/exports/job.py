"""The export into a folder: one pass, then the manifest and the README, then the rename that makes it visible."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from archive_api.document import Record
from archive_api.errors import StorageError, UserError
from archive_api.exports.manifest import Counts, DataFile, Manifest, asked, citation, software
from archive_api.exports.readme import readme
from archive_api.exports.selection import Selection, Shelf, select
from archive_api.exports.writers import Format, Observations, Row, Writer, writer
from archive_api.index.base import Query, SearchIndex


def export(  # noqa: PLR0913 - the parts of an export, each named by the caller
    store: Shelf,
    index: SearchIndex,
    query: Query,
    out: Path,
    format: Format,  # noqa: A002 - the word of the command line
    *,
    now: str,
) -> Manifest:
    """Write the query's documents, `manifest.json` and `README.md` into the new folder `out`.

    One pass in constant memory. The folder appears complete or not at all: it is written under another name beside,
    synced, and renamed. `now` is the time that the manifest carries. UserError where `out` exists and is not an empty
    folder, StorageError where it cannot be written.
    """
    _refuse_used(out)
    selection = select(store, index, query)
    with _appearing(out) as folder:
        tallies = _write(selection, folder, {f"data.{format}": writer(format), "observations.csv": Observations()})
        manifest = _manifest(tallies, selection.seq, query, format, now)
        _put(folder / "manifest.json", manifest.to_json())
        _put(folder / "README.md", readme(manifest))
    return manifest


class _Tally:
    """What the pass has seen so far: numbers only, so that memory does not grow with the rows."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._digest, self._bytes = hashlib.sha256(), 0
        self._sums: Counter[str] = Counter()
        self.extractors: Counter[str] = Counter()

    def wrote(self, data: bytes) -> None:
        self._bytes += len(data)
        self._digest.update(data)

    def add(self, record: Record, row: Row) -> None:
        document = record.document
        self._sums.update(
            documents=1,
            versions=1,
            attachments=len(document.attachments),
            characters=len(document.text),
            long_cells=row.long_cells,
        )
        self.extractors[document.extractor] += 1

    @property
    def counts(self) -> Counts:
        return Counts(**self._sums)

    @property
    def file(self) -> DataFile:
        rows = self._sums["documents"]
        return DataFile(name=self._name, bytes=self._bytes, rows=rows, sha256=self._digest.hexdigest())


def _write(selection: Selection, folder: Path, writers: Mapping[str, Writer]) -> list[_Tally]:
    """Every file at once, in one pass; the tally of each, in the order of `writers`."""
    with ExitStack() as stack:
        outputs = [
            _Output(stack.enter_context((folder / name).open("xb")), rows, _Tally(name))
            for name, rows in writers.items()
        ]
        for record in selection:
            for output in outputs:
                output.add(record)
        for output in outputs:
            output.sync()
    return [output.tally for output in outputs]


class _Output:
    """One data file being written."""

    def __init__(self, file: BinaryIO, rows: Writer, tally: _Tally) -> None:
        self._file, self._rows, self.tally = file, rows, tally
        self._put(rows.head())

    def add(self, record: Record) -> None:
        row = self._rows.row(record)
        self._put(row.data)
        self.tally.add(record, row)

    def sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self.tally.wrote(data)


def _manifest(tallies: Sequence[_Tally], seq: int, query: Query, format_: Format, now: str) -> Manifest:
    data = tallies[0]
    return Manifest(
        query=asked(query),
        seq=seq,
        created_at=now,
        format=format_,
        counts=data.counts,
        files=tuple(tally.file for tally in tallies),
        extractors=dict(sorted(data.extractors.items())),
        software=software(),
        cite=citation(seq=seq, created_at=now, file=data.file),
    )


def _refuse_used(out: Path) -> None:
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise UserError(f"{out} is not a folder: name a new one for the export")
    if out.is_dir() and any(out.iterdir()):
        raise UserError(f"{out} is not empty: an export goes into a new folder, so that nothing is overwritten")


@contextmanager
def _appearing(out: Path) -> Iterator[Path]:
    """A folder beside `out` that takes its name once the block is through; gone when the block fails."""
    out = out.absolute()
    partial = out.with_name(f".{out.name}.{secrets.token_hex(4)}.partial")
    try:
        partial.mkdir(parents=True)
        yield partial
        _sync_folder(partial)
        partial.rename(out)
        _sync_folder(out.parent)
    except OSError as error:
        raise StorageError(f"the export cannot be written to {out}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _put(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
