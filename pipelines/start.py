"""Where the command begins: the second that loading takes can be interrupted like everything after it."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Load the command line and run it."""
    try:
        from pipelines.cli import main as command_line  # noqa: PLC0415
    except KeyboardInterrupt:
        sys.stderr.write("✗ Interrupted before anything was begun.\n")
        sys.exit(128 + signal.SIGINT)
    command_line()
