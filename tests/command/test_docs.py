"""The documents of the project say what the command does, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from archive_api.settings import Settings
from scheduler.cli import COMMANDS, cli

ROOT = Path(__file__).parents[2]
NAMES = sorted(name for names in COMMANDS.values() for name in names)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_and_option_is_in_the_readme(name: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert f"league {name}" in readme
    options = [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
    assert [option for option in options if option != "--help" and option not in readme] == []


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_documented(field: str) -> None:
    assert f"LEAGUE_{field.upper()}" in (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def test_the_readme_names_no_command_that_is_not_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    used = set(re.findall(r"(?:`|\$ |^)league (?:--home \S+ )?([a-z]+)", readme, flags=re.MULTILINE))
    assert used
    assert used <= set(NAMES)
