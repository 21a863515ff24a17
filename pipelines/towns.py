"""Many towns on one machine: each is run by a process of its own, a few at a time, and no town's fault is another's."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.run.bounds import AT_ONCE, machine_memory
from pipelines.run.outcome import Exit, Stop
from pipelines.run.settings import KEY_FILE, TOWN

TOWNS: Final = "PAPIERWENDE_TOWNS"
# What a small town's run takes in its highest hour, the build included.
MEMORY_OF_A_RUN: Final = 3 << 30
PUBLISHED: Final = (Exit.PUBLISHED, Exit.WARNINGS, Exit.UNREACHABLE)
WORST_FIRST: Final = (
    Exit.INTERRUPTED, Exit.INTERNAL, Exit.PRIVACY, Exit.INTEGRITY, Exit.STORAGE, Exit.CONFIGURATION, Exit.GUARD,
    Exit.BUSY, Exit.UNREACHABLE, Exit.WARNINGS,
)  # fmt: skip
# Dagster keeps these signs of a partition's name for itself.
RESERVED: Final = ("...", "[", "]", ",", "\n", "\r", "\t", "\\", "\0", '"', "'", "`")
RAN: Final = ("Published generation", "Nothing new")


@dataclass(frozen=True)
class Ended:
    """How a town's run ended.

    Attributes:
        said: what came out, in one line.
        sentences: what the run had to say, as the command tells it.
    """

    town: str
    exit_code: int
    said: str
    sentences: tuple[str, ...]
    seconds: float

    @property
    def is_published(self) -> bool:
        """Whether a generation of this run's day stands."""
        return self.exit_code in PUBLISHED


def towns_in(folder: Path) -> list[Path]:
    """The towns that lie in a folder, by name.

    Raises:
        Stop: with exit 2 where there is none, or one whose name cannot be a partition's.
    """
    found = sorted(path.parent for path in folder.glob("*/town.toml") if not path.parent.name.startswith("."))
    if not found:
        raise Stop(Exit.CONFIGURATION, f"{folder}: holds no town; make one with `papierwende init {folder / 'town'}`.")
    if wrong := [path for path in found if any(sign in path.name for sign in RESERVED)]:
        raise Stop(
            Exit.CONFIGURATION,
            [f"{path}: a town among others cannot be called so; use letters, digits and hyphens." for path in wrong],
        )
    return found


def keys_are_apart() -> None:
    """See that no single key is named for all towns.

    Raises:
        Stop: with exit 2 where one is.
    """
    if KEY_FILE in os.environ:
        raise Stop(
            Exit.CONFIGURATION,
            f"{KEY_FILE} names the key of one town, and each has its own; unset it and put each key where "
            "`papierwende init` does, below XDG_CONFIG_HOME, named by its id.",
        )


def usual_at_once() -> int:
    """How many towns this machine runs at once: what was said, else one per core, as far as its memory reaches."""
    if said := os.environ.get(AT_ONCE):
        return int(said)
    return max(1, min(len(os.sched_getaffinity(0)), machine_memory() // MEMORY_OF_A_RUN))


def take(folder: Path, as_of: dt.date | None, at_once: int) -> Ended:
    """Run one town in a process of its own.

    Args:
        folder: the town's.
        as_of: the local day to speak for, today without one.
        at_once: how many towns share the machine's memory.
    """
    command = [str(Path(sys.executable).with_name("papierwende")), "run", str(folder)]
    command += ["--as-of", as_of.isoformat()] if as_of else []
    environment = {name: value for name, value in os.environ.items() if name not in (TOWN, TOWNS, "DAGSTER_HOME")}
    began = time.monotonic()
    done = subprocess.run(
        command,
        env=environment | {AT_ONCE: str(at_once)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return _ended(folder.name, done, time.monotonic() - began)


def take_all(
    folders: Iterable[Path], as_of: dt.date | None, at_once: int, begun: Callable[[str], None]
) -> Iterator[Ended]:
    """Run towns, so many at once; each as it ended. Those that have not begun do not begin after a Ctrl-C."""
    with ThreadPoolExecutor(at_once) as pool:

        def one(folder: Path) -> Ended:
            begun(folder.name)
            return take(folder, as_of, at_once)

        running = [pool.submit(one, folder) for folder in folders]
        try:
            for ended in as_completed(running):
                yield ended.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def worst(codes: Iterable[int]) -> int:
    """The exit code of a run of many towns: that of the town that needs somebody most."""
    found = set(codes)
    unknown = found.difference(WORST_FIRST, [Exit.PUBLISHED])
    return next((code for code in WORST_FIRST if code in found), Exit.INTERNAL if unknown else Exit.PUBLISHED)


def _ended(town: str, done: subprocess.CompletedProcess[str], seconds: float) -> Ended:
    sentences = tuple(line.removeprefix("✗ ").removeprefix("! ") for line in done.stderr.splitlines() if line.strip())
    if done.returncode < 0:
        killed = (
            f"was killed by signal {-done.returncode}; where that is 9 the machine had too little memory: run fewer "
            "towns at once.",
        )
        return Ended(town, Exit.INTERNAL, killed[0], killed, seconds)
    said = next((line for line in reversed(done.stdout.splitlines()) if line.startswith(RAN)), "")
    return Ended(town, done.returncode, said or next(iter(sentences), "said nothing"), sentences, seconds)
