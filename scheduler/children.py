"""One child process: its time and its memory are limited, its words go to a file, and nothing of it stays behind."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_GLANCE = 0.2
"""Seconds between two looks at whether it ended or is to be stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a child ended: `returncode` as subprocess gives it; `why` is `exit`, `timeout` or `stopped`."""

    pid: int
    returncode: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What a child may use: wall-clock `seconds`, `memory` in bytes of data; `grace`: seconds to end in, once asked.

    Memory is RLIMIT_DATA: an index that is mapped into memory does not count.
    """

    seconds: float
    memory: int
    grace: float = 30.0


def run_child(command: Sequence[str], log: Path, allowed: Allowed, stop: threading.Event) -> Ended:
    """Runs a command in a session of its own and returns how it ended; its output is added to `log`.

    When its time is over, or `stop` is set, its whole group is asked to end (SIGTERM), and killed if it does not.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        child = subprocess.Popen(  # noqa: S603 - a command of ours, no shell
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    _limit(child.pid, allowed.memory)
    try:
        why = _wait(child, time.monotonic() + allowed.seconds, stop)
    finally:
        _end(child, allowed.grace)
    return Ended(pid=child.pid, returncode=child.returncode, why=why)


def _wait(child: subprocess.Popen[bytes], until: float, stop: threading.Event) -> str:
    while child.poll() is None:
        if stop.is_set():
            return "stopped"
        if time.monotonic() >= until:
            return "timeout"
        try:
            child.wait(min(_GLANCE, max(0.0, until - time.monotonic())))
        except subprocess.TimeoutExpired:
            continue
    return "exit"


def _end(child: subprocess.Popen[bytes], grace: float) -> None:
    if child.poll() is None:
        _signal(child.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(grace)
    # What it started itself may outlive it, and is in its group still.
    _signal(child.pid, signal.SIGKILL)
    child.wait()


def _signal(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return


def _limit(pid: int, memory: int) -> None:
    try:
        resource.prlimit(pid, resource.RLIMIT_DATA, (memory, memory))
    except ProcessLookupError:
        return  # it ended at once: its return code says the rest
