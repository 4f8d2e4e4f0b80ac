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
# a path of plain segments, none of them . or .., and a plain query; the folders to go up are told apart
_SEGMENTS = r"[\w-]+(?:\.[\w-]+)*(?:/[\w-]+(?:\.[\w-]+)*)*/?"
_QUERY = r"(?:\?[\w=&%.+/-]+)?"
_PLAIN = re.compile(rf"(?P<up>/|(?:\.\./)*)(?P<path>{_SEGMENTS}{_QUERY})", re.ASCII)
_WHOLE = re.compile(rf"https?://[a-z\d-]+(?:\.[a-z\d-]+)+(?:/(?:{_SEGMENTS})?{_QUERY})?", re.ASCII)
# an address whose folders are plain too
_PLAIN_BASE = re.compile(r"(https?://[\w.-]+(?::[1-9]\d{0,3})?)/((?:[\w-]+(?:\.[\w-]+)*/)*)[\w.-]*(?:\?.*)?", re.ASCII)
_REFRESH = re.compile(r"^\s*\d*\.?\d*\s*[;,]\s*(?:url\s*=)?\s*[\"']?([^\"'\s]+)", re.IGNORECASE)
_SHORT_SCRIPT = 400
"""Characters; a longer script sends only some readers elsewhere: those with a telephone, those without a login."""
_LOCATION = re.compile(
    r"\blocation(?:\.href)?\s*=\s*[\"']([^\"'\s]+)[\"']|\blocation\.(?:replace|assign)\(\s*[\"']([^\"'\s]+)[\"']\s*\)"
)
_SCRIPT = re.compile(r"\s*javascript:", re.IGNORECASE)
_QUOTED = re.compile(r"[\"']([^\"'\s]{3,300})[\"']")
_PAGE = re.compile(
    r"\.(?:s?html?|jhtml|aspx?|jspx?|php|do|action|psp)(?:[?#]|$)|^(?:\.{0,2}/|https?://)\S", re.IGNORECASE
)
_COUNT = re.compile(r"\s*(?:已?下载|点击).{0,3}\d*\s*次.*$")
_SOURCES = {"a": "href", "area": "href", "iframe": "src", "frame": "src"}


# a page asks for the same few hundred addresses as links, as rows and as files
@lru_cache(maxsize=2048)
def absolute(base: str, href: str | None) -> str | None:
    """The http(s) address that a link leads to, without its fragment; None for javascript:, mailto:, nonsense.

    Most links are plain, and for those putting strings together gives what `urljoin` gives, in a tenth of the time.
    """
    cleaned = "".join((href or "").split("\n")).strip().replace("\\", "/")
    if not cleaned or cleaned.startswith(("#", "javascript:", "JavaScript:", "mailto:", "tel:", "data:", "about:")):
        return None
    if _WHOLE.fullmatch(cleaned):
        return cleaned
    if (plain := _PLAIN.fullmatch(cleaned)) and (folders := _folders(base)):
        depth = 1 if plain["up"] == "/" else max(1, len(folders) - len(plain["up"]) // len("../"))
        return "/".join((*folders[:depth], plain["path"]))
    try:
        address = urldefrag(urljoin(base, cleaned)).url
        parts = urlsplit(address)
        port_is_a_number = parts.port is None or parts.port > 0
    except ValueError:  # an address that nobody can open: http://[x/, port 99999999
        return None
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or not port_is_a_number:
        return None
    # unescaped spaces are what Chinese upload forms make; other characters stay as the page has them
    return address.replace(" ", "%20")


def is_file(address: str) -> bool:
    """Whether an address looks like that of a file that a document links, rather than of a page."""
    parts = urlsplit(address)
    return bool(_FILE.search(parts.path) or _DOWNLOAD.search(address))


@lru_cache(maxsize=16)
def _folders(base: str) -> tuple[str, ...]:
    """The site and the folders of an address; () where any of it is unusual, and only `urljoin` knows its rules."""
    found = _PLAIN_BASE.fullmatch(base)
    return (found[1], *found[2].split("/")[:-1]) if found else ()


def base_of(root: Element, url: str) -> str:
    """The address that relative links start from: the page's own, or its `<base href>`."""
    for element in root.iter("base"):
        if found := absolute(url, element.get("href")):
            return found
    return url


def links_of(root: Element, base: str) -> tuple[str, ...]:
    """Every address that the page links, frames, refreshes or sends to, in order, each once."""
    found = dict.fromkeys(_refreshes(root, base))
    found.update(dict.fromkeys(_sent(root, base)))
    for element in root.iter(*_SOURCES):
        href = element.get(_SOURCES[element.tag])
        if address := absolute(base, href):
            found[address] = None
        elif href and _SCRIPT.match(href):
            found.update(dict.fromkeys(_called(href, base)))
    for element in _clickable(root):
        found.update(dict.fromkeys(_called(element.get("onclick") or "", base)))
    return tuple(found)


def _clickable(root: Element) -> Iterator[Element]:
    return (
        element
        for element in root.iter("a", "li", "tr", "td", "div", "span", "button", "img", "p")
        if element.get("onclick")
    )


def _sent(root: Element, base: str) -> Iterator[str]:
    """Where a script sends every reader to: location.href = "default.asp" in a short script of its own."""
    for script in root.iter("script"):
        text = script.text or ""
        if "location" in text and len(text) < _SHORT_SCRIPT and (found := _LOCATION.search(text)):
            address = absolute(base, found[1] or found[2])
            if address:
                yield address


def _called(script: str, base: str) -> Iterator[str]:
    """The pages that a link's script opens: openwin('show.asp?id=7'), location.href='list.html'."""
    for text in _QUOTED.findall(script):
        if _PAGE.search(text) and (address := absolute(base, text)):
            yield address


def is_script(address: str) -> bool:
    """Whether an address is a script's, by its ending."""
    return urlsplit(address).path.lower().endswith(".js")


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
    address = absolute(base, href) if href else None
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
