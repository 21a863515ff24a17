"""Which town a command means: the one it names, else ``PAPIERWENDE_TOWN``, else the one around where one stands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from pipelines.run.outcome import Exit, Stop
from pipelines.run.settings import TOWN, town_folder

TOWN_FILE: Final = "town.toml"
AROUND: Final = "the town around where you stand"


def town_and_source(folder: Path, name: str | None) -> tuple[Path, str | None]:
    """A single word that is no town's folder names a source of the town that is meant without being named."""
    if name is not None or (folder / TOWN_FILE).is_file() or len(folder.parts) != 1:
        return folder, name
    return town_folder() or town_around(), folder.name


def town_around() -> Path:
    """The nearest folder with a ``town.toml``, from the current one upwards.

    Raises:
        Stop: with exit 2 when there is none.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / TOWN_FILE).is_file():
            return folder
    raise Stop(
        Exit.CONFIGURATION,
        f"{here}: neither it nor a folder above holds a {TOWN_FILE}; "
        f"name the town's folder, set {TOWN}, or make one with `papierwende init`.",
    )


_HELP: Final = "The town's folder."
Folder = Annotated[Path, typer.Argument(help=_HELP, envvar=TOWN, default_factory=town_around, show_default=AROUND)]
TownOption = Annotated[
    Path, typer.Option("--town", help=_HELP, envvar=TOWN, default_factory=town_around, show_default=AROUND)
]
