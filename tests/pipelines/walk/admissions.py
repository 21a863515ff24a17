"""Admission as a run does it, for tests of what comes before and after it."""

import datetime as dt
from pathlib import Path

from pipelines.walk.fetch import Admission, admit_all
from pipelines.walk.inbox import waiting
from sources.landing.landing import Landing
from sources.town.folder import read_town
from tests.towns import KEY, NOW


def admit(folder: Path, now: dt.datetime = NOW) -> Admission:
    """All waiting files of a town through its door, into ``var/incoming``."""
    town, landing = read_town(folder), Landing(folder)
    landing.prepare()
    files = waiting(town, landing, KEY)
    return admit_all(town, landing, KEY, files, now, lambda _name, _number: None)


def admit_and_land(folder: Path, now: dt.datetime = NOW) -> Admission:
    """All waiting files of a town into its landing, without a guard."""
    admission = admit(folder, now)
    for delivery in admission.folders:
        Landing(folder).land(delivery)
    return admission
