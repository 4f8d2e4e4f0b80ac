"""Word 97–2003 files (.doc, and .wps, which is the same inside) by several readers: the longest text wins."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from typing import Final

import olefile

from archive_api.errors import UnreadableError
from crawler.extraction import FileText, Page
from crawler.readers.word97 import NotWord97Error, table_stream, text_of

_ENCRYPTED: Final = 0x0100  # [MS-DOC] 2.5.2, FibBase, bit 8 of the flags at offset 10
_FLAGS: Final = slice(10, 12)
_PROGRAMS: Final = {
    "antiword": ("antiword", "-m", "UTF-8.txt", "-w", "0", "-"),
    "catdoc": ("catdoc", "-d", "utf-8", "-w"),
}
_NO_TEXT: Final = re.compile(r"\[pic\]|[\x00-\x08\x0b\x0e-\x1f\ufffd]")
_ROW: Final = re.compile(r"\|(?:.*\|)?")
_BETTER: Final = 1.02  # a program that drew bars or bullets of its own has not read more
_SECONDS: Final = 30


def doc_text(page: Page) -> FileText:
    """The longest text that our own reader, and antiword and catdoc where they are installed, find in a .doc.

    UnreadableError: `encrypted_doc`, `damaged_doc`, `works_file` for Microsoft Works' own .wps, `no_text`.
    """
    found = {rule: paragraphs for rule, text in _texts(page) if (paragraphs := _paragraphs(text))}
    if not found:
        raise UnreadableError(f"{page.url}: no text was found in the .doc", reason="no_text")
    best = next(iter(found))
    for rule, paragraphs in found.items():
        if _length(paragraphs) > _BETTER * _length(found[best]):
            best = rule
    raw = ", ".join(f"{rule} {_length(paragraphs)}" for rule, paragraphs in found.items())
    return FileText(paragraphs=tuple(found[best]), rule=best, raw=f"characters: {raw}", form="doc")


def _opened(page: Page) -> str:
    """The text as our own reader sees it; "" for versions before 97, which programs may know."""
    try:
        with olefile.OleFileIO(BytesIO(page.body)) as container:
            if not container.exists("WordDocument"):
                raise UnreadableError(f"{page.url}: holds no Word document", reason=_other(container))
            word = container.openstream("WordDocument").read()
            if int.from_bytes(word[_FLAGS], "little") & _ENCRYPTED:
                raise UnreadableError(f"{page.url}: the .doc needs a password", reason="encrypted_doc")
            return text_of(word, container.openstream(table_stream(word)).read())
    except NotWord97Error:
        return ""
    except (OSError, ValueError, IndexError) as error:
        raise UnreadableError(f"{page.url}: not a readable .doc ({error})", reason="damaged_doc") from error


def _other(container: olefile.OleFileIO) -> str:
    if container.exists("EncryptedPackage"):
        return "encrypted_doc"
    return "works_file" if container.exists("CONTENTS") or container.exists("MatOST") else "damaged_doc"


def _texts(page: Page) -> Iterator[tuple[str, str]]:
    """Antiword comes first, as it writes automatic numbers out; catdoc comes last, as it takes fragments for text."""
    own = _opened(page)
    if shutil.which("antiword"):
        yield "antiword", _run(_PROGRAMS["antiword"], page.body)
    yield "word97", own
    if shutil.which("catdoc"):
        yield "catdoc", _run(_PROGRAMS["catdoc"], page.body)


def _run(command: tuple[str, ...], body: bytes) -> str:
    try:
        ended = subprocess.run(command, input=body, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603  # no shell, no name of the file's
    except subprocess.TimeoutExpired:
        return ""
    return ended.stdout.decode("utf-8", "replace")


def _paragraphs(text: str) -> list[str]:
    """A line a paragraph; a row of a table drawn with bars is a line of its cells."""
    lines = (_NO_TEXT.sub("", line).strip() for line in text.splitlines())
    shown = (line.replace("|", " ") if _ROW.fullmatch(line) else line for line in lines)
    return [short for line in shown if (short := " ".join(line.split()))]


def _length(paragraphs: list[str]) -> int:
    return sum(len(line) - line.count(" ") for line in paragraphs)
