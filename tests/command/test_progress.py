from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.loopback import SECONDS, served

SITE = Path(__file__).parents[2] / "scheduler" / "sample_site"


def on_a_terminal(home: Path, *arguments: str) -> tuple[str, str]:
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "scheduler.cli", "--home", str(home), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, text=True) as process:
        os.close(theirs)
        said = bytearray()
        try:
            while part := os.read(ours, 65536):
                said += part
        except OSError:  # what Linux says when the other end of a terminal is closed
            os.close(ours)
        assert process.stdout is not None
        shown = process.stdout.read()
        assert process.wait(SECONDS) == 0, said
    return shown, said.decode()


@pytest.mark.parametrize("command", ["crawl", "import"])
def test_progress_is_told_on_a_terminal_and_only_on_standard_error(tmp_path: Path, command: str) -> None:
    with served(SITE) as address:
        arguments = ["--url", address, "--delay", "0"] if command == "crawl" else [str(SITE / "tzgg")]
        shown, said = on_a_terminal(tmp_path, command, *arguments)
    assert "\r" in said
    assert ("fetched" if command == "crawl" else "importing") in said
    assert "\r" not in shown
    assert "\x1b" not in shown


def test_no_progress_is_told_elsewhere(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scheduler.cli", "--home", str(tmp_path), "import", str(SITE / "tzgg")],
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
