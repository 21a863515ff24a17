"""One taking of the walk: the run, and what its steps found. In memory only, as it names delivered files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pipelines.run import lock
from pipelines.run.outcome import Exit, Stop, utc_now
from pipelines.run.run import Generation, Run, begin
from pipelines.run.settings import unpack_within
from pipelines.walk.admission import Admission
from pipelines.walk.inbox import Waiting

Found = TypeVar("Found")
TAKEN_WHOLE = "The walk is taken whole, as its tables belong together; start job `walk`, or `papierwende run`."


@dataclass
class Walk:
    """What a step hands to the next.

    Attributes:
        folder: the town's folder.
        begun: the run, None before the first step unless it began before Dagster was loaded.
        elsewhere: what systems and folders on other machines gave; None until they were asked.
        waiting: the inbox's files to take.
        admission: what the door made of all that is new.
        made: the generation that is built.
    """

    folder: Path
    begun: Run | None = None
    elsewhere: Admission | None = None
    waiting: list[Waiting] = field(default_factory=list)
    admission: Admission = field(default_factory=Admission)
    made: Generation | None = None

    @property
    def run(self) -> Run:
        """The run that began."""
        return _handed(self.begun)

    @property
    def generation(self) -> Generation:
        """The generation that was built."""
        return _handed(self.made)

    def landed_sources(self) -> list[str]:
        """The sources of which this run landed a delivery."""
        root = self.run.landing.root
        return sorted({f.parent.name for f in self.admission.folders if (root / f.parent.name / f.name).is_dir()})

    def begin(self, as_of: dt.date | None) -> Run:
        """Lock the town's folder and fix the run, unless that was done; make room for what is admitted.

        Raises:
            Stop: another run is active, or the town is not in order.
        """
        if self.begun is None:
            lock.take(self.folder)
            self.begun = begin(self.folder, as_of, utc_now())
            unpack_within(self.begun.town)
        if self.elsewhere is None:
            self.begun.landing.prepare()
        return self.begun


def _handed(found: Found | None) -> Found:
    if found is None:
        raise Stop(Exit.CONFIGURATION, TAKEN_WHOLE)
    return found
