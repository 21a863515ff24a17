"""Each head the ledger ever had, kept beside it: an end that was cut off is missed before anything is published."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

NAME: Final = "ledger_heads"
HEAD: Final = re.compile(rb"^[0-9a-f]{64}$", re.MULTILINE)


def place(town_folder: Path) -> Path:
    """Where the heads lie: below var, so that ledger/ taken from a backup is held to what it was since."""
    return town_folder / "var" / NAME


def known(town_folder: Path) -> list[str]:
    """The heads in their order; none where var was emptied, which costs nothing but this."""
    try:
        return [head.decode() for head in HEAD.findall(place(town_folder).read_bytes())]
    except FileNotFoundError:
        return []


def remember(town_folder: Path, head: str) -> None:
    """Note what the ledger's newest entry is by now; half a line that a full disk left is none and spoils none."""
    path = place(town_folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        file.write(f"\n{head}\n")
        file.flush()
        os.fsync(file.fileno())
