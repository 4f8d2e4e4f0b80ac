"""Sources, runs and health: whether the archive gets what it should."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from archive_api.exports.manifest import software
from archive_api.routes.answers import Json
from archive_api.routes.archive import Archive
from archive_api.routes.models import ConditionOut, HealthOut, RunOut, SourceOut

router = APIRouter(tags=["operation"], default_response_class=Json)


@router.get("/sources", summary="采集源 Sources", operation_id="sources")
def sources(archive: Archive) -> list[SourceOut]:
    """Every source that is crawled, by name."""
    return [SourceOut.of(row) for row in archive.store.sources()]


@router.get("/conditions", summary="采集源是否看得见 Conditions", operation_id="conditions")
def conditions(archive: Archive) -> list[ConditionOut]:
    """How each source is after its last crawl: state, reason, evidence, since when."""
    return [ConditionOut.of(one) for one in archive.store.conditions()]


@router.get("/runs", summary="运行记录 Runs", operation_id="runs")
def runs(
    archive: Archive,
    source: Annotated[str | None, Query(max_length=200, description="采集源 source")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[RunOut]:
    """The latest runs, newest first."""
    return [RunOut.of(row) for row in archive.store.runs(source=source, limit=limit)]


@router.get("/health", summary="状态 Health", operation_id="health")
def health(archive: Archive) -> HealthOut:
    """Positions of store and index, and the distance between them."""
    now = archive.health()
    status = "ok" if now.lag == 0 else "behind"
    return HealthOut(status=status, version=software(), store_seq=now.store_seq, index_seq=now.index_seq, lag=now.lag)
