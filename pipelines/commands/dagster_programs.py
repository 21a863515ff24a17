"""Dagster's web server and daemon, from their start to a Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from pipelines.commands.printing import out
from pipelines.run.outcome import Exit, Stop


def serve_dagster(workspace: Path, port: int, environment: Mapping[str, str], job: str) -> None:
    """Run both on this machine only; returns after a Ctrl-C.

    Args:
        workspace: what they load; it lies in Dagster's home.
        port: the web server's.
        environment: what tells them which town, or which towns.
        job: whose page lists the runs.

    Raises:
        Stop: with exit 70 when one of them ended by itself.
    """
    commands = (
        ("dagster-webserver", "-h", "127.0.0.1", "-p", str(port), "-w", str(workspace)),
        ("dagster-daemon", "run", "-w", str(workspace)),
    )
    beside = Path(sys.executable).parent
    running = [
        subprocess.Popen(
            [str(beside / command[0]), *command[1:]],
            cwd=workspace.parent,
            env={**os.environ, "DAGSTER_HOME": str(workspace.parent), **environment},
        )
        for command in commands
    ]
    out.print(f"http://127.0.0.1:{port}/jobs/{job} lists the runs. Stop with Ctrl-C.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while all(process.poll() is None for process in running):
            time.sleep(0.5)
        raise Stop(Exit.INTERNAL, "Dagster's web server or daemon ended by itself; its lines above say why.")
    except KeyboardInterrupt:
        out.print("Stopped.")
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(timeout=30)
