"""Search, and the same query as a stream of whole documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from archive_api.asking import Asked, Exported, Filters, Trended
from archive_api.border import METHOD
from archive_api.exports import Selection, Writer, select, writer
from archive_api.index.views import trend as count_trend
from archive_api.routes.answers import Json
from archive_api.routes.archive import Archive
from archive_api.routes.models import ExplanationOut, ResultsOut, TrendOut

router = APIRouter(tags=["search"], default_response_class=Json)


@router.get("/search", summary="检索 Search", operation_id="search")
def search(archive: Archive, asked: Annotated[Asked, Query()]) -> ResultsOut:
    """One page of documents, with the places that matched. The next page: the same parameters and `cursor`."""
    return ResultsOut.of(archive.search(asked.query(), asked.facet, limit=asked.facet_limit))


@router.get("/explain", summary="检索式怎样读 Explain a query", operation_id="explain")
def explain(archive: Archive, asked: Annotated[Filters, Query()]) -> ExplanationOut:
    """How a query is read, folded and compiled for the engine in use; nothing is searched for."""
    return ExplanationOut.of(archive.index.explain(asked.query()))


@router.get("/trend", summary="趋势 Trend", operation_id="trend")
def trend(archive: Archive, asked: Annotated[Trended, Query()]) -> TrendOut:
    """How many documents each query finds by time, and their share of all documents with the same filters."""
    counted = count_trend(archive.index, asked.query(), asked.q, date=asked.date, by=asked.by, split=asked.split)
    return TrendOut.of(counted)


@router.get(
    "/export",
    summary="导出 Export",
    operation_id="export",
    response_class=Response,
    responses={200: {"content": {"application/x-ndjson": {}, "text/csv": {}}, "description": "the data file"}},
)
def export(request: Request, archive: Archive, asked: Annotated[Exported, Query()]) -> Response:
    """Every match of a query by `seq`: byte for byte the data file that `league export` writes.

    `League-Rows` and `League-Seq` say how many documents will come, and of which position of the archive; `League-Lag`
    how many changes the index has not read yet. A stream that breaks off before its end is a connection error, never a
    short answer that looks whole.
    """
    selection = select(archive.store, archive.index, asked.query())
    rows = writer(asked.format)
    name = f"league-export-{selection.seq}.{asked.format}"
    headers = {
        "League-Rows": str(selection.total),
        "League-Seq": str(selection.seq),
        "League-Lag": str(max(archive.store.last_seq() - selection.seq, 0)),
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    if request.scope.get(METHOD) == "HEAD":
        return Response(headers=headers, media_type=rows.media_type)
    return StreamingResponse(_stream(selection, rows), headers=headers, media_type=rows.media_type)


def _stream(selection: Selection, rows: Writer) -> Iterator[bytes]:
    yield rows.head()
    for record in selection:
        yield rows.row(record).data
