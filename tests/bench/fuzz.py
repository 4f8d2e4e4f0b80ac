"""Readers of pages, PDFs and archives under atheris, by hand.

    python tests/bench/fuzz.py html|pdf|zip SEEDS -max_total_time=600

Needs `pip install atheris` (it has wheels for Python 3.11). SEEDS is a folder to begin from and to grow; what fails is
written beside it as libFuzzer does. A file may take 10 s and 1 GB; an UnreadableError is an answer, nothing else is.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

import atheris  # installed by hand

with atheris.instrument_imports(include=["crawler"]):
    from archive_api.errors import UnreadableError
    from crawler.extraction import Page, read
    from crawler.media_types import PDF, ZIP
    from crawler.readers.archives import Budget
    from crawler.readers.files import read_file

_HTML: Final = "text/html"
_TYPES: Final = {"html": _HTML, "pdf": PDF, "zip": ZIP}
_LIMITS: Final = ("-timeout=10", "-rss_limit_mb=1024", "-max_len=200000")


def main() -> None:
    """Fuzzes one reader until it is stopped, or something fails."""
    media_type = _TYPES[sys.argv.pop(1)]

    def once(data: bytes) -> None:
        page = Page(url="http://www.yunting.example/x", body=data, media_type=media_type)
        with suppress(UnreadableError):
            if media_type == _HTML:
                read(page)
            else:
                read_file(page, Budget())

    Path(sys.argv[1]).mkdir(exist_ok=True)
    atheris.Setup([*sys.argv, *_LIMITS], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
