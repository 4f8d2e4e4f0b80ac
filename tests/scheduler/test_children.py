import os
import sys
import threading
import time
from pathlib import Path

from scheduler.children import Allowed, run_child

MIB = 1024 * 1024
ENOUGH = Allowed(seconds=20, memory=512 * MIB, grace=5)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def is_gone(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_what_a_child_says_is_kept_and_its_code_returned(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "x.log"
    code = "import sys; print('out'); sys.stdout.flush(); print('err', file=sys.stderr); sys.exit(3)"

    ended = run_child(python(code), log, ENOUGH, threading.Event())

    assert (ended.why, ended.returncode) == ("exit", 3)
    assert log.read_text() == "out\nerr\n"


def test_a_child_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    grandchild = tmp_path / "pid"
    code = (
        "import pathlib, subprocess, sys, time\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"pathlib.Path({str(grandchild)!r}).write_text(str(p.pid))\n"
        "time.sleep(60)"
    )

    ended = run_child(python(code), tmp_path / "log", Allowed(seconds=1.5, memory=512 * MIB), threading.Event())

    assert (ended.why, ended.returncode) == ("timeout", -15)
    assert is_gone(int(grandchild.read_text()))


def test_a_child_that_will_not_end_is_killed(tmp_path: Path) -> None:
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    ended = run_child(
        python(code), tmp_path / "log", Allowed(seconds=1, memory=512 * MIB, grace=0.3), threading.Event()
    )
    assert (ended.why, ended.returncode) == ("timeout", -9)


def test_a_child_that_wants_too_much_memory_does_not_get_it(tmp_path: Path) -> None:
    code = "import time; time.sleep(0.5); bytearray(300 * 1024 * 1024)"
    ended = run_child(python(code), tmp_path / "log", Allowed(seconds=20, memory=128 * MIB), threading.Event())
    assert (ended.why, ended.returncode) == ("exit", 1)
    assert "MemoryError" in (tmp_path / "log").read_text()


def test_a_child_is_ended_when_the_clock_stops(tmp_path: Path) -> None:
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    ended = run_child(python("import time; time.sleep(60)"), tmp_path / "log", ENOUGH, stop)
    assert (ended.why, ended.returncode) == ("stopped", -15)
