"""Documents, their versions, and the captures that they were read from."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from archive_api.asking import MAX_NUMBER
from archive_api.captures import Exchange
from archive_api.routes.answers import Json
from archive_api.routes.archive import Archive
from archive_api.routes.models import CaptureOut, DocumentOut, SummaryOut, VersionsOut

router = APIRouter(default_response_class=Json)

Id = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="文献编号 document id", examples=["9f86d081884c7d65"])]
Number = Annotated[int, Path(ge=1, le=MAX_NUMBER, description="采集编号 capture id", examples=[12])]
Version = Annotated[
    int | None, Query(ge=1, le=MAX_NUMBER, description="版本，缺省为现行 version; default: the current one")
]

BYTES = {"content": {"application/octet-stream": {}}, "description": "the entity bytes exactly as they came"}


@router.get("/documents/{id}", tags=["documents"], summary="文献 Document", operation_id="document")
def document(archive: Archive, id: Id, version: Version = None) -> DocumentOut:  # noqa: A002 - the field's name
    """One document, whole: its current version, or the one that is asked for."""
    return DocumentOut.of(archive.store.record(id, version=version))


@router.get("/documents/{id}/versions", tags=["documents"], summary="各版本 Versions", operation_id="versions")
def versions(archive: Archive, id: Id) -> VersionsOut:  # noqa: A002 - the field's name
    """Every version, oldest first, without texts."""
    records = archive.store.versions(id)
    return VersionsOut(id=id, versions=tuple(SummaryOut.model_validate(record.to_json()) for record in records))


@router.get(
    "/documents/{id}/capture",
    tags=["documents"],
    summary="网页原件 The page as it came, raw bytes",
    operation_id="document_capture",
    response_class=Response,
    responses={200: BYTES},
)
def document_capture(archive: Archive, id: Id, version: Version = None) -> Response:  # noqa: A002 - the field's name
    """The bytes that this version was read from, to be saved and never shown."""
    record = archive.store.record(id, version=version)
    exchange = archive.captures.read(record.capture)
    return _download(exchange, f"{record.id}-v{record.version}.bin")


@router.get(
    "/captures/{id}",
    tags=["captures"],
    summary="采集原件 Capture, raw bytes",
    operation_id="capture",
    response_class=Response,
    responses={200: BYTES},
)
def capture(archive: Archive, id: Number) -> Response:  # noqa: A002 - the field's name
    """The body as it came, to be saved and never shown: content-encoding is not undone, no type is promised."""
    exchange = archive.captures.read(archive.store.capture(id).address)
    return _download(exchange, f"capture-{id}.bin", {"Link": f'</api/v1/captures/{id}/metadata>; rel="describedby"'})


@router.get(
    "/captures/{id}/metadata", tags=["captures"], summary="采集信息 Capture metadata", operation_id="capture_metadata"
)
def capture_metadata(archive: Archive, id: Number) -> CaptureOut:  # noqa: A002 - the field's name
    """What is known of a capture: address, time, status, digest, response headers, and what became of it."""
    row = archive.store.capture(id)
    return CaptureOut.of(row, archive.captures.read(row.address))


def _download(exchange: Exchange, name: str, more: Mapping[str, str] = MappingProxyType({})) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "Cache-Control": "private, no-cache",
        **more,
    }
    return Response(exchange.body, media_type="application/octet-stream", headers=headers)
