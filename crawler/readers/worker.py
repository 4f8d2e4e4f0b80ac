"""The child's side of the border: reads one file after the other as it is told, until nobody tells it any more."""

from __future__ import annotations

import errno
import json
import os
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from archive_api.errors import UnreadableError
from crawler.extraction import FileText, Page
from crawler.readers.archives import Budget
from crawler.readers.files import read_file

_MOST_CHARACTERS: Final = 20_000_000


def serve(read: Callable[[Page], FileText]) -> None:
    """Take questions from standard input, a JSON line each; lay the answer into the folder, and say so by a byte."""
    limits = json.loads(sys.argv[1])
    answers = os.dup(1)
    os.dup2(2, 1)  # what a library prints is no answer
    _limit(resource.RLIMIT_DATA, limits["memory"])
    _limit(resource.RLIMIT_FSIZE, limits["output"])
    _limit(resource.RLIMIT_CORE, 0)
    os.write(answers, b".")  # the clock of the first file begins now, with everything imported
    for line in sys.stdin.buffer:
        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime) + 1 + limits["cpu"]
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
        asked = json.loads(line)
        _give(_answer(read, asked["url"], asked["media_type"]))
        os.write(answers, b".")


def _give(answer: str) -> None:
    try:
        Path("answer").write_text(answer, encoding="utf-8")
    except OSError as error:  # the limit on output, or a full disk
        is_limit = error.errno == errno.EFBIG
        reason = "too_much_text" if is_limit else "reader_crashed: OSError"
        Path("answer").write_text(json.dumps({"reason": reason, "says": str(error)}), encoding="utf-8")


def _answer(read: Callable[[Page], FileText], url: str, media_type: str) -> str:
    try:
        page = Page(url=url, body=Path("file").read_bytes(), media_type=media_type)
        found = read(page)
    except UnreadableError as error:
        return json.dumps({"reason": error.reason, "says": str(error)})
    except MemoryError:
        return json.dumps({"reason": "reader_out_of_memory", "says": f"{url}: needs too much memory"})
    except Exception as error:  # noqa: BLE001  # the process border: a reader's bug is said of the file, and no more
        return json.dumps({"reason": f"reader_crashed: {type(error).__name__}", "says": f"{url}: {error}"})
    if sum(len(line) for line in found.paragraphs) > _MOST_CHARACTERS:
        return json.dumps({"reason": "too_much_text", "says": f"{url}: more than {_MOST_CHARACTERS} characters"})
    return json.dumps(asdict(found))


def _limit(which: int, amount: int) -> None:
    hard = resource.getrlimit(which)[1]
    least = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
    resource.setrlimit(which, (least, hard))


if __name__ == "__main__":
    serve(lambda page: read_file(page, Budget()))
