"""One run at a time: a lock on the town's folder, held by the process until the run ends.

The kernel drops it when the process dies, so no stale lock can block the next night.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.run.outcome import Exit, Stop, storage_faults_stop

_held: dict[Path, int] = {}


def take(town_folder: Path) -> None:
    """Lock the town's folder for this process; asking again while holding it is fine.

    Raises:
        Stop: with exit 6 when another process holds it, 7 when the folder cannot be written.
    """
    path = (town_folder / "var" / "lock").resolve()
    if path in _held:
        return
    with storage_faults_stop(town_folder):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise Stop(Exit.BUSY, f"{town_folder}: another run is active; wait until it ends, then run again.") from error
    _held[path] = handle


def drop(town_folder: Path) -> None:
    """Give the lock back, if held."""
    handle = _held.pop((town_folder / "var" / "lock").resolve(), None)
    if handle is not None:
        os.close(handle)


@contextmanager
def locked(town_folder: Path) -> Iterator[None]:
    """Hold the lock while the block runs.

    Raises:
        Stop: as ``take``.
    """
    take(town_folder)
    try:
        yield
    finally:
        drop(town_folder)
