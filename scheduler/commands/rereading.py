"""Commands that read captures again: reextract, ocr."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import asdict
from itertools import islice

import click

from archive_api.settings import Settings
from crawler.ocr import Recognition, engine
from scheduler.archive import open_archive
from scheduler.output import as_json, complain, table
from scheduler.rereading import Tally, as_data
from scheduler.rereading import reextract as read_again

_WORDS = {
    "differs": "读法不同 read otherwise",
    "won": "成为文献 documents now",
    "lost": "不再读作文献 no article now, kept",
    "outcome": "其他页面结论不同 other pages judged otherwise",
    "unreadable": "无法读回 captures that cannot be read",
}


@click.command()
@click.option("--diff", "is_diff", is_flag=True, help="只显示差异（默认） only show what differs (the default)")
@click.option("--apply", "is_applied", is_flag=True, help="写为新版本 write it, as versions of the extractor's")
@click.option("--source", help="只看这个来源 only this source's")
@click.option("--limit", type=click.IntRange(min=1), help="最多读几篇 at most so many documents")
@click.option("--json", "json_lines", is_flag=True)
@click.pass_obj
def reextract(  # noqa: PLR0913 (one parameter an option)
    settings: Settings, source: str | None, limit: int | None, *, is_diff: bool, is_applied: bool, json_lines: bool
) -> None:
    """用现在的规则重读全部存档。 Read the whole archive again from its captures, with this version's extraction."""
    if is_diff and is_applied:
        raise click.UsageError("give --diff or --apply, not both")
    with open_archive(settings) as archive:
        tallies = read_again(
            archive,
            source=source,
            limit=limit,
            is_applied=is_applied,
            watch=lambda one: as_json(as_data(one)) if json_lines and one.what != "same" else None,
        )
    if not json_lines:
        for name, tally in sorted(tallies.items()):
            _tell(name, tally)
        _conclude(tallies, is_applied=is_applied)
    if any(tally.what["unreadable"] for tally in tallies.values()):
        complain("some captures cannot be read back: 'league verify' says more")
        sys.exit(1)


@click.command()
@click.option("--source", help="只看这个来源 only this source's")
@click.option("--limit", type=click.IntRange(min=1), help="最多读几个文件 at most so many files")
@click.option("--json", "json_lines", is_flag=True)
@click.pass_obj
def ocr(settings: Settings, source: str | None, limit: int | None, *, json_lines: bool) -> None:
    """识别扫描件。 Read scans, attachments and documents, with the extra league-archive[ocr]."""
    total = failed = 0
    with closing(engine()) as reader, open_archive(settings) as archive:
        waiting = Recognition(archive.captures, archive.store, reader.text, limit=archive.settings.page_bytes)
        for one in islice(waiting.run(source), limit):
            total += 1
            failed += one.reason is not None
            if json_lines:
                as_json({name: value for name, value in asdict(one).items() if value is not None})
            else:
                click.echo(f"{one.what}  {one.reason or f'{one.characters} 字 characters'}  {one.url}")
        archive.catch_up()
    if not json_lines:
        click.echo(f"识别 {total - failed} 个文件。 {total - failed} files were read.")
    if failed:
        complain(f"{failed} of {total} files could not be read; their lines say why")
        sys.exit(1)


def _tell(name: str, tally: Tally) -> None:
    counts = "  ".join(f"{word} {tally.what[what]}" for what, word in _WORDS.items() if tally.what[what])
    click.echo(f"{name}: {tally.what.total()} 读 read  {counts}".rstrip())
    rows = [(f"  {field}", kind, str(count)) for (field, kind), count in sorted(tally.fields.items())]
    table(rows)
    for (field, kind), examples in sorted(tally.examples.items()):
        for one in examples:
            click.echo(f"    {field} {kind}: {one.old} → {one.new}  {one.url}")
    for told in tally.told:
        click.echo(f"    {told.what}: {told.reason}  {told.url}")


def _conclude(tallies: dict[str, Tally], *, is_applied: bool) -> None:
    differing = sum(tally.what["differs"] + tally.what["won"] for tally in tallies.values())
    total = sum(tally.what.total() for tally in tallies.values())
    if is_applied:
        click.echo(f"读 {total}，写入 {differing}。 {total} read, {differing} written.")
    else:
        click.echo(f"读 {total}，不同 {differing}；未写入。 {total} read, {differing} differ; nothing was written.")
