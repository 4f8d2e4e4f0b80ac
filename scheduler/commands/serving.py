"""Commands that show the archive in a browser: serve, demo."""

from __future__ import annotations

from contextlib import suppress

import click

from archive_api.app import serve as serve_pages
from archive_api.settings import Settings
from scheduler.archive import open_archive
from scheduler.demo import run_demo


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.pass_obj
def serve(settings: Settings, host: str, port: int) -> None:
    """网页与接口。 Serve the web pages and the HTTP API until Ctrl-C."""
    with open_archive(settings) as archive:
        archive.freshen()
    click.echo(f"http://{host}:{port}/   (Ctrl-C 结束 ends)")
    with suppress(KeyboardInterrupt):
        serve_pages(settings, host, port)


@click.command()
@click.option("--no-serve", is_flag=True, help="不启动网页 end after the export")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.pass_obj
def demo(settings: Settings, *, no_serve: bool, port: int) -> None:
    """用自带的示例网站走一遍全程。 The whole path on the bundled sample site."""
    with suppress(KeyboardInterrupt):
        run_demo(settings, serve_on=None if no_serve else port)
