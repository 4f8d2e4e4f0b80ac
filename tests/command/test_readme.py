"""The README's console blocks are run, and must print what it says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
SECONDS = 180
BLOCKS = re.findall(r"^```console\n(.*?)^```$", README.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
DEMO, *OTHERS = BLOCKS


def run(folder: Path, command: str) -> str:
    words = shlex.split(command)
    assert words[0] == "league"
    home = [] if words[1] == "demo" else ["--home", "demo"]
    done = subprocess.run(
        [sys.executable, "-m", "scheduler.cli", *home, *words[1:]],
        cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def steady(text: str) -> str:
    """The text without what differs from run to run: ports, ids that come from them, times, addresses in files."""
    text = re.sub(r"127\.0\.0\.1([:-])\d+", r"127.0.0.1\1PORT", text)
    text = re.sub(r"^seq: \d+", "seq: N", text, flags=re.MULTILINE)
    text = re.sub(r"\b[0-9a-f]{16}\b", "ID", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", "TIME", text)
    return re.sub(r'league-[\d-]+\.warc\.gz", "offset": \d+', "ADDRESS", text).rstrip()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("demo")
    return folder, run(folder, "league demo --no-serve")


def test_the_demo_prints_what_the_readme_shows(demo: tuple[Path, str]) -> None:
    command, shown = DEMO.split("\n", 1)
    assert command == "$ league demo --no-serve"
    assert steady(demo[1]) == steady(shown)


@pytest.mark.parametrize("block", OTHERS, ids=lambda block: block.split("\n", 1)[0])
def test_a_console_block_prints_what_the_readme_shows(demo: tuple[Path, str], block: str) -> None:
    folder, printed = demo
    port = re.search(r"127\.0\.0\.1:(\d+)/", printed)
    assert port
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, shown = part.split("\n", 1)
        command = re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{port[1]}", command)
        assert steady(run(folder, command)) == steady(shown)
