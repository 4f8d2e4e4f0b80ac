"""A page's encoding: which one its bytes are in, whatever is declared."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

# the HTML standard's prescan looks at the first 1,024 bytes; old templates put scripts before their meta tag
_PRESCAN = 4096
_META = re.compile(rb"<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Chinese pages that declare one of these mean the widest of the family: gb18030 holds gb2312 and gbk
_GB = frozenset({"gb2312", "gbk", "gb18030", "hz", "iso-2022-cn", "cp936", "euc-cn", "x-gbk", "gb_2312-80", "chinese"})
_NOT_SAID = frozenset({"utf-8", "utf8", "ascii", "us-ascii", "iso-8859-1", "latin-1", "latin1", "windows-1252"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """The encoding that header or page declared (None where neither did), and the one the text was read in."""

    declared: str | None
    used: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The text of a body; `replaced` counts the characters that its encoding could not give (U+FFFD)."""

    text: str
    encoding: Encoding
    replaced: int


def decode(body: bytes, declared: str | None = None) -> Decoded:
    """The body as text, never an error.

    A byte order mark decides; else strict UTF-8 with a multibyte character is UTF-8 whatever is declared, for servers
    and templates lie; else a declared encoding other than those that everybody declares (big5, shift_jis …), if the
    bytes are valid in it; else gb18030, the superset of what Chinese pages are written in.
    """
    named = _name(declared) or _declared_in(body)
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _decoded(body[len(mark) :], named, encoding)
    if body.isascii():
        return _decoded(body, named, "utf-8")
    if _is_valid(body, "utf-8"):
        return _decoded(body, named, "utf-8")
    known = _lookup(named)
    if known and known not in _NOT_SAID and known not in _GB and _is_valid(body, known):
        return _decoded(body, named, known)
    return _best_of(body, named)


def _best_of(body: bytes, named: str | None) -> Decoded:
    """gb18030, or UTF-8 with a broken byte here and there, whichever loses less; gb18030 where they are even."""
    in_gb = _decoded(body, named, "gb18030")
    if not in_gb.replaced:
        return in_gb
    in_utf8 = _decoded(body, named, "utf-8")
    return in_utf8 if in_utf8.replaced < in_gb.replaced else in_gb


def _decoded(body: bytes, declared: str | None, encoding: str) -> Decoded:
    text = body.decode(encoding, "replace")
    # a page that was damaged before it came holds U+FFFD of its own: those count as lost characters too
    return Decoded(text=text, encoding=Encoding(declared=declared, used=encoding), replaced=text.count("\ufffd"))


def _is_valid(body: bytes, encoding: str) -> bool:
    try:
        body.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _declared_in(body: bytes) -> str | None:
    found = _META.search(body[:_PRESCAN])
    return _name(found.group(1).decode("ascii", "ignore")) if found else None


def _name(label: str | None) -> str | None:
    cleaned = (label or "").strip().strip("\"'").lower()
    return cleaned or None


def _lookup(label: str | None) -> str | None:
    """Python's name of a text encoding; None for a label that it does not know, or that decodes to no text (base64)."""
    try:
        info = codecs.lookup(label or "")
        "".encode(info.name)
    except (LookupError, ValueError):
        return None
    return info.name
