"""What a run says while it works: per step a count and the time; the command line draws it, Dagster logs it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class ProgressStep:
    """One step of the walk while it runs."""

    name: str
    started: float = field(default_factory=time.monotonic)
    done: int = 0
    total: int | None = None
    doing: str = ""
    said: str = ""

    @property
    def seconds(self) -> float:
        """How long it has run."""
        return time.monotonic() - self.started

    def advance(self, doing: str, done: int | None = None, total: int | None = None) -> None:
        """Tell what is being done now."""
        self.doing = doing
        self.done = self.done + 1 if done is None else done
        self.total = self.total if total is None else total
        listener(self, False)

    def finish(self, said: str) -> None:
        """Tell what came out."""
        self.said = said


Listener = Callable[[ProgressStep, bool], None]


def _silent(step: ProgressStep, ended: bool) -> None:
    del step, ended


listener: Listener = _silent


def listen(to: Listener) -> None:
    """Send all further progress of this process to a listener; called with (step, whether it ended)."""
    global listener
    listener = to


@contextmanager
def step(name: str) -> Iterator[ProgressStep]:
    """A step of the walk, reported from its start to its end."""
    current = ProgressStep(name)
    listener(current, False)
    yield current
    listener(current, True)
