"""The pages: search, document, sources, runs. Plain HTML without scripts; all text from the web is escaped."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, cast

from fastapi import APIRouter, Query, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from pydantic import ValidationError
from starlette.responses import HTMLResponse, Response

from archive_api import labels
from archive_api.asking import MAX_NUMBER, Trended
from archive_api.errors import QueryError, SettingsError, UserError
from archive_api.exports.manifest import software
from archive_api.index.views import FACETS, filter_of
from archive_api.index.views import trend as count_trend
from archive_api.problems import problem
from archive_api.reading import Reading
from archive_api.web import view
from archive_api.web.chart import draw, line_name
from archive_api.web.form import Complaint, Form

RUNS = 100
FACET_VALUES = 12
TREND = {"date": "period", "by": "year", "split": ""}

Version = Annotated[int | None, Query(ge=1, le=MAX_NUMBER)]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/")
def search(request: Request) -> Response:
    """The form, and what it finds; the form alone when nothing was asked."""
    form = Form.read(request.query_params)
    if not request.query_params:
        return _page(request, "search.html", form=form, page=None, complaints=(), error=None)
    asked = form.asked()
    if isinstance(asked, tuple):
        return _refused(request, form, complaints=asked)
    try:
        page = _reading(request).search(asked.query(), [*FACETS], limit=FACET_VALUES)
    except SettingsError:
        raise  # nothing that the reader could ask otherwise
    except UserError as error:
        return _refused(request, form, error=error)
    name = _reading(request).region_name
    return _page(request, "search.html", form=form, page=page, complaints=(), error=None, region_name=name)


@router.get("/trend")
def trend(request: Request) -> Response:
    """Documents by time, as a table and a chart; the same filters as the search that it comes from."""
    form, params = Form.read(request.query_params), request.query_params
    texts = [line.strip() for text in params.getlist("q") for line in text.splitlines() if line.strip()]
    chosen = {name: params.get(name) or default for name, default in TREND.items()}
    given = {**form.given("q", "sort"), "q": texts or [""], **{name: word for name, word in chosen.items() if word}}
    page = partial(_page, request, "trend.html", form=form, texts=texts, chosen=chosen)
    try:
        asked = Trended.model_validate(given)
        counted = count_trend(
            _reading(request).index, asked.query(), asked.q, date=asked.date, by=asked.by, split=asked.split
        )
    except (ValidationError, UserError) as error:
        told = str(error) if isinstance(error, UserError) else "参数有误 / a parameter is wrong"
        return page(status=HTTPStatus.BAD_REQUEST, trend=None, error=told)
    names = [line_name(line, counted.split, _reading(request).region_name) for line in counted.lines]
    return page(trend=counted, error=None, names=names, chart=draw(counted, names))


@router.get("/documents/{id}")
def document(request: Request, id: str, version: Version = None) -> Response:  # noqa: A002 - the field's name
    """One document, its provenance, its versions, and what its publisher changed."""
    reading = _reading(request)
    record = reading.store.record(id, version=version)
    versions = reading.store.versions(record.id)
    before = view.version_before(record, versions)
    return _page(
        request,
        "document.html",
        record=record,
        document=record.document,
        paragraphs=view.paragraphs(record.document),
        dates=view.dates(record),
        versions=versions,
        current=record.version if version is None else reading.store.record(record.id).version,
        issuer=view.issuer_evidence(record.document),
        others=view.other_evidence(record.document),
        before=before,
        changes=view.difference(before.document, record.document) if before else [],
    )


@router.get("/sources")
def sources(request: Request) -> Response:
    """The sources that are crawled, each with its latest run."""
    store = _reading(request).store
    how = {one.source: one for one in store.conditions()}
    rows = [
        view.source_line(row, next(iter(store.runs(source=row.name, limit=1)), None), how.get(row.name))
        for row in store.sources()
    ]
    return _page(request, "sources.html", rows=rows)


@router.get("/runs")
def runs(request: Request, source: str | None = None) -> Response:
    """The latest runs, of every source or of one."""
    latest = _reading(request).store.runs(source=source or None, limit=RUNS)
    return _page(request, "runs.html", runs=latest, source=source)


def error_page(request: Request, error: Exception) -> Response:
    """The page for an error: what went wrong, and the way back. It reads nothing from the archive."""
    what = problem(error)
    zh = _SENTENCES.get(what.status, "出错了")
    return _page(request, "error.html", status=what.status, problem=what, zh=zh)


_SENTENCES: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "这个请求读不懂",
    HTTPStatus.NOT_FOUND: "这里没有您要找的内容",
    HTTPStatus.METHOD_NOT_ALLOWED: "这个地址不接受这种请求",
    HTTPStatus.UNPROCESSABLE_ENTITY: "地址中的参数有误",
    HTTPStatus.INTERNAL_SERVER_ERROR: "服务器出错了",
}


def _refused(
    request: Request, form: Form, *, complaints: tuple[Complaint, ...] = (), error: UserError | None = None
) -> Response:
    column = error.column if isinstance(error, QueryError) else None
    return _page(
        request, "search.html", status=400, form=form, page=None, complaints=complaints, error=error, column=column
    )


def _page(request: Request, template: str, *, status: int = HTTPStatus.OK, **values: object) -> Response:
    html = _templates.get_template(template).render(path=request.url.path, software=software(), **values)
    return HTMLResponse(html.encode("utf-8", "xmlcharrefreplace"), status_code=status)


def _reading(request: Request) -> Reading:
    return cast("Reading", request.app.state.reading)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        lstrip_blocks=True,
    )
    environment.globals |= {"labels": labels, "filter_of": filter_of, "period_words": view.period_words}
    environment.filters |= {"web_address": view.web_address}
    return environment


_templates = _environment()
