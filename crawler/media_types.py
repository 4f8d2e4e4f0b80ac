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
DOC: Final = "application/msword"
WPS: Final = "application/vnd.ms-works"
XLS: Final = "application/vnd.ms-excel"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFD: Final = "application/ofd"
RTF: Final = "application/rtf"
ZIP: Final = "application/zip"
RAR: Final = "application/vnd.rar"
SEVEN_ZIP: Final = "application/x-7z-compressed"
FILES: Final = frozenset({PDF, DOCX, DOC, WPS, XLS, XLSX, OFD, RTF, ZIP, RAR, SEVEN_ZIP})
"""What the readers of files are for, as against pages and texts."""
WARC: Final = "application/warc"
UNKNOWN: Final = "application/octet-stream"

_PPT: Final = "application/vnd.ms-powerpoint"
_BY_SUFFIX: Final = {
    ".txt": "text/plain",
    ".md": "text/markdown",
    **dict.fromkeys((".html", ".htm", ".shtml", ".xhtml", ".jhtml", ".aspx", ".asp", ".jsp", ".php", ".do"), HTML),
    ".pdf": PDF,
    ".docx": DOCX,
    ".doc": DOC,
    ".wps": WPS,
    ".xls": XLS,
    ".et": XLS,
    ".xlsx": XLSX,
    ".ofd": OFD,
    ".rtf": RTF,
    ".ppt": _PPT,
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".zip": ZIP,
    ".rar": RAR,
    ".7z": SEVEN_ZIP,
    ".warc": WARC,
}
_OFFICE: Final = {"word/": DOCX, "xl/": XLSX, "ppt/": _BY_SUFFIX[".pptx"]}
_STARTS: Final = {
    b"{\\rtf": RTF,
    b"Rar!\x1a\x07": RAR,
    b"7z\xbc\xaf\x27\x1c": SEVEN_ZIP,
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
}
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# names in the container's directory; a document with a table in it has both, and the document's comes first
_OLE_STREAMS: Final = {"WordDocument": DOC, "Workbook": XLS, "Book": XLS, "PowerPoint Document": _PPT}
# servers that do not know a file send one of these
_SAYS_NOTHING: Final = re.compile(
    r"application/(?:octet-stream|x-download|force-download|x-msdownload|x-zip-compressed|download)|binary/.*|unknown/.*"
)
_HTML_START: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--[\s\S]{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE
)
_HTML_PART: Final = re.compile(rb"<(?:meta|title|div|table|form|script)\b", re.IGNORECASE)
_OFFICE_PAGE: Final = re.compile(rb"urn:schemas-microsoft-com:office:(?:word|excel)")
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
    if start.startswith(_OLE):
        return _ole(body)
    for signature, media_type in _STARTS.items():
        if start.startswith(signature):
            return media_type
    if start.startswith(b"WARC/1.") or (start.startswith(b"\x1f\x8b") and _is_gzipped_warc(start)):
        return WARC
    return HTML if _HTML_START.match(start) else None


def _zip(body: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ZIP
    if any(name.lstrip("/").lower() == "ofd.xml" for name in names):
        return OFD
    found = (media for folder, media in _OFFICE.items() if any(name.startswith(folder) for name in names))
    return next(found, ZIP)


def _ole(body: bytes) -> str | None:
    """An Office file of 1997–2003; None for containers of other sorts, encrypted documents among them."""
    found = (media for name, media in _OLE_STREAMS.items() if name.encode("utf-16-le") + b"\0\0" in body)
    return next(found, None)


def is_saved_by_office(body: bytes) -> bool:
    """Whether a page is what Word or Excel, or a program that feigns them, saved as a document of its own."""
    return _OFFICE_PAGE.search(body[:_LOOKED_AT]) is not None


def _is_gzipped_warc(start: bytes) -> bool:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(start, 8).startswith(b"WARC/1.")
    except zlib.error:
        return False
