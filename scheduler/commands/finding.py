"""Commands that find and give out: search, export, show, why."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, get_args

import click

from archive_api.document import Record
from archive_api.exports import Format
from archive_api.exports import export as write_export
from archive_api.index.base import Explanation, Hit, Query, Results, Sort
from archive_api.index.views import FACETS, By, Date, Split, facets, trend
from archive_api.settings import Settings
from archive_api.snippets import text_snippets, title_snippet
from crawler.machine import now
from crawler.source import load_all
from scheduler.archive import Archive, open_archive
from scheduler.commands.filters import filter_options, query_from
from scheduler.commands.views import show_facets, show_trend
from scheduler.fate import fate_of
from scheduler.output import as_json, complain, highlighted, summary_line
from scheduler.why import explain


@click.command()
@click.argument("query", nargs=-1)
@filter_options
@click.option("--sort", type=click.Choice([sort.value for sort in Sort]), default=Sort.RELEVANCE.value)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--count", is_flag=True, help="只给出篇数 only how many")
@click.option("--facet", "facets", multiple=True, type=click.Choice([*FACETS]), help="各值篇数 counts by value")
@click.option(
    "--trend", is_flag=False, flag_value="period", type=click.Choice(get_args(Date)), help="历年篇数 counts by time"
)
@click.option("--by", type=click.Choice(get_args(By)), default="year", show_default=True, help="趋势的单位 of a trend")
@click.option("--split", type=click.Choice(get_args(Split)), help="趋势再分 of a trend")
@click.option("--explain", "explain_query", is_flag=True, help="怎样读、怎样查 how the query is read and asked")
@click.option("--json", "json_lines", is_flag=True, help="每行一个 JSON 对象 one JSON object a line")
@click.pass_obj
def search(settings: Settings, /, query: tuple[str, ...], sort: str, limit: int, **options: Any) -> None:  # noqa: ANN401 - click's own values
    """全文检索。 Search the full text: terms side by side, "phrases", OR, NOT, ( ). Several queries: with --trend."""
    if len(query) > 1 and not options["trend"]:
        raise click.UsageError("several queries are for --trend: put quotation marks around a query with spaces")
    asked = query_from("".join(query[:1]), options, sort=sort, limit=limit)
    with open_archive(settings) as archive:
        _tell_lag(archive.freshen())
        if options["explain_query"]:
            _show_explanation(archive.index.explain(asked), json_lines=options["json_lines"])
        elif options["trend"]:
            date, by, split = options["trend"], options["by"], options["split"]
            show_trend(
                trend(archive.index, asked, query or ("",), date=date, by=by, split=split), lines=options["json_lines"]
            )
        elif options["facets"]:
            show_facets(facets(archive.index, asked, options["facets"]), lines=options["json_lines"])
        elif options["count"]:
            total = archive.index.count(asked)
            as_json({"count": total}) if options["json_lines"] else click.echo(total)
        else:
            _show_hits(archive, asked, json_lines=options["json_lines"])


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--query", "text", default="", help="检索式，缺省为全部 the query; all documents without it")
@filter_options
@click.option("--format", "fmt", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@click.option("--json", "json_lines", is_flag=True, help="输出清单 print the manifest as JSON")
@click.pass_obj
def export(settings: Settings, /, out: Path, text: str, fmt: Format, **options: Any) -> None:  # noqa: ANN401 - click's own values
    """导出可引用的文集。 Write a document set with its manifest into the new folder OUT."""
    asked: Query = query_from(text, options)
    with open_archive(settings) as archive:
        _tell_lag(archive.freshen())
        manifest = write_export(archive.store, archive.index, asked, out, fmt, now=now())
    if options["json_lines"]:
        as_json(json.loads(manifest.to_json()))
        return
    click.echo(
        f"{manifest.counts.documents} 篇 documents → {out}/（{'、'.join(sorted(path.name for path in out.iterdir()))}）"
    )


@click.command()
@click.argument("document", metavar="ID|URL")
@click.option("--json", "json_lines", is_flag=True)
@click.pass_obj
def show(settings: Settings, document: str, *, json_lines: bool) -> None:
    """一篇文献及其出处。 One document, with where everything known of it comes from."""
    with open_archive(settings) as archive:
        record = archive.store.record(document)
        fate = fate_of(archive.store, record)
    if json_lines:
        as_json({**record.to_json(), **fate})
        return
    data = {**record.to_json(), **fate}
    evidence = data.pop("evidence")
    text = data.pop("text")
    for name, value in data.items():
        if value not in (None, [], ()) and name != "sections":
            rule = evidence.get(name, {}).get("rule")
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            click.echo(f"{name}: {shown}" + (f"   ← {rule}" if rule else ""))
        elif name in evidence and "reason" in evidence[name]:
            click.echo(f"{name}: —   ({evidence[name]['reason']})")
    click.echo("\n" + text)


@click.command()
@click.argument("url")
@click.option("--json", "json_lines", is_flag=True)
@click.pass_obj
def why(settings: Settings, url: str, *, json_lines: bool) -> None:
    """这个网址为什么在、为什么不在库里。 Why a page is here, or is not."""
    with open_archive(settings) as archive:
        answer = explain(archive.store, url, load_all(settings.home / "sources").sources)
    if json_lines:
        as_json(answer.to_json())
        return
    click.echo(f"{answer.what}: {answer.because}")


def _show_hits(archive: Archive, asked: Query, *, json_lines: bool) -> None:
    read = partial(archive.store.records, as_of=asked.as_of)
    results = archive.index.search(asked, read)
    hits = zip(results.hits, read([hit.id for hit in results.hits]), strict=True)
    for hit, record in hits:
        if json_lines:
            as_json({**record.to_json(), "score": hit.score})
        else:
            _show_hit(record, hit)
    if not json_lines:
        _tell_total(results)


def _show_hit(record: Record, hit: Hit) -> None:
    click.echo(highlighted(title_snippet(record.document, hit.spans)) or "（无题）")
    click.echo(f"    {summary_line(record)}")
    click.echo(f"    {record.id}  {record.document.url}")
    for piece in text_snippets(record.document, hit.spans):
        if piece.marks:
            click.echo(f"    … {highlighted(piece)} …")


def _show_explanation(explanation: Explanation, *, json_lines: bool) -> None:
    if json_lines:
        as_json(asdict(explanation))
        return
    click.echo(f"检索式 query    {explanation.text}")
    click.echo(f"折叠后 folded   {explanation.folded}")
    click.echo("读作 read as")
    for line in explanation.tree:
        click.echo(f"    {line}")
    click.echo(f"{explanation.engine}")
    for line in explanation.compiled.splitlines():
        click.echo(f"    {line}")


def _tell_total(results: Results) -> None:
    shown = f"，列出前 {len(results.hits)} 篇" if results.cursor else ""
    click.echo(f"共 {results.total} 篇{shown}。 {results.total} documents.")


def _tell_lag(behind: int) -> None:
    if behind:
        complain(
            f"the index is {behind} changes behind the store, which the answer does not know of: run 'league index'"
        )
