"""The `league` command: the one entry point where settings are made and errors become exit codes.

0 done · 1 something failed and was reported · 2 wrong use.
"""

from __future__ import annotations

import logging
import os
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import click
from pydantic import ValidationError

from archive_api.errors import ArchiveError, QueryError, SettingsError, UserError
from archive_api.settings import Settings
from scheduler.output import complain, point_at, prepare_streams

COMMANDS = {
    "crawling": ("crawl", "schedule", "sources"),
    "finding": ("export", "search", "show", "why"),
    "keeping": ("doctor", "index", "status", "verify"),
    "reading": ("extract", "import"),
    "rereading": ("ocr", "reextract"),
    "serving": ("demo", "serve"),
}
"""The modules of `scheduler.commands`, and the commands that each has."""


class Commands(click.Group):
    """Loads a command's module when that command is called: a search need not wait for Scrapy and FastAPI."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's interface
        """Every command, by name."""
        return sorted(name for names in COMMANDS.values() for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command by that name, None where there is none."""
        for module, names in COMMANDS.items():
            if cmd_name in names:
                loaded = import_module(f"scheduler.commands.{module}")
                command: click.Command = getattr(loaded, "import_" if cmd_name == "import" else cmd_name)
                return command
        return None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--home", type=click.Path(path_type=Path), help="档案所在的目录 the archive's folder [LEAGUE_HOME, ./data]"
)
@click.version_option(version("league-archive"), prog_name="league")
@click.pass_context
def cli(context: click.Context, home: Path | None) -> None:
    """共青团文献档案：抓取、留存、检索、导出。 Crawl, keep, search and export what league committees publish."""
    try:
        context.obj = Settings(home=home) if home else Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "LEAGUE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name}: {first['msg']}, got {first['input']!r}") from error


def main() -> None:
    """Run the command and end the process with its exit code."""
    prepare_streams()
    _show_warnings()
    sys.exit(_run())


def _show_warnings() -> None:
    # only our own: what Scrapy and other libraries log goes to a crawl's log file
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("league: %(message)s"))
    logging.getLogger().addHandler(logging.NullHandler())
    for room in ("archive_api", "crawler", "spiders", "scheduler"):
        logging.getLogger(room).addHandler(handler)
        logging.getLogger(room).propagate = False


def _run() -> int:
    try:
        cli.main(prog_name="league", standalone_mode=False)
        sys.stdout.flush()
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 1
    except (click.ClickException, click.Abort, KeyboardInterrupt, ArchiveError, OSError) as error:
        return _reported(error)
    return 0


def _reported(error: BaseException) -> int:
    code = 1
    match error:
        case click.exceptions.NoArgsIsHelpError():
            click.echo(error.format_message(), err=True)
            code = error.exit_code
        case click.ClickException():
            complain(error.format_message())
            code = error.exit_code
        case click.Abort() | KeyboardInterrupt():
            complain("interrupted; what was begun is finished by the next run")
        case QueryError():
            complain(f"column {error.column}: {error}")
            if error.query:
                point_at(error.query, error.column)
            code = 2
        case UserError():
            complain(str(error))
            code = 2
        case BrokenPipeError():
            _let_go_of_output()
        case OSError():
            complain(f"{error.filename or 'output'}: {error.strerror or error}")
            _let_go_of_output()
        case _:
            complain(str(error))
    return code


def _let_go_of_output() -> None:
    # whoever read our output has gone, or its disk is full: nothing more can be said there, not even at exit
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
