"""The border round the readers of files: a child process with limits on time, memory and output.

A file that crashes its reader, hangs or unpacks without end costs that child and nothing else.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
import weakref
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Final

from archive_api.errors import UnreadableError
from archive_api.settings import MIB
from crawler.extraction import Extraction, FileText, Hints, Page, from_file, read
from crawler.media_types import FILES

_NO_HINTS: Final = Hints()
_FILES_A_CHILD: Final = 200  # then a new one: what a library leaks does not add up
_SECONDS_TO_START: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the reading of one file may use. `seconds` of the clock, `cpu` seconds, `memory` and `output` in bytes.

    Measured on two cores in November 2026: a PDF of 3,000 pages, the most that are read, takes 40 s, every other file
    seen less than 1 s; the child holds 40 MiB before the first file, and 93 MiB after that PDF.
    `output` holds the text (20 million characters at most) and everything that a helping program writes.
    """

    seconds: float = 90.0
    cpu: int = 60
    memory: int = 900 * MIB
    output: int = 128 * MIB


class Apart:
    """A `Reader` that opens files in a child process, which it keeps for the next file and ends when it overruns.

    Not for use by several threads at once. What is left of it ends with `close`, with the object, or with its process.
    """

    def __init__(self, limits: Limits | None = None, *, worker: str = "crawler.readers.worker") -> None:
        self._limits, self._worker = limits or Limits(), worker
        self._child: _Child | None = None

    def __call__(self, page: Page, hints: Hints = _NO_HINTS) -> Extraction:
        """The page or file, read. UnreadableError where it cannot be, with the reader's own reason, or one of these.

        `reader_timeout`, `reader_out_of_memory`, `too_much_text`, `reader_crashed`.
        """
        if page.media_type not in FILES:
            return read(page, hints)
        return from_file(page.url, self.text(page), hints)

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def text(self, page: Page) -> FileText:
        """All that a file says. UnreadableError as above."""
        if self._child is None or self._child.served >= _FILES_A_CHILD:
            self.close()
            self._child = _Child(self._limits, self._worker)
        is_fresh = not self._child.served
        try:
            return self._child.read(page)
        except _EndedError as ended:
            self.close()
            if ended.reason == "reader_timeout" or is_fresh:
                raise UnreadableError(f"{page.url}: its reader had to be ended", reason=ended.reason) from ended
        return self.text(page)  # what files before this one left in the child may be to blame: once more, alone


class _EndedError(Exception):
    """The child is no more, or is to be ended; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Child:
    """A process that runs a worker of crawler.readers, in a session and a private folder of its own."""

    def __init__(self, limits: Limits, worker: str) -> None:
        self.served = 0
        self._limits = limits
        folder = TemporaryDirectory(prefix="league-reader-")
        self._folder = Path(folder.name)
        self._process = subprocess.Popen(  # noqa: S603  # a command of ours, no shell
            [sys.executable, "-m", worker, json.dumps(asdict(limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            env={**os.environ, "TMPDIR": folder.name, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        self.end = weakref.finalize(self, _end, self._process, folder)

    def read(self, page: Page) -> FileText:
        """What the child read. UnreadableError as it gave it; _EndedError where it gave no answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        answer = self._folder / "answer"
        answer.unlink(missing_ok=True)
        (self._folder / "file").write_bytes(page.body)
        if not self.served:
            self._wait(self._process.stdout, time.monotonic() + _SECONDS_TO_START)
        self.served += 1
        try:
            asked = json.dumps({"url": page.url, "media_type": page.media_type}).encode()
            self._process.stdin.write(asked + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise _EndedError("reader_crashed") from error
        self._wait(self._process.stdout, time.monotonic() + self._limits.seconds)
        found = json.loads(answer.read_bytes())
        if "reason" in found:
            if found["reason"] == "reader_out_of_memory":
                raise _EndedError(found["reason"])
            raise UnreadableError(found["says"], reason=found["reason"])
        return FileText(**{**found, "paragraphs": tuple(found["paragraphs"]), "flags": tuple(found["flags"])})

    def _wait(self, answers: IO[bytes], until: float) -> None:
        ready, _, _ = select.select([answers], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            raise _EndedError("reader_timeout")
        if not os.read(answers.fileno(), 1):
            is_overrun = self._process.wait() == -signal.SIGXCPU
            raise _EndedError("reader_timeout" if is_overrun else "reader_crashed")


def _end(process: subprocess.Popen[bytes], folder: TemporaryDirectory[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # with the programs that it started
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    process.wait()
    folder.cleanup()
