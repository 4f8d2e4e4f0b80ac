"""Commands that keep the archive: index, status, verify, doctor."""

from __future__ import annotations

import sys

import click

from archive_api.settings import Settings
from archive_api.verify import verify as verify_layers
from scheduler import health
from scheduler.archive import Archive, open_archive
from scheduler.jobs import bring_up_to_date
from scheduler.output import as_json, complain, table


@click.command()
@click.option("--rebuild", is_flag=True, help="从头重建 fill a new index from the store, then swap")
@click.pass_obj
def index(settings: Settings, *, rebuild: bool) -> None:
    """使索引跟上库。 Bring the index up to the store."""
    with open_archive(settings) as archive:
        taken = bring_up_to_date(archive, rebuild_index=rebuild)
        click.echo(f"索引已到 seq {archive.index.seq()}，本次 {taken} 篇。 {taken} documents indexed.")


@click.command()
@click.option("--problems", is_flag=True, help="逐条列出未解决的问题 list every open problem")
@click.option("--json", "json_lines", is_flag=True)
@click.pass_obj
def status(settings: Settings, *, problems: bool, json_lines: bool) -> None:
    """库、索引、抓取的现状。 How the archive stands."""
    with open_archive(settings) as archive:
        if problems:
            _list_problems(archive, json_lines=json_lines)
            return
        data = health.status(archive)
    if json_lines:
        as_json(data)
        return
    runs, conditions, distrusted = (data.pop(name) for name in ("last_runs", "conditions", "distrusted_hosts"))
    table([(name, str(value)) for name, value in data.items()])
    for one in conditions:
        click.echo(f"{one['source']}  {one['state']}  since {one['since']}: {one['reason']}")
    for host, reason in distrusted.items():
        click.echo(f"{host}  不再按 ETag 询问 not asked by its validators any more: {reason}")
    for run in runs:
        counts = " ".join(f"{name}={count}" for name, count in run["counts"].items())
        click.echo(f"run {run['run']}  {run['source'] or '—'}  {run['status']}  {run['started_at']}  {counts}")


@click.command()
@click.pass_obj
def verify(settings: Settings) -> None:
    """核对四层。 Walk captures, store and index, and prove that they agree."""
    with open_archive(settings) as archive:
        report = verify_layers(archive.captures, archive.store, archive.index)
    for problem in report.problems:
        complain(problem)
    counts = "  ".join(f"{name} {count}" for name, count in report.counts.items())
    click.echo(counts)
    if report.problems:
        complain(f"verify: {len(report.problems)} problems")
        sys.exit(1)
    behind = report.counts["index_behind"]
    if behind:
        click.echo(f"索引落后 {behind} 处变更。 The index is {behind} changes behind: 'league index' brings it up.")
    else:
        click.echo("一致。 Every layer agrees with the one above it.")


@click.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """检查这台机器能否运行。 Whether this machine can run the archive."""
    checks = list(health.doctor(settings))
    words = {True: "ok", False: "NO", None: "--"}
    table([(words[check.ok], check.name, check.says) for check in checks])
    if any(check.ok is False for check in checks):
        complain("doctor: see the lines that begin with NO")
        sys.exit(1)


def _list_problems(archive: Archive, *, json_lines: bool) -> None:
    found = archive.store.problems()
    for problem in found:
        if json_lines:
            as_json({name: getattr(problem, name) for name in ("url", "source", "reason", "detail", "at")})
        else:
            where = problem.url or problem.source or "—"
            click.echo(f"{problem.reason}  {problem.at}  {where}  {problem.detail or ''}".rstrip())
    if not json_lines:
        click.echo(f"{len(found)} 个未解决的问题。 {len(found)} open problems.")
