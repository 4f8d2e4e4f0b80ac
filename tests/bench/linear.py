"""Seconds a page takes by its size, for pages built to be slow: `python tests/bench/linear.py [SHAPE…] [--most BYTES]`.

A reader that is linear keeps the last column, microseconds a kilobyte, level from left to right. Each page is read in a
process of its own, so that the memory is that page's.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from archive_api.errors import UnreadableError
from crawler.extraction import Page, read

TEXT: Final = "2016年，云汀县共青团在县委的领导下，围绕中心、服务大局，较好地完成了全年工作任务。"
HEAD: Final = "<title>云汀县团委2016年工作总结</title><h1>云汀县团委2016年工作总结</h1><p>发布时间：2017-01-03</p>"
SIZES: Final = (1_000, 10_000, 100_000, 1_000_000, 5_000_000, 20_000_000)
HANGS: Final = 600.0


def _times(piece: str) -> Callable[[int], str]:
    return lambda size: HEAD + piece * (size // len(piece.encode()) + 1)


SHAPES: Final[Mapping[str, Callable[[int], str]]] = {
    "paragraphs": _times(f"<p>{TEXT}</p>"),
    "deep": lambda size: HEAD + "<div>" * (size // 5) + TEXT,
    "unclosed": _times(f"<div><span><b>{TEXT}"),
    "small": _times("<i>字</i>"),
    "empty": _times("<b></b>"),
    "one line": lambda size: f"{HEAD}<p>{'云汀县团委组织青年' * (size // 27)}</p>",
    "no mark": lambda size: f"{HEAD}<p>{'a' * size}</p>",
    "digits": lambda size: f"{HEAD}<p>{'2016-12-28 ' * (size // 11)}</p>",
    "spaces": lambda size: f"{HEAD}<p>字{' ' * size}字</p>",
    "table": lambda size: f"{HEAD}<table>{'<tr><td>姓名</td><td>职务：书记</td></tr>' * (size // 60)}</table>",
    "tables": _times("<table><tr><td>姓名</td></tr></table>"),
    "nested tables": lambda size: HEAD + "<table><tr><td>" * (size // 15) + TEXT,
    "links": _times("<a href='/tzgg/1.html'>关于开展青年读书活动的通知</a> "),
    "rows": _times("<li><a href='/tzgg/1.html'>关于开展青年读书活动的通知</a><span>2017-01-03</span></li>"),
    "own links": lambda size: (
        HEAD
        + "".join(
            f"<li><a href='/{n}.html'>关于开展第{n}期青年读书活动的通知</a><i>2017-01-03</i></li>"
            for n in range(size // 100)
        )
    ),
    "attributes": lambda size: f"{HEAD}<p class='{'a ' * (size // 2)}'>{TEXT}</p>",
    "many attributes": lambda size: f"{HEAD}<p {' '.join(f'a{n}=1' for n in range(size // 9))}>{TEXT}</p>",
    "base64": lambda size: f"{HEAD}<img src='data:image/png;base64,{'QUJD' * (size // 4)}'><p>{TEXT}</p>",
    "viewstate": lambda size: f"{HEAD}<input name=__VIEWSTATE value='{'QUJD' * (size // 4)}'><p>{TEXT}</p>",
    "script": lambda size: f"{HEAD}<script>{'createPageHTML(' * (size // 15)}</script><p>{TEXT}</p>",
    "entities": _times("&#20113;&nbsp;"),
    "headings": _times(f"<h2>一、云汀县团委</h2><p>{TEXT}</p>"),
    "labels": _times("<p>发布时间：2017-01-03 来源：云汀县团委 浏览：12次</p>"),
    "committees": _times("<p>共青团云汀县委、团清岚市委、望河镇团委</p>"),
    "brackets": lambda size: f"{HEAD}<p>{'（' * (size // 3)}</p>",
    "title": lambda size: f"<title>{TEXT * (size // 120)}</title><h1>{TEXT * (size // 120)}</h1><p>{TEXT}</p>",
    "breaks": _times(f"{TEXT}<br>"),
    "comments": _times("<!-- 云汀 -->"),
    "lone signs": _times("<"),
}


def measured(shape: str, size: int) -> tuple[float, int]:
    """Seconds, and the most bytes that the process held."""
    body = SHAPES[shape](size).encode()
    began = time.process_time()
    with suppress(UnreadableError):  # a page that shows nothing says so, and that is an answer too
        read(Page(url="http://www.yunting.example/x.html", body=body, media_type="text/html"))
    return time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> int:
    """Prints a row a shape."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shapes", nargs="*", metavar="SHAPE", help=", ".join(SHAPES))
    parser.add_argument("--most", type=int, default=SIZES[-1], help="bytes of the largest page")
    options = parser.parse_args()
    measured("paragraphs", SIZES[0])  # what is loaded for the first page
    sizes = [size for size in SIZES if size <= options.most]
    sys.stdout.write(f"{'seconds by bytes':18}" + "".join(f"{size:>12,}" for size in sizes) + "   MiB  µs/KB\n")
    for shape in options.shapes or SHAPES:
        sys.stdout.write(f"{shape:18}")
        seconds, memory = 0.0, 0
        for size in sizes:
            with multiprocessing.get_context("fork").Pool(1) as pool:
                try:
                    seconds, memory = pool.apply_async(measured, (shape, size)).get(timeout=HANGS)
                except multiprocessing.TimeoutError:
                    seconds = float("nan")
            sys.stdout.write(f"{seconds:12.3f}")
            sys.stdout.flush()
        sys.stdout.write(f"{memory / 2**20:6.0f} {seconds * 1e9 / sizes[-1]:6.0f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
