"""Where a page leads: links, frames, refreshes, files that belong to its text. Absolute, http(s), no fragment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from archive_api.document import Attachment
from crawler.extraction.outline import Element, text_of

# What a CMS links as a file to keep. Pictures and pages are not attachments.
_FILE = re.compile(r"\.(pdf|docx?|xlsx?|pptx?|wps|et|dps|ofd|rar|zip|7z|rtf|tar|gz|caj|csv)$", re.IGNORECASE)
_DOWNLOAD = re.compile(
    r"DownloadAttachUrl|/download\.jsp|/Download\?|/download/|downloadfile|filedownload", re.IGNORECASE
)
_MEDIA = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "ofd": "application/ofd",
}
# a path of plain segments, none of them . or ..
_PLAIN = re.compile(r"/?[\w-]+(?:\.\w+)?(?:/[\w-]+(?:\.\w+)?)*/?", re.ASCII)
_REFRESH = re.compile(r"^\s*\d*\.?\d*\s*[;,]\s*(?:url\s*=)?\s*[\"']?([^\"'\s]+)", re.IGNORECASE)
_COUNT = re.compile(r"\s*(?:已?下载|点击).{0,3}\d*\s*次.*$")
_SOURCES = (("a", "href"), ("area", "href"), ("iframe", "src"), ("frame", "src"))


# a page asks for the same few hundred addresses as links, as rows and as files
@lru_cache(maxsize=2048)
def absolute(base: str, href: str | None) -> str | None:
    """The http(s) address that a link leads to, without its fragment; None for javascript:, mailto:, nonsense."""
    cleaned = "".join((href or "").split("\n")).strip().replace("\\", "/")
    if not cleaned or cleaned.startswith(("#", "javascript:", "JavaScript:", "mailto:", "tel:", "data:", "about:")):
        return None
    try:
        address = _joined(base, cleaned)
        parts = urlsplit(address)
        port_is_a_number = parts.port is None or parts.port > 0
    except ValueError:  # an address that nobody can open: http://[x/, port 99999999
        return None
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or not port_is_a_number:
        return None
    # unescaped spaces are what Chinese upload forms make; other characters stay as the page has them
    return address.replace(" ", "%20")


def _joined(base: str, href: str) -> str:
    """`urljoin` without the fragment; most links are plain, and for those putting two strings together is the same."""
    if _PLAIN.fullmatch(href):
        end = base.find("/", base.find("//") + 2)
        if href[0] == "/" and end > 0:
            return base[:end] + href
        if "?" not in base and end > 0:
            return base[: base.rfind("/") + 1] + href
    return urldefrag(urljoin(base, href)).url


def base_of(root: Element, url: str) -> str:
    """The address that relative links start from: the page's own, or its `<base href>`."""
    for element in root.iter("base"):
        if found := absolute(url, element.get("href")):
            return found
    return url


def links_of(root: Element, base: str) -> tuple[str, ...]:
    """Every address that the page links, frames or refreshes to, in order, each once."""
    found = dict.fromkeys(_refreshes(root, base))
    for element in root.iter("a", "area", "iframe", "frame"):
        for tag, attribute in _SOURCES:
            if element.tag == tag and (address := absolute(base, element.get(attribute))):
                found[address] = None
    return tuple(found)


def _refreshes(root: Element, base: str) -> Iterator[str]:
    for meta in root.iter("meta"):
        if (meta.get("http-equiv") or "").lower() != "refresh":
            continue
        target = _REFRESH.match(meta.get("content") or "")
        if target and (address := absolute(base, target.group(1))):
            yield address


def attachment_of(element: Element, base: str) -> Attachment | None:
    """The file that a link or an embedded viewer leads to; None where it leads to something else."""
    # Sudy embeds a PDF by `pdfsrc`, on a div or on a span
    href = (
        element.get("href")
        or element.get("pdfsrc")
        or (element.get("src") if element.tag in {"embed", "iframe"} else None)
    )
    address = absolute(base, href)
    if address is None:
        return None
    parts = urlsplit(address)
    ending = _FILE.search(unquote(parts.path)) or _FILE.search(unquote(parts.query))
    if ending is None and not _DOWNLOAD.search(address):
        return None
    media_type = _MEDIA.get(ending.group(1).lower()) if ending else None
    return Attachment(name=_name(element, parts.path), url=address, media_type=media_type)


def _name(element: Element, path: str) -> str:
    """A file's name: what its link says, for it says it in words; else the last part of its address."""
    text = _COUNT.sub("", text_of(element))
    title = (element.get("title") or "").strip()
    # Sudy keeps the name in a Python-like dict of one entry: sudyfile-attr="{'title':'x.docx'}"
    quoted = re.search(r"'title'\s*:\s*'([^']+)'", element.get("sudyfile-attr") or "")
    if quoted:
        return quoted.group(1)
    return text or title or unquote(path.rsplit("/", 1)[-1])
