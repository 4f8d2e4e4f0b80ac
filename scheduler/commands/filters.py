"""The filters that search and export share, from options to a Query."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import click

from archive_api.document import Kind, Level, State
from archive_api.index.base import Match, Query, Sort
from archive_api.index.facts import LAST_YEAR
from archive_api.index.filters import NONE, query

Command = TypeVar("Command", bound=Callable[..., None])


def filter_options(command: Command) -> Command:
    """Add the filters to a command; each may be given several times, and then any of its values will do."""
    options = [
        click.option(
            "--match",
            type=click.Choice([match.value for match in Match]),
            default=Match.EXACT.value,
            show_default=True,
            help="related：当作一句话来问，按相关度 read the query as a question in plain words",
        ),
        *(_option(name, help_) for name, help_ in _HELP.items()),
        click.option("--year", multiple=True, type=click.IntRange(1, LAST_YEAR), help="所属年度，同 --period"),
        click.option("--from", metavar="D", help="发布日期，从（YYYY、YYYY-MM 或 YYYY-MM-DD）"),
        click.option("--to", metavar="D", help="发布日期，到（含）"),
        click.option("--as-of", type=int, metavar="SEQ", help="按档案在此序号时的样子 as the archive stood then"),
        *(_option(f"not_{name}", f"不要：{re.split('[ ，；]', help_)[0]}") for name, help_ in _HELP.items()),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def query_from(text: str, filters: Mapping[str, Any], *, sort: str = Sort.SEQ.value, limit: int = 20) -> Query:
    """The Query that the options say."""
    return replace(query(text, filters), sort=Sort(sort), limit=limit)


def _option(name: str, help_: str) -> Callable[[Command], Command]:
    shown = name.removeprefix("not_")
    kind = click.Choice(_CHOICES[shown]) if shown in _CHOICES else None
    metavar = None if kind else _METAVARS.get(shown, "S")
    return click.option(f"--{name.replace('_', '-')}", name, multiple=True, type=kind, metavar=metavar, help=help_)


_HELP = {
    "kind": "文种",
    "period": "所属时间 2016、2016H1、2016Q3、2016-03、2016..2019",
    "published": "发布日期 2016、2016-12、2016-12-28、2016..2017-03",
    "written": "成文日期",
    "first_seen": "首次采集日期（UTC）",
    "region": "行政区划代码，含其下各级；=320000 仅本级",
    "level": "层级",
    "issuer": "发文单位，含有此字样即可；=… 为全称",
    "source": "来源名称",
    "state": "原站状态",
    "flag": "标记",
    "attachment": "有无附件",
}
_CHOICES = {
    "kind": [*(kind.value for kind in Kind), NONE],
    "level": [*(level.value for level in Level), NONE],
    "state": [state.value for state in State],
    "attachment": ["yes", "no"],
}
_METAVARS = {"period": "T", "published": "D", "written": "D", "first_seen": "D", "region": "CODE"}
