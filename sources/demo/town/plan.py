"""What Musterhafen did in its three years: measures, their true effects, what they cost, what was booked.

Months are indices into the window (0 = first month). Effects named here are the latent truth.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Final

from sources.demo.town.days import Days


@dataclass(frozen=True)
class PlannedMeasure:
    """A measure: when it went live, what it truly changed, what it cost.

    Attributes:
        live: month index and day of go-live, None while planned.
        shares: the share of each service's effect it may claim.
        steps: true jump of the online probability per service, reached within months after go-live.
        minutes: true factor on the minutes of work from go-live on, by (service, channel or ``all``).
        decreed: factor on the minutes of work that was laid down at go-live where nobody timed them again.
        ended: month index and first day it was no longer at work.
        capacity: factor on the office's working capacity for the service from the month after go-live.
        one_off: euros per month, counted from ``starts`` months before go-live.
        running, parallel: euros per month after go-live; parallel operation ends after ``parallel_months``.
        cash: euros per month really booked, from ``cash_after`` months after go-live; None = nothing.
    """

    measure_id: str
    name: str
    live: tuple[int, int] | None
    status: str
    shares: dict[str, str]
    budget_line: str
    steps: dict[str, float] = field(default_factory=dict)
    minutes: dict[tuple[str, str], float] = field(default_factory=dict)
    decreed: float | None = None
    capacity: dict[str, float] = field(default_factory=dict)
    one_off: tuple[int, ...] = ()
    starts: int = 3
    running: int = 0
    parallel: int = 0
    parallel_months: int = 0
    cash: int | None = None
    cash_after: int = 4
    hoped_cash: int = 0
    ended: tuple[int, int] | None = None

    def went_live_on(self, days: Days) -> dt.date | None:
        """The day of go-live."""
        return None if self.live is None else days.on(*self.live)

    def ended_on(self, days: Days) -> dt.date | None:
        """The first day it was no longer at work."""
        return None if self.ended is None else days.on(*self.ended)


# fmt: off
MEASURES: Final = (
    PlannedMeasure(
        "M-PORTAL", "Bürgerportal, erste Welle", (13, 15), "live",
        {"meldebescheinigung": "1", "geburtsurkunde": "0.9", "bewohnerparken": "1", "hundesteuer": "0.6"}, "1115.54310",
        steps={"meldebescheinigung": 0.10, "geburtsurkunde": 0.08, "bewohnerparken": 0.10, "hundesteuer": 0.12},
        minutes={("bewohnerparken", "online"): 0.85}, one_off=(8_400, 14_200, 9_650), running=1_150, cash=4_150,
        parallel=600, parallel_months=6,
    ),
    PlannedMeasure(
        "M-IKFZ", "Anbindung an die internetbasierte Zulassung", (15, 9), "live",
        {"kfz-zulassung": "1", "kfz-abmeldung": "1"}, "1222.54310",
        steps={"kfz-zulassung": 0.05, "kfz-abmeldung": 0.12}, one_off=(11_000, 6_300), running=880, cash=2_480,
        cash_after=5,
    ),
    PlannedMeasure(
        "M-WOHNGELD", "Wohngeld digital mit neuer Fachanwendung", (16, 20), "live", {"wohngeld": "1"}, "3131.52810",
        steps={"wohngeld": 0.08}, minutes={("wohngeld", "online"): 0.72, ("wohngeld", "all"): 0.93},
        capacity={"wohngeld": 1.06}, one_off=(15_500, 21_000, 12_250), running=2_050, cash=None, hoped_cash=2_500,
    ),
    PlannedMeasure(
        "M-SCAN", "Zentrales Scannen in der Poststelle", (18, 12), "live",
        {"grundsicherung": "1", "bildung-teilhabe": "1", "elterngeld": "0.7"}, "1116.52550",
        minutes={("grundsicherung", "post"): 0.9, ("bildung-teilhabe", "post"): 0.88, ("elterngeld", "post"): 0.92},
        one_off=(18_700, 9_400), running=3_150, parallel=1_400, parallel_months=9, cash=6_350,
    ),
    PlannedMeasure(
        "M-ABH-EAKTE", "E-Akte in der Ausländerbehörde", (20, 17), "live",
        {"aufenthaltstitel": "1", "verpflichtungserklaerung": "1"}, "1224.52550", steps={"aufenthaltstitel": 0.06},
        minutes={("aufenthaltstitel", "all"): 0.84}, capacity={"aufenthaltstitel": 1.36,
        "verpflichtungserklaerung": 1.1},
        one_off=(26_000, 31_500, 24_400, 8_800), running=2_900, parallel=11_600, parallel_months=12, cash=2_100,
        cash_after=8,
    ),
    PlannedMeasure(
        "M-CHATBOT", "Chatbot im Bürgeramt", (22, 10), "stopped", {"fuehrungszeugnis": "1", "personalausweis": "1"},
        "1221.54310",
        one_off=(7_900, 4_100), running=1_450, hoped_cash=1_800, ended=(33, 1),
    ),
    PlannedMeasure(
        "M-SPORT", "Hallenvergabe online", (24, 14), "live", {"hallennutzung": "1"}, "4241.54310",
        steps={"hallennutzung": 0.1}, one_off=(5_200,), running=310, starts=1,
    ),
    PlannedMeasure(
        "M-BRIEF", "Digitale Bescheide in das Nutzerkonto", (26, 23), "live",
        {"hundesteuer": "0.4", "kita-anmeldung": "0.5", "elterngeld": "0.3", "geburtsurkunde": "0.1"}, "1116.54320",
        steps={"kita-anmeldung": 0.04}, minutes={("kita-anmeldung", "online"): 0.9}, decreed=0.75,
        one_off=(9_900, 8_600), running=720,
        cash=2_240, cash_after=2, parallel=450, parallel_months=4,
    ),
    PlannedMeasure(
        "M-GEWERBE", "Umstieg auf das neue Wirtschaftsportal", (21, 11), "live", {"gewerbeanmeldung": "1"},
        "1223.54310",
        steps={"gewerbeanmeldung": -0.26}, one_off=(6_800, 3_300), running=640,
    ),
    PlannedMeasure(
        "M-BAUANTRAG", "Digitaler Bauantrag", None, "planned", {"baugenehmigung": "1", "baulastauskunft": "0.5"},
        "5211.52550",
        one_off=(14_000, 14_000), starts=2,
    ),
)

# fmt: on
CAPACITY_EVENTS: Final = (
    ("einbuergerung", 14, 37, 0.92),
    ("elterngeld", 9, 12, 0.78),
    ("wohngeld", 3, 8, 0.88),
    ("baugenehmigung", 22, 26, 0.80),
    ("kita-anmeldung", 30, 33, 0.85),
)
"""Service, first month, month after the last, factor: vacancies, illness and a new law."""

# fmt: off
WIDESPREAD_EFILE: Final = {
    "buergeramt": (0.55, 0.85), "standesamt": (0.40, 0.75), "auslaenderamt": (0.10, 0.25), "ordnungsamt": (0.35, 0.70),
    "kfz": (0.60, 0.85), "steueramt": (0.50, 0.90), "sozialamt": (0.25, 0.50), "jugendamt": (0.30, 0.65),
    "sportamt": (0.45, 0.80), "bauamt": (0.05, 0.20), "umweltamt": (0.30, 0.65), "friedhof": (0.0, 0.0),
}
# fmt: on
"""Share of files kept electronically per office, in the first and in the last month."""

EFILE_STEPS: Final = {"auslaenderamt": ("M-ABH-EAKTE", 0.62), "sozialamt": ("M-SCAN", 0.30)}
"""Offices whose e-file share jumps with a measure."""


def live_measures(without: Set[str] = frozenset()) -> tuple[PlannedMeasure, ...]:
    """Measures that went live, in order of their id's place in the plan, but for those named in ``without``."""
    return tuple(measure for measure in MEASURES if measure.live is not None and measure.measure_id not in without)
