"""Each head the ledger ever had, kept beside it: an end that was cut off is missed before anything is published."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

NAME: Final = "ledger_heads"


def place(town_folder: Path) -> Path:
    """Where the heads lie: below var, so that ledger/ taken from a backup is held to what it was since."""
    return town_folder / "var" / NAME


def known(town_folder: Path) -> list[str]:
    """The heads in their order; none where var was emptied, which costs nothing but this."""
    try:
        return place(town_folder).read_text(encoding="ascii").split()
    except FileNotFoundError:
        return []


def remember(town_folder: Path, head: str) -> None:
    """Note what the ledger's newest entry is by now."""
    path = place(town_folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        file.write(f"{head}\n")
        file.flush()
        os.fsync(file.fileno())
