"""Where the command begins: what holds for all of it, before the second that loading takes."""

from __future__ import annotations

import ctypes
import signal
import sys
from contextlib import suppress
from typing import Final

from pipelines.run.garbage import look_rarely

# Of glibc's mallopt, in malloc.h.
M_ARENA_MAX: Final = -8
ARENAS: Final = 2


def main() -> None:
    """Load the command line and run it; Ctrl-C ends it at any time, and once."""
    take_few_arenas()
    look_rarely()
    # Who starts the program in the background may have it ignore Ctrl-C.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    try:
        from pipelines.commands.main import main as command_line  # noqa: PLC0415
    except KeyboardInterrupt:
        sys.stderr.write("✗ Interrupted before anything was begun.\n")
        sys.exit(128 + signal.SIGINT)
    command_line()


def take_few_arenas() -> None:
    """Let glibc take memory from few pools; the threads of each delivery would leave theirs half empty.

    Only before the first thread begins does it have an effect. Other C libraries have no such pools.
    """
    with suppress(AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def _interrupt(*_: object) -> None:
    # Polars hands on a Ctrl-C of its own and lets Python's follow, which would break off the cleaning up.
    if not isinstance(sys.exception(), KeyboardInterrupt):
        raise KeyboardInterrupt
