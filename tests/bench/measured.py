"""A child process and all it starts, measured: wall seconds, CPU seconds, the most memory of the tree at one time.

Each line the child prints is a mark: what was spent until then is noted, so that parts of a run are told apart without
being run apart.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HOUSE: Final = Path(__file__).resolve().parents[2]
READY: Final = "ready to be measured"
EVERY: Final = 0.1
# A program that takes more of what is free is ended: the machine would begin to end others.
MOST_OF_FREE: Final = 0.85
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_END_OF_ERRORS: Final = 2_000


@dataclass(frozen=True)
class Spent:
    """What was spent.

    Attributes:
        wall, cpu: seconds; of the CPU user and system together, of all processes.
        peak_mb: the most resident memory of all processes at one time; what two of them share counts twice.
        disk_mb: the most that lay in the watched place at one time; 0 where none was watched.
    """

    wall: float
    cpu: float
    peak_mb: float
    disk_mb: float = 0.0


@dataclass(frozen=True)
class Mark:
    """A line the child printed, and what was spent from the line before to it."""

    line: str
    spent: Spent


@dataclass(frozen=True)
class Measured:
    """A child that ended.

    Attributes:
        spent: from its start, or from the line ``READY``, to its end.
        marks: the lines it printed.
        errors: the end of what it said on the other stream.
    """

    exit_code: int
    spent: Spent
    marks: tuple[Mark, ...]
    errors: str

    @property
    def said(self) -> str:
        """All it printed."""
        return "\n".join(mark.line for mark in self.marks)


class Failed(Exception):
    """What was to be measured did not do its work; the message says what it did instead."""


def measure(
    command: Sequence[str],
    *,
    environment: dict[str, str] | None = None,
    cwd: Path = HOUSE,
    expected: Sequence[int] = (0,),
    lying: Callable[[], int] | None = None,
    heard: Callable[[str], None] | None = None,
) -> Measured:
    """Run a command to its end.

    Args:
        command: the program with its arguments.
        environment: of the child; this process's own where left out. The house is on its path either way.
        cwd: where it works.
        expected: exit codes that mean the work was done.
        lying: bytes that lie in a place to be watched.
        heard: called with each line when it is printed.

    Raises:
        Failed: it ended with another code.
    """
    own = {**(os.environ if environment is None else environment), "PYTHONPATH": str(HOUSE), "PYTHONUNBUFFERED": "1"}
    most = _free_memory() * MOST_OF_FREE
    with tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        child = subprocess.Popen(
            command, env=own, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        watch = _Watch(child.pid, began, most, lying)
        try:
            assert child.stdout is not None
            for line in child.stdout:
                watch.mark(line.rstrip("\n"))
                if heard is not None:
                    heard(line.rstrip("\n"))
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            _end(child.pid)
            raise
        finally:
            watch.stop()
        child.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        told = errors.read().decode("utf-8", errors="replace")[-_END_OF_ERRORS:]
    measured = Measured(child.returncode, watch.whole(usage.ru_utime + usage.ru_stime), tuple(watch.marks), told)
    if watch.is_too_much:
        raise Failed(f"took more than the {most / 1e9:.0f} GB of memory that were to spare, and was ended")
    if measured.exit_code not in expected:
        raise Failed(f"ended with {measured.exit_code}: {_last_line(told or measured.said)}")
    return measured


def python(module: str, *arguments: object) -> list[str]:
    """The command that runs a module of this house in this Python."""
    return [sys.executable, "-m", module, *(str(argument) for argument in arguments)]


def _last_line(text: str) -> str:
    """What a program said last, without the paths of this machine."""
    last = text.strip().splitlines()[-1:] or ["without a word"]
    return re.sub(r"(?<!\w)/[^\s:;,]+/", "", last[0])


class _Watch:
    """Looks at a tree of processes again and again from a thread of its own."""

    def __init__(self, pid: int, began: float, most: float, lying: Callable[[], int] | None) -> None:
        self.marks: list[Mark] = []
        self.is_too_much = False
        self._most_memory = most
        self._pid = pid
        self._lying = lying
        self._since_wall, self._since_cpu = began, 0.0
        self._ready: tuple[float, float] = (began, 0.0)
        self._peak = self._disk = 0.0
        self._highest = self._most = 0.0
        self._lock, self._is_over = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)
        self._thread.start()

    def mark(self, line: str) -> None:
        """Note what was spent since the line before."""
        self._look()
        wall, cpu = time.perf_counter(), _tree_cpu(self._pid)
        with self._lock:
            spent = Spent(wall - self._since_wall, cpu - self._since_cpu, self._peak / 1e6, self._disk / 1e6)
            self.marks.append(Mark(line, spent))
            self._since_wall, self._since_cpu = wall, cpu
            self._peak = self._disk = 0.0
            if line == READY:
                self._ready = (wall, cpu)
                self._highest = self._most = 0.0

    def whole(self, cpu: float) -> Spent:
        """What was spent in all, given the CPU seconds the system tells of the ended tree."""
        wall_before, cpu_before = self._ready
        wall = self._ended - wall_before
        return Spent(wall, max(cpu - cpu_before, 0.0), self._highest / 1e6, self._most / 1e6)

    def stop(self) -> None:
        """The tree is gone."""
        self._ended = time.perf_counter()
        self._is_over.set()
        self._thread.join()

    def _look_on(self) -> None:
        while not self._is_over.wait(EVERY):
            self._look()

    def _look(self) -> None:
        memory = float(sum(_resident(pid) for pid in _tree(self._pid)))
        disk = float(self._lying()) if self._lying is not None else 0.0
        if memory > self._most_memory and not self.is_too_much:
            self.is_too_much = True
            _end(self._pid)
        with self._lock:
            self._peak, self._disk = max(self._peak, memory), max(self._disk, disk)
            self._highest, self._most = max(self._highest, memory), max(self._most, disk)


def _tree(pid: int) -> list[int]:
    """A process and all below it."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            waiting += [int(child) for child in _text(children).split()]
    return found


def _end(pid: int) -> None:
    """End a tree before the machine ends something else for want of memory."""
    for one in reversed(_tree(pid)):
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


def _free_memory() -> float:
    """Bytes of memory that nobody needs now."""
    found = re.search(r"MemAvailable:\s+(\d+) kB", _text(Path("/proc/meminfo")))
    return int(found[1]) * 1024 if found else float("inf")


def _resident(pid: int) -> int:
    words = _text(Path(f"/proc/{pid}/statm")).split()
    return int(words[1]) * _PAGE if words else 0


def _tree_cpu(pid: int) -> float:
    """User and system seconds of the processes that run, and of their children that ended."""
    ticks = 0
    for one in _tree(pid):
        # The name in brackets may hold blanks.
        words = _text(Path(f"/proc/{one}/stat")).rpartition(")")[2].split()
        ticks += sum(int(word) for word in words[11:15])
    return ticks / _TICKS


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
