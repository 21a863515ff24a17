"""Where the command begins: what holds for all of it, before the second that loading takes."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Load the command line and run it; Ctrl-C ends it at any time, and once."""
    signal.signal(signal.SIGINT, _interrupt)
    try:
        from pipelines.cli import main as command_line  # noqa: PLC0415
    except KeyboardInterrupt:
        sys.stderr.write("✗ Interrupted before anything was begun.\n")
        sys.exit(128 + signal.SIGINT)
    command_line()


def _interrupt(*_: object) -> None:
    # Polars hands on a Ctrl-C of its own and lets Python's follow, which would break off the cleaning up.
    if not isinstance(sys.exception(), KeyboardInterrupt):
        raise KeyboardInterrupt
