"""The command, run inside the test's own process: its start would cost more than what is tested."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from scheduler.cli import main


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class League:
    home: Path

    def __call__(self, *arguments: str, stdin: str = "") -> Done:
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setattr(sys, "argv", ["league", "--home", str(self.home), *arguments])
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            with pytest.raises(SystemExit) as ended:
                main()
        assert isinstance(ended.value.code, int)
        return Done(ended.value.code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("texts")
    (folder / "a.txt").write_text(
        "2023年云汀团县委工作总结\n\n发布时间：2024-01-08 来源：团县委办公室\n\n"
        "2023年，团县委组织青年志愿者开展护河行动，服务群众三千余人次。\n\n一、思想引领\n\n开展主题团日活动。\n",
        encoding="utf-8",
    )
    (folder / "b.txt").write_text(
        "关于召开青年座谈会的通知\n\n发布时间：2024-05-01\n\n各乡镇团委：定于五月四日召开青年座谈会，请准时参加。\n",
        encoding="utf-8",
    )
    (folder / "c.pdf").write_bytes(b"%PDF-1.4 broken")
    return folder


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory, texts: Path) -> League:
    command = League(tmp_path_factory.mktemp("home"))
    done = command("import", str(texts / "a.txt"), str(texts / "b.txt"))
    assert done.returncode == 0, done.stderr
    return command
