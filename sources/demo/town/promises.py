"""What Musterhafen's council was promised of the measures, and what offices asked for; some of it was missed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from sources.demo.town.days import Days
from sources.demo.town.plan import MEASURES, PlannedMeasure
from sources.demo.town.services_offered import SERVICES


@dataclass(frozen=True)
class Promise:
    """What was decided of a measure before it began.

    Attributes:
        function: who answers for it, as a function.
        late: days by which it went live after the day it was promised for; before it where negative.
        reach: promised cases a year on ``channel``, as a share of all cases of its services.
        channel: intake channel.
        paper_route: euros a month its paper route costs however few come, None where nobody ever asked.
        due: month index and day it was promised for, of a measure that never went live.
    """

    function: str
    late: int
    reach: float
    channel: str = "online"
    paper_route: int | None = None
    due: tuple[int, int] | None = None

    def due_on(self, measure: PlannedMeasure, days: Days) -> dt.date | None:
        """The day the measure was promised for."""
        live = measure.went_live_on(days)
        if live is not None:
            return live - dt.timedelta(days=self.late)
        return None if self.due is None else days.on(*self.due)

    def cases(self, measure: PlannedMeasure, scale: float) -> int:
        """The promised cases a year."""
        yearly = sum(service.yearly for service in SERVICES if service.code in measure.shares)
        return max(round(yearly * scale * self.reach), 1)


PROMISES: Final = {
    "M-PORTAL": Promise("Organisation", 45, 0.5, paper_route=1_900),
    "M-IKFZ": Promise("Leitung Zulassungsstelle", 0, 0.45, paper_route=2_250),
    "M-WOHNGELD": Promise("Leitung Sozialamt", 92, 0.4),
    "M-SCAN": Promise("Leitung Zentrale Dienste", 12, 0.6, "post", 2_400),
    "M-ABH-EAKTE": Promise("Leitung Ausländerbehörde", 140, 0.35, paper_route=3_100),
    "M-CHATBOT": Promise("Leitung Bürgeramt", 0, 0.5),
    "M-SPORT": Promise("Leitung Sportamt", -10, 0.5, paper_route=180),
    "M-BRIEF": Promise("Leitung Zentrale Dienste", 30, 0.5),
    "M-BAUANTRAG": Promise("Leitung Bauordnungsamt", 0, 0.6, due=(31, 1)),
}
"""M-GEWERBE began without anything being laid down."""

NEVER_REACHED: Final = "M-SCAN"
"""Was promised more than twice the post that comes."""

ASKED: Final = (
    ("auslaenderamt", 3.0, 214_500.0, 1.5),
    ("buergeramt", 2.0, 118_000.0, 2.25),
    ("sozialamt", 1.5, 97_250.0, 3.0),
    ("steueramt", None, None, 1.0),
    ("kfz", 0.0, 0.0, 0.5),
    ("standesamt", 0.5, 31_000.0, None),
)
"""Office, full posts and euros it asked for beside what it has, full posts of those who retire: of the running year."""

COST_SHARES: Final = (
    ("1115.52550", "meldebescheinigung", None, 0.03),
    ("1115.52550", "bewohnerparken", None, 0.03),
    ("1115.52550", "kfz-zulassung", None, 0.05),
    ("1115.52550", "aufenthaltstitel", None, 0.08),
    ("1115.52550", "wohngeld", None, 0.07),
    ("1115.52550", "hundesteuer", None, 0.02),
    ("1115.52550", "geburtsurkunde", None, 0.02),
    ("1115.52550", "einbuergerung", None, 0.02),
    ("1116.54310", "aufenthaltstitel", "post", 0.12),
    ("1116.54310", "wohngeld", "post", 0.1),
    ("1116.54310", "hundesteuer", "post", 0.04),
    ("1116.54310", "geburtsurkunde", "post", 0.05),
)
"""Which part of the lines of licences and postage a service causes, of one channel or of all."""

HIGHER_RATES: Final = {"baugenehmigung": (42.2, 38.0, 46.0), "einbuergerung": (42.2, 38.0, 46.0)}
"""Euros an hour, at least, at most, of services whose work a higher grade does than the town's mean."""


def promised(days: Days, scale: float) -> list[tuple[str, str, dt.date | None, int, str, float | None]]:
    """Per measure what was laid down, in the columns of ``measure_plans.csv``."""
    return [
        (
            measure.measure_id,
            promise.function,
            promise.due_on(measure, days),
            promise.cases(measure, scale),
            promise.channel,
            None if promise.paper_route is None else float(promise.paper_route),
        )
        for measure in MEASURES
        if (promise := PROMISES.get(measure.measure_id)) is not None
    ]
