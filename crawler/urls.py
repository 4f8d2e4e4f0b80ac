"""Canonical addresses: one publication, one address, however it was linked."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit

_PORTS: Final = {"http": 80, "https": 443}
_KEPT: Final = "".join(map(chr, range(0x21, 0x7F)))
_ESCAPE: Final = re.compile(r"%[0-9a-fA-F]{2}")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9._~-]")
# Java puts ;jsessionid=… after a path segment, ASP.NET without cookies puts (S(…)) in front of the page's name
_SESSION: Final = re.compile(r";jsessionid=[^/;]*|/\((?:[ASF]\([A-Za-z0-9_-]+\))+\)(?=/)", re.IGNORECASE)

# names that PHP, Java and ASP give to nothing else
_SESSION_FIELD: Final = re.compile(
    r"(?:^|(?<=&))(?:PHPSESSID|JSESSIONID|ASPSESSIONID[A-Z]{8}|ASP\.NET_SessionId)=[^&]*(?:&|$)", re.IGNORECASE
)


def canonical(url: str) -> str:
    """The one address of what `url` points to; a second call changes nothing.

    RFC 3986 §6.2.2: lower-case scheme and host, no default port, no fragment, dot segments resolved, escapes of the
    path in upper case and none where none is needed; what is not ASCII escaped as UTF-8 (the host by IDNA). Also no dot
    after the host, and no session id in path or query. Else the query stays as it is. An address that is
    not http or https, or that cannot be parsed, names only itself: it comes back as it is.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
        host = host.rstrip(".").encode("idna").decode("ascii").lower() if not host.isascii() else host.rstrip(".")
    except ValueError:  # UnicodeError is one
        return url
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host:
        return url
    login = parts.netloc.rpartition("@")[0]
    named = f"[{host}]" if ":" in host else host
    netloc = (login + "@" if login else "") + named + (f":{port}" if port not in {None, _PORTS[scheme]} else "")
    query = _SESSION_FIELD.sub("", parts.query)
    query = query.removesuffix("&") if query != parts.query else query
    query = quote(query, safe=_KEPT, errors="surrogatepass")
    return urlunsplit((scheme, quote(netloc, safe=_KEPT, errors="surrogatepass"), _path(parts.path), query, ""))


def _path(path: str) -> str:
    escaped = quote(_SESSION.sub("", path), safe=_KEPT, errors="surrogatepass")
    plain = _ESCAPE.sub(_plain_escape, escaped)
    return _without_dots(plain) or "/"


def _plain_escape(match: re.Match[str]) -> str:
    character = unquote(match[0], errors="replace")
    return character if _UNRESERVED.fullmatch(character) else match[0].upper()


def _without_dots(path: str) -> str:
    """RFC 3986 §5.2.4: `.` and `..` segments resolved; empty segments are segments, and stay."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)
