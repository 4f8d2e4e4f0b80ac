"""A disk that is full: played by a limit on the size of any file, which fails a write just as a quota does."""

from __future__ import annotations

import resource
import subprocess
from pathlib import Path

import pytest

from tests.faults.conftest import SECONDS, League

KIB = 1024


@pytest.mark.parametrize("limit", [48 * KIB, 200 * KIB])
def test_a_full_disk_ends_the_command_and_the_next_run_completes_the_work(
    league: League, tmp_path: Path, limit: int
) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for n in range(40):
        noise = "".join(chr(0x4E00 + (n * 7919 + i * 104729) % 20000) for i in range(4000))
        (folder / f"{n:02}.txt").write_text(f"第{n}期青年工作简报\n\n{noise}", encoding="utf-8")
    league.run("status")  # the store is made while there is room

    done = subprocess.run(
        league.command("import", str(folder)),
        capture_output=True, text=True, timeout=SECONDS, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "full" in done.stderr or "large" in done.stderr or "space" in done.stderr

    again = league.run("import", str(folder))
    assert again.returncode == 0, again.stderr
    assert league.status()["documents"] == 40
    assert league.is_sound()
