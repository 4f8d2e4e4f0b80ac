"""`league demo`: the whole path on the bundled sample site, by the very commands that a user types."""

from __future__ import annotations

import functools
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click

from archive_api.app import serve
from archive_api.errors import ArchiveError, UserError
from archive_api.settings import Settings

SITE = Path(__file__).with_name("sample_site")
HOME = Path("demo")
PORT = 8765
"""Where the sample site is served if it can be: the same addresses each time, and so the same ids."""
MARK = ".league-demo"
"""The file that says that a folder is a demo's, and may be made anew."""


def run_demo(settings: Settings, *, serve_on: int | None) -> None:
    """Crawl, search, export and verify below `./demo`, made anew each time; then serve it on a port, if one is given.

    ArchiveError where a step fails.
    """
    home = _fresh_home(HOME)
    with _sample_site() as address:
        click.echo(f"示例网站 the sample site: {address}（虚构的云汀县 an invented county）")
        league(home, "crawl", "--url", address, "--delay", "0")
    league(home, "search", "志愿服务 年度")
    league(home, "search", "青年志愿者 OR 就业创业", "--kind", "plan", "--sort", "-published")
    league(home, "export", str(home / "export"), "--query", "志愿服务")
    league(home, "verify")
    if serve_on is not None:
        click.echo(f"\n网页 the web pages: http://127.0.0.1:{serve_on}/   (Ctrl-C 结束 ends)")
        serve(settings.model_copy(update={"home": home}), "127.0.0.1", serve_on)


def league(home: Path, *arguments: str) -> None:
    """Show a command and run it, as a process of its own."""
    click.echo("\n$ league " + shlex.join(["--home", str(home), *arguments]))
    sys.stdout.flush()
    done = subprocess.run([sys.executable, "-P", "-m", "scheduler.cli", "--home", str(home), *arguments], check=False)  # noqa: S603 - our own command
    if done.returncode:
        raise ArchiveError(f"the demo's '{arguments[0]}' ended with exit code {done.returncode}")


def _fresh_home(home: Path) -> Path:
    if home.exists() and not (home / MARK).exists():
        raise UserError(f"{home}: exists, and is not a demo's; run the demo in another folder")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    (home / MARK).touch()
    return home


@contextmanager
def _sample_site() -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(SITE))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", PORT), handler)
    except OSError:  # something else listens there
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: the crawl tells what it fetched."""
