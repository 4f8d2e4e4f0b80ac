"""The filters that search and export share, from options to a Query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from archive_api.document import Kind
from archive_api.index.base import Query, Sort

Command = TypeVar("Command", bound=Callable[..., None])


def filter_options(command: Command) -> Command:
    """Add the filters to a command; each may be given several times, and then any of its values will do."""
    options = (
        click.option("--kind", "kinds", multiple=True, type=click.Choice([kind.value for kind in Kind]), help="文种"),
        click.option("--year", "years", multiple=True, type=click.IntRange(1900, 2200), help="所属年度"),
        click.option("--region", "regions", multiple=True, metavar="CODE", help="行政区划代码，含其下各级"),
        click.option("--issuer", "issuers", multiple=True, metavar="S", help="发文单位，含有此字样即可"),
        click.option("--source", "sources", multiple=True, metavar="S", help="来源名称"),
        click.option("--from", "published_from", metavar="D", help="发布日期，从（YYYY、YYYY-MM 或 YYYY-MM-DD）"),
        click.option("--to", "published_to", metavar="D", help="发布日期，到（含）"),
    )
    for option in reversed(options):
        command = option(command)
    return command


def query_from(text: str, filters: Mapping[str, Any], *, sort: str = Sort.SEQ.value, limit: int = 20) -> Query:
    """The Query that the options say."""
    return Query(
        text=text,
        kinds=tuple(Kind(kind) for kind in filters["kinds"]),
        years=tuple(filters["years"]),
        regions=tuple(filters["regions"]),
        issuers=tuple(filters["issuers"]),
        sources=tuple(filters["sources"]),
        published_from=filters["published_from"],
        published_to=filters["published_to"],
        sort=Sort(sort),
        limit=limit,
    )
