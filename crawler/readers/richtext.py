"""RTF files, which .doc files often are."""

from __future__ import annotations

import re
from typing import Final

from striprtf.striprtf import rtf_to_text

from archive_api.errors import UnreadableError
from crawler.extraction import FileText, Page

_CODEPAGE: Final = re.compile(rb"\\ansicpg(\d+)")
_BARS: Final = re.compile(r"\s*\|\s*")


def rtf_text(page: Page) -> FileText:
    """An RTF's paragraphs; a table's row is a line, cells by a space. UnreadableError: `damaged_rtf`, `no_text`."""
    said = _CODEPAGE.search(page.body[:4096])
    codepage = f"cp{said[1].decode()}" if said else "gb18030"
    try:
        source = page.body.decode("latin-1")
        text: str = rtf_to_text(source, codepage, "replace")  # type: ignore[no-untyped-call]  # it has no types
    except (ValueError, LookupError, IndexError) as error:
        raise UnreadableError(f"{page.url}: not a readable RTF ({error})", reason="damaged_rtf") from error
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # \u writes half a character at a time
    lines = (" ".join(_cells(line).split()) for line in whole.split("\n"))
    paragraphs = tuple(line for line in lines if line)
    if not paragraphs:
        raise UnreadableError(f"{page.url}: the RTF holds no text", reason="no_text")
    return FileText(paragraphs=paragraphs, rule="rtf_text", raw=f"{len(paragraphs)} paragraphs", form="rtf")


def _cells(line: str) -> str:
    """A row ends with its last cell's bar, where striprtf writes a bar after each; a bar in a sentence stays."""
    return _BARS.sub(" ", line) if line.rstrip().endswith("|") else line
