"""How much memory and disk a build may take: what the town says, else what the machine can spare."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from sources.town.folder import Town

MEGABYTE: Final = 1_000_000
# How many towns run on this machine at once; set by what starts them.
AT_ONCE: Final = "PAPIERWENDE_TOWNS_AT_ONCE"
# Python, Dagster and the estimates need room beside DuckDB, and so does whatever else the machine does.
_SHARE_OF_MEMORY: Final = 0.5
_SHARE_OF_DISK: Final = 0.9
# What DuckDB takes of a machine by itself; it minds the bounds of a container.
_TAKEN_BY_DUCKDB: Final = 0.8
_UNITS: Final = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}


@dataclass(frozen=True)
class Bounds:
    """Bytes a build may take.

    Attributes:
        memory: in DuckDB; spill: on the disk, of what does not fit into it.
        notes: one sentence per wish of the town that the machine cannot grant.
    """

    memory: int
    spill: int
    notes: tuple[str, ...] = ()

    def settings(self, folder: Path) -> dict[str, str]:
        """As DuckDB takes them, laying aside in a folder."""
        return {
            "memory_limit": megabytes(self.memory),
            "temp_directory": str(folder),
            "max_temp_directory_size": megabytes(self.spill),
        }


def bounds_of(town: Town) -> Bounds:
    """What the town's builds may take on this machine.

    Without a wish half of the memory, and nine tenths of what is free on the town's disk. A wish for more than nine
    tenths of either is cut to them, with a note. Towns that run at once share both.
    """
    others = max(1, int(os.environ.get(AT_ONCE, "1")))
    machine, free = machine_memory() // others, shutil.disk_usage(town.folder).free // others
    notes: list[str] = []
    most = {"memory": int(machine * _SHARE_OF_DISK), "spill": int(free * _SHARE_OF_DISK)}
    usual = {"memory": int(machine * _SHARE_OF_MEMORY), "spill": most["spill"]}
    found = {}
    for name, wish in (("memory", town.run.memory), ("spill", town.run.spill)):
        found[name] = min(wish or usual[name], most[name])
        if wish and wish > most[name]:
            notes.append(
                f"{town.folder / 'town.toml'}: [run] {name} is {megabytes(wish)} and this machine can spare "
                f"{megabytes(most[name])}, which is what a build takes; lower it."
            )
    return Bounds(found["memory"], found["spill"], tuple(notes))


def megabytes(amount: int) -> str:
    """An amount of bytes as DuckDB takes it and people read it."""
    return f"{max(amount // MEGABYTE, 1)}MB"


def machine_memory() -> int:
    """Bytes of memory this process may count on, those of its container where it runs in one."""
    with duckdb.connect() as connection:
        ((said,),) = connection.execute("select current_setting('memory_limit')").fetchall()
    number, unit = re.fullmatch(r"([\d.]+) (\w+)", said).groups()  # type: ignore[union-attr]
    return int(float(number) * _UNITS[unit] / _TAKEN_BY_DUCKDB)
