"""Admission as a run does it, for tests of what comes before and after it."""

import datetime as dt
from pathlib import Path

from pipelines.run.run import Run, local_day
from pipelines.walk.admission import Admission
from pipelines.walk.fetch import admit_all
from pipelines.walk.inbox import waiting
from sources.landing.landing import Landing
from sources.town.folder import read_town
from tests.towns import KEY, NOW


def admit(folder: Path, now: dt.datetime = NOW) -> Admission:
    """All waiting files of a town through its door, into ``var/incoming``."""
    run = run_on(folder, now)
    run.landing.prepare()
    return admit_all(run, waiting(run.town, run.landing, KEY), lambda _name, _number: None)


def run_on(folder: Path, now: dt.datetime = NOW) -> Run:
    """A run of a town that begins now."""
    town = read_town(folder)
    return Run(town, KEY, local_day(town, now), now)


def admit_and_land(folder: Path, now: dt.datetime = NOW) -> Admission:
    """All waiting files of a town into its landing, without a guard."""
    admission = admit(folder, now)
    for delivery in admission.folders:
        Landing(folder).land(delivery)
    return admission
