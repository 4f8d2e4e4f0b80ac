"""What sort of file bytes are: by the bytes themselves where they say so, else by the name or by what was declared."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

HTML: Final = "text/html"
PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WARC: Final = "application/warc"
UNKNOWN: Final = "application/octet-stream"

_BY_SUFFIX: Final = {
    ".txt": "text/plain",
    ".md": "text/markdown",
    **dict.fromkeys((".html", ".htm", ".shtml", ".xhtml", ".jhtml", ".aspx", ".asp", ".jsp", ".php", ".do"), HTML),
    ".pdf": PDF,
    ".docx": DOCX,
    ".doc": "application/msword",
    ".wps": "application/vnd.ms-works",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".zip": "application/zip",
    ".rar": "application/vnd.rar",
    ".warc": WARC,
}
_OFFICE: Final = {"word/": DOCX, "xl/": _BY_SUFFIX[".xlsx"], "ppt/": _BY_SUFFIX[".pptx"]}
# servers that do not know a file send one of these
_SAYS_NOTHING: Final = re.compile(
    r"application/(?:octet-stream|x-download|force-download|x-msdownload|x-zip-compressed|download)|binary/.*|unknown/.*"
)
_HTML_START: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--[\s\S]{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE
)
_HTML_PART: Final = re.compile(rb"<(?:meta|title|div|table|form|script)\b", re.IGNORECASE)
_LOOKED_AT: Final = 4096


def media_type_of(name: str | Path, body: bytes) -> str:
    """The media type of a file by its bytes, else by its name; `application/octet-stream` where neither tells."""
    start = body[:_LOOKED_AT]
    known = by_content(body) or _BY_SUFFIX.get(Path(str(name)).suffix.lower())
    return known or (HTML if _HTML_PART.search(start) else UNKNOWN)


def response_type(url: str, declared: str | None, body: bytes) -> str:
    """The media type of a response: by its bytes, else as declared, else by the address."""
    if declared is None or _SAYS_NOTHING.fullmatch(declared):
        return media_type_of(urlsplit(url).path, body)
    return by_content(body) or declared


def by_content(body: bytes) -> str | None:
    """The media type that the bytes themselves state; None for those that state none."""
    start = body[:_LOOKED_AT]
    if b"%PDF-" in start[:1024]:
        return PDF
    if start.startswith(b"PK\x03\x04"):
        return _zip(body)
    if start.startswith(b"WARC/1.") or (start.startswith(b"\x1f\x8b") and _is_gzipped_warc(start)):
        return WARC
    return HTML if _HTML_START.match(start) else None


def _zip(body: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "application/zip"
    found = (media for folder, media in _OFFICE.items() if any(name.startswith(folder) for name in names))
    return next(found, "application/zip")


def _is_gzipped_warc(start: bytes) -> bool:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(start, 8).startswith(b"WARC/1.")
    except zlib.error:
        return False
