"""Which addresses belong to a source, and which of them are no pages, or lead a crawler astray."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlsplit

from crawler.families import is_barred
from crawler.source import Source

LONGEST_URL = 2000  # characters; servers and caches refuse longer ones at about this length
MOST_PARAMETERS = 16
SAME_PARAMETER = 3


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


MEDIA = _words_of(
    "jpg jpeg png gif bmp ico svg webp tif tiff psd css js map json woff woff2 ttf eot otf mp3 wav wma ogg m4a flac "
    "mp4 flv avi wmv mov mkv webm m4v mpg mpeg rm rmvb swf 3gp ts m3u8 exe msi apk ipa dmg iso jar dll torrent"
)
"""Extensions of files that hold nothing to read: pictures, styles, scripts, sound, film, programs, disk images."""

# A button's address, not a page's: it acts, counts or prints, or asks for a person.
_FUNCTION = _words_of(
    "logout signout logoff login signin adminlogin userlogin register signup captcha createimage validatecode "
    "verifycode print printpage dayin dynclicks visitcount getclicks cart download_count"
)
# Where visitors write: no end of pages, and nothing that the committee published. A list's own rows may lead there.
_VISITORS = _words_of("comment comments reply share search guestbook vote favorite subscribe sso cas")

_LISTING = re.compile(r"(index|list|default|main|more|col|channel|class|column)[a-z]*[-_]?\d*\b")
_WORD = re.compile(r"[A-Z]?[a-z_]+|[A-Z]+(?![a-z])")
_VARIABLE = re.compile(r"[0-9a-f]{8,}|\d+")
# A path that repeats itself comes from relative links on a page that answers at every depth: a group of two or more
# segments twice in a row, or one segment that is no number three times.
_REPEATED = re.compile(r"(/[^/]+(?:/[^/]+)+)\1(?=/|$)|(/(?!\d+/)[^/]+)\2\2(?=/|$)")


@dataclass(frozen=True, slots=True)
class Scope:
    """The hosts and paths of a source. `www.` in front of a host makes no difference, nor does http or https."""

    hosts: frozenset[str]
    paths: tuple[str, ...] = ()

    @classmethod
    def of(cls, source: Source) -> Scope:
        """The hosts of the start URLs, and those that the source names besides."""
        started = (host_of(urlsplit(url)) for url in source.start_urls)
        named = (host.removeprefix("www.") for host in source.limits.hosts)
        return cls(frozenset((*started, *named)), source.limits.paths)

    def holds(self, url: str) -> bool:
        """Whether an absolute http or https address belongs to the source."""
        parts = urlsplit(url)
        return host_of(parts) in self.hosts and (not self.paths or parts.path.startswith(self.paths))


def host_of(parts: SplitResult) -> str:
    """The host, with the port where it is not the scheme's own, without `www.`: two addresses of one site agree."""
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    port = parts.port
    return host if port in {None, 80, 443} else f"{host}:{port}"


def extension(path: str) -> str:
    """The extension of a path in small letters, without the dot; empty where there is none."""
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""


def trap(url: str, *, row: bool = False) -> str | None:
    """Why an address is not worth a request whatever it answers, in one word, or None. `row`: a list's row names it."""
    if not url.startswith(("http://", "https://")):
        return "scheme"
    if len(url) > LONGEST_URL:
        return "too_long"
    parts = urlsplit(url)
    if extension(parts.path) in MEDIA:
        return "media"
    return "repeated_path" if _REPEATED.search(parts.path) else _query_trap(parts) or _function(parts, row=row)


def _query_trap(parts: SplitResult) -> str | None:
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    if len(names) > MOST_PARAMETERS or any(names.count(name) > SAME_PARAMETER for name in names):
        return "query"
    return None


def _function(parts: SplitResult, *, row: bool) -> str | None:
    words = _words(f"{parts.path} {parts.query}")
    if words & _FUNCTION or (not row and (words & _VISITORS or is_barred(parts.geturl()))):
        return "function"
    return None


def is_listing(url: str) -> bool:
    """Whether an address looks like a list's: a folder, or a page called index, list, default, main, more."""
    path = urlsplit(url).path
    return path.endswith("/") or _LISTING.match(path.rpartition("/")[2].lower()) is not None


def pattern(url: str) -> str:
    """What an address has in common with its sisters: numbers and long hexadecimal runs out, parameters' names only."""
    parts = urlsplit(url)
    return f"{host_of(parts)}{_VARIABLE.sub('#', parts.path)}?{parameters(parts)}"


def parameters(parts: SplitResult) -> str:
    """The names of the query's parameters, sorted, each once."""
    return "&".join(sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}))


def _words(text: str) -> frozenset[str]:
    words = {word.lower() for word in _WORD.findall(text)}
    whole = {word.lower() for word in re.findall(r"[A-Za-z_]+", text)}
    return frozenset(words | whole)
