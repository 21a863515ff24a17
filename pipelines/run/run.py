"""The run as one object: for which town and day, with which key; made once at its start and handed on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from pipelines.ledger.baselines import last_frozen_in
from pipelines.run.bounds import Bounds, bounds_of
from pipelines.run.generation import Remembered, published_generation, read_status, remembered
from pipelines.run.input_hash import input_hash
from pipelines.run.outcome import Exit, Stop
from pipelines.run.settings import load_key, town_at
from pipelines.run.unfinished import unfinished_day
from sources.contract.pseudonyms import Key
from sources.landing.landing import Landing
from sources.town.folder import Town

EARLIEST_DAY: Final = dt.date(1990, 1, 1)
FARTHEST_AHEAD: Final = dt.timedelta(days=366)
HEAD: Final = 12


@dataclass(frozen=True)
class Run:
    """What is fixed when a run begins.

    Attributes:
        town: as it was read then.
        day: the local day the generation speaks for.
        started_at: UTC without a zone.
    """

    town: Town
    key: Key
    day: dt.date
    started_at: dt.datetime

    @property
    def folder(self) -> Path:
        """The town's folder."""
        return self.town.folder

    @property
    def landing(self) -> Landing:
        """Where the town's deliveries lie."""
        return Landing(self.town.folder)

    @cached_property
    def remembered(self) -> Remembered:
        """What was published before; to hash it takes as long as to read it all."""
        return remembered(self.folder)

    @cached_property
    def bounds(self) -> Bounds:
        """What a build may take of this machine."""
        return bounds_of(self.town)

    def generation(self, refused: Sequence[str] = ()) -> Generation:
        """The generation that what has landed by now would make, and the sources of deliveries that were refused.

        The baselines it froze itself do not make it another one.
        """
        manifests, newest = list(self.landing.manifests()), last_frozen_in(self.folder)
        made = [
            Generation(f"{self.day.isoformat()}-{hashed[:HEAD]}", hashed)
            for hashed in (
                input_hash(self.town, manifests, self.day, refused, own) for own in dict.fromkeys((newest, None))
            )
        ]
        return next((one for one in made if one.id == newest), made[-1])


@dataclass(frozen=True)
class Generation:
    """A generation's name, its day and the head of its inputs' hash; and that hash."""

    id: str
    input_hash: str


def begin(folder: Path, as_of: dt.date | None, now: dt.datetime) -> Run:
    """Fix a run's town, key and day, today in the town's zone unless a day is given.

    Raises:
        Stop: with exit 2 when one of them is not in order.
    """
    town = town_at(folder)
    run = Run(town, load_key(town), as_of or local_day(town, now), now)
    if as_of is not None:
        _refuse_day(run)
    return run


def local_day(town: Town, now: dt.datetime) -> dt.date:
    """The day in the town's zone at a UTC moment without a zone."""
    return now.replace(tzinfo=dt.UTC).astimezone(town.zone).date()


def _refuse_day(run: Run) -> None:
    """Refuse a day no honest generation can be made for: it is absurd, or records newer than it have landed."""
    if not EARLIEST_DAY <= run.day <= local_day(run.town, run.started_at) + FARTHEST_AHEAD:
        raise Stop(Exit.CONFIGURATION, f"--as-of {run.day}: must lie between {EARLIEST_DAY} and a year from today.")
    if run.day in (unfinished_day(run.folder), _published_day(run.folder)):
        # What landed meanwhile landed for this very day.
        return
    newest = max((manifest.stand for manifest in run.landing.manifests()), default="")
    if newest[:10] > run.day.isoformat():
        raise Stop(
            Exit.CONFIGURATION,
            f"--as-of {run.day}: records up to {newest[:10]} have landed, which that day could not know; "
            "give a later day, or point current to the generation published then.",
        )


def _published_day(folder: Path) -> dt.date | None:
    status = read_status(folder / "current") if published_generation(folder) else None
    try:
        return dt.date.fromisoformat(str((status or {}).get("as_of")))
    except ValueError:
        return None
