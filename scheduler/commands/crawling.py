"""Commands that go out to the sites: crawl, sources, schedule."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from archive_api.errors import SourceError
from archive_api.settings import Settings
from crawler.clones import named_hosts
from crawler.machine import now
from crawler.session import PlanName
from crawler.source import Source, load_all, load_source, source_for_url
from scheduler import clock
from scheduler.adding import add
from scheduler.archive import open_archive
from scheduler.jobs import time_given
from scheduler.output import as_json, complain, table
from scheduler.probe import probe
from scheduler.telling import tell_changes
from spiders.run import CrawlReport, run_crawl


@click.command()
@click.argument("names", metavar="[SOURCE]…", nargs=-1)
@click.option("--source-file", type=click.Path(path_type=Path), help="来源文件 a source file of your own")
@click.option("--url", help="任一网站的地址 any site by its address (family auto)")
@click.option("--max-pages", type=click.IntRange(min=1), help="至多抓取的页数 stop after so many pages")
@click.option("--delay", type=click.FloatRange(min=0), help="两次请求之间的秒数 seconds between two requests")
@click.option("--full", "plan", flag_value="full", help="抓取全站 every page, as the first time and once a month")
@click.option("--deep", "plan", flag_value="deep", help="每个栏目多读几页 more pages of each list, as once a week")
@click.option("--nightly", "plan", flag_value="nightly", help="只看新的 only what is new, as every night")
@click.option("--until", help="到此时为止 ask nothing more after this time, such as 2026-01-31T06:00+08:00")
@click.option("--json", "json_lines", is_flag=True)
@click.pass_obj
def crawl(  # noqa: PLR0913, PLR0917 - one argument an option
    settings: Settings,
    names: tuple[str, ...],
    source_file: Path | None,
    url: str | None,
    max_pages: int | None,
    delay: float | None,
    plan: PlanName | None,
    until: str | None,
    *,
    json_lines: bool,
) -> None:
    """抓取。 Crawl named sources, a source file, or any site by its address."""
    until = None if until is None else time_given("--until", until)
    targets = [[name] for name in names]
    targets += [["--source-file", str(source_file)]] if source_file else []
    targets += [["--url", url]] if url else []
    if len(targets) > 1:
        options = {"--max-pages": max_pages, "--delay": delay, "--until": until}
        given = [str(part) for pair in options.items() if pair[1] is not None for part in pair]
        given += [f"--{plan}"] if plan else []
        sys.exit(_each_in_a_child(settings, targets, [*given, *(["--json"] if json_lines else [])]))
    plan = plan or ("full" if url else None)  # who names a site by hand means the whole of it
    report = run_crawl(
        _source(settings, names, source_file, url), settings, max_pages=max_pages, delay=delay, plan=plan
    )
    with open_archive(settings) as archive:
        archive.catch_up()
        for complaint in tell_changes(settings, archive.store):
            complain(complaint)
    _tell(report, json_lines=json_lines)
    if report.status not in {"finished", "limit"}:
        complain(f"crawl of {report.source}: {report.status}: {report.error or 'see league status --problems'}")
        sys.exit(1)


@click.group(invoke_without_command=True)
@click.pass_context
def sources(context: click.Context) -> None:
    """来源目录。 The catalogue of sources."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


@sources.command(name="list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """所有来源。 Every source, broken files too: the project's, and your own below `<home>/sources`."""
    catalogue = load_all(settings.home / "sources")
    rows = [(s.name, s.status, "enabled" if s.enabled else "—", s.start_urls[0], s.title) for s in catalogue.sources]
    table(rows)
    for error in catalogue.errors:
        complain(str(error))
    if catalogue.errors:
        sys.exit(1)


@sources.command(name="show")
@click.argument("name")
@click.pass_obj
def show_source(settings: Settings, name: str) -> None:
    """一个来源。 One source as it is understood."""
    for field, value in named(settings, name).to_json().items():
        click.echo(f"{field}: {value}")


@sources.command(name="check")
@click.argument("name")
@click.pass_obj
def check_source(settings: Settings, name: str) -> None:
    """看一眼这个来源。 Look at a few pages of a source, for list rows and an article."""
    source = named(settings, name)
    found = probe(source, settings, named_hosts(load_all(settings.home / "sources").sources))
    table([(key, str(value)) for key, value in found.counts.items()])
    if not found.good:
        complain(f"{name}: {found.says}")
        sys.exit(1)
    click.echo(f"{name}: {found.says}")


@sources.command(name="add")
@click.argument("url")
@click.pass_obj
def add_source(settings: Settings, url: str) -> None:
    """按地址新增来源。 Look at a few pages of a site, and write a source file for you to read and correct."""
    added = add(settings, url, today=now()[:10])
    if added.path is None:
        complain(f"{url}: {added.found.says}")
        sys.exit(1)
    click.echo(f"{added.path}: {added.found.says}")
    click.echo(f"读过改好之后 once you have read it: league sources check {added.name}")


@click.command()
@click.option("--once", is_flag=True, help="做完到期的就结束 do what is due and end, for cron or systemd")
@click.pass_obj
def schedule(settings: Settings, *, once: bool) -> None:
    """每夜的时钟。 Crawl each enabled source when it is due, in a child process of its own."""
    if once:
        outcomes = clock.schedule_once(settings)
        for outcome in outcomes:
            click.echo(f"{outcome.source}  {outcome.status}")
        if not outcomes:
            click.echo("没有到期的来源。 No source is due.")
        if any(not outcome.good for outcome in outcomes):
            complain("schedule: some crawls failed: see league status")
            sys.exit(1)
        return
    clock.schedule_forever(settings)


def named(settings: Settings, name: str) -> Source:
    """The source of the catalogue by that name; SourceError names the nearest ones where there is none."""
    catalogue = load_all(settings.home / "sources")
    for error in catalogue.errors:
        if error.name == name:
            raise error
    return catalogue.get(name)


def _source(settings: Settings, names: tuple[str, ...], source_file: Path | None, url: str | None) -> Source:
    if names:
        return named(settings, names[0])
    if source_file is not None:
        return load_source(source_file)
    if url is not None:
        return source_for_url(url)
    raise SourceError("name a source ('league sources' lists them), or give --source-file or --url")


def _each_in_a_child(settings: Settings, targets: list[list[str]], options: list[str]) -> int:
    # one crawl is one process: Twisted's reactor cannot be started twice
    command = [sys.executable, "-P", "-m", "scheduler.cli", "--home", str(settings.home), "crawl"]
    return max(subprocess.run([*command, *target, *options], check=False).returncode for target in targets)  # noqa: S603


def _tell(report: CrawlReport, *, json_lines: bool) -> None:
    if json_lines:
        as_json(report.to_json())
        return
    click.echo(f"{report.source}: {report.status}  (run {report.run}, {report.plan})")
    table([(f"  {name}", str(value)) for name, value in sorted(report.counts.items())])
