"""Commands that read files: import, extract."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO

import click

from archive_api.errors import NotFoundError
from archive_api.settings import Settings
from scheduler.archive import open_archive
from scheduler.batch import Item, extract_all, items_from
from scheduler.jobs import Imported, import_paths, parse_time
from scheduler.learning import learn
from scheduler.output import as_json, complain, watched
from scheduler.words import told

_IN_MEMORY = 16 * 1024 * 1024
"""Bytes of a list from standard input that are held in memory; a longer one goes to a temporary file."""


@click.command(name="import")
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--url", help="这份文件发布时的网址 the address that it was published at")
@click.option("--fetched-at", metavar="T", help="取得的时间（ISO 8601） when it was captured")
@click.option("--json", "json_lines", is_flag=True)
@click.pass_obj
def import_(
    settings: Settings, paths: tuple[Path, ...], url: str | None, fetched_at: str | None, *, json_lines: bool
) -> None:
    """导入文件。 Take text, HTML, Office, OFD, PDF and WARC files, zips, and folders of them, into the archive."""
    at = parse_time(fetched_at)
    with open_archive(settings) as archive:
        taken = import_paths(archive, paths, url=url, fetched_at=at, watch=_watch)
    for one in taken:
        if json_lines:
            fields = one.record.to_json() if one.record else {"url": one.url}
            as_json({"path": one.path, "outcome": one.outcome, "reason": one.reason, **fields})
        if one.failed:
            record = f"{one.url}: " if one.url and one.url.startswith("http") else ""
            complain(f"{one.path}: {record}{told(one.reason or 'failed')}")
    if not json_lines:
        documents = {one.record.id for one in taken if one.record}
        click.echo(f"导入 {len(taken)} 个文件，{len(documents)} 篇文献。 {len(documents)} documents.")
        _count_others(taken)
    if any(one.failed for one in taken):
        sys.exit(1)


@click.command()
@click.argument("files", nargs=-1)
@click.option(
    "--from-list", "listed", metavar="LIST", help="JSON 行文件（- 为标准输入） JSON lines; - is standard input"
)
def extract(files: tuple[str, ...], listed: str | None) -> None:
    """不入库，直接提取。 Extract files without an archive: a JSON line each, in order."""
    if not files and listed is None:
        raise click.UsageError("give FILE… or --from-list LIST")
    failed = total = 0
    with _listed(listed) as lines:
        memories = learn(_items(files, lines)) if listed is not None else None
        for answer in extract_all(_items(files, lines), memories=memories):
            as_json(answer)
            total += 1
            failed += "error" in answer
    if failed:
        complain(f"{failed} of {total} files failed; their lines say why")
        sys.exit(1)


def _watch(files: Sequence[Path]) -> Iterator[Path]:
    return watched(files, total=len(files), label="导入 importing")


@contextmanager
def _listed(listed: str | None) -> Iterator[IO[str] | None]:
    """The list, such that it can be read twice: what comes by standard input is kept until the end."""
    if listed is None:
        yield None
    elif listed == "-":
        with SpooledTemporaryFile(max_size=_IN_MEMORY, mode="w+", encoding="utf-8", errors="replace") as kept:
            shutil.copyfileobj(sys.stdin, kept)
            yield kept
    elif not Path(listed).is_file():
        raise NotFoundError(f"{listed}: no such list")
    else:
        with Path(listed).open(encoding="utf-8", errors="replace") as lines:
            yield lines


def _items(files: tuple[str, ...], lines: IO[str] | None) -> Iterator[Item]:
    yield from (Item(path=path) for path in files)
    if lines is not None:
        lines.seek(0)
        yield from items_from(lines)


def _count_others(taken: list[Imported]) -> None:
    for what, reason in dict.fromkeys((one.outcome, one.reason) for one in taken if one.outcome != "document"):
        count = sum((one.outcome, one.reason) == (what, reason) for one in taken)
        click.echo(f"  {count} × {what}" + (f": {reason}" if reason else ""))
