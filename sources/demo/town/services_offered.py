"""Musterhafen's services and their habits: volumes, channels, seasons, steps and minutes. All invented.

The service keys stand in the invented group 99999: well formed, but no such group exists in the real catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np


@dataclass(frozen=True)
class OfferedService:
    """One service and how its cases behave.

    Attributes:
        yearly: cases per year at scale 1, in the first year.
        growth: relative growth per year.
        season: name of a row of ``SEASONS``.
        online: latent online share at the far left and right of its logistic curve.
        turning: month index (0 = first month) where the curve is steepest, and its width in months.
        online_since: month index of the first online application, negative before the window, None for never.
        assisted: share of online applications filled in by staff together with the applicant.
        offline: shares of email, post, counter, phone, fax, internal among the other applications.
        types: case types and their shares in the first year; the first one loses ``drift`` a year to the last.
        minutes: minutes of work for a case of the first type that came by post; None = nobody measured.
        relief: minutes of an online case as a share of a postal one.
        asks: probability that documents are missing (paper; online has 60 % of it).
        statement, cosign, refuse, instant, auto: probabilities of those paths.
        handling: typical working days from taking up a case to its decision.
        slack: capacity as a share of mean arrivals, before special events.
        target: promised working days.
        digital_notice: share of online cases whose notice goes out digitally, in the first and the last month.
    """

    code: str
    name: str
    office: str
    yearly: int
    season: str
    online: tuple[float, float]
    turning: tuple[float, float]
    online_since: int | None
    minutes: float | None
    target: int | None
    growth: float = 0.0
    assisted: float = 0.04
    offline: tuple[float, float, float, float, float, float] = (0.06, 0.57, 0.31, 0.02, 0.04, 0.0)
    types: tuple[tuple[str, float], ...] = (("standard", 1.0),)
    drift: float = 0.0
    relief: float = 0.5
    asks: float = 0.2
    statement: float = 0.0
    cosign: float = 0.05
    refuse: float = 0.04
    instant: float = 0.0
    auto: float = 0.0
    handling: float = 1.5
    slack: float = 1.18
    digital_notice: tuple[float, float] = (0.15, 0.7)
    maturity: int = 2
    specialist: str | None = None


_NEW = (("erstantrag", 0.6), ("folgeantrag", 0.4))
_DESK = (0.05, 0.18, 0.74, 0.01, 0.02, 0.0)
_OWN = (0.07, 0.50, 0.30, 0.02, 0.04, 0.07)

# fmt: off
SERVICES: Final = (
    OfferedService("meldebescheinigung", "Meldebescheinigung", "buergeramt", 4200, "flat", (0.36, 0.7), (14, 5), -20,
            9.0, 3, offline=_DESK, instant=0.8, auto=0.55, asks=0.04, handling=0.4, relief=0.4, maturity=4),
    OfferedService("wohnsitz", "Wohnsitz an- oder ummelden", "buergeramt", 3300, "moves", (0.12, 0.5), (24, 6), -1,
            18.0, 5,
            offline=_DESK, instant=0.75, asks=0.08, handling=0.8, relief=0.7, types=(("zuzug", 0.55), ("umzug", 0.45))),
    OfferedService("personalausweis", "Personalausweis", "buergeramt", 1700, "travel", (0.0, 0.0), (0, 1), None, 16.0,
            25, offline=(0.0, 0.0, 1.0, 0.0, 0.0, 0.0), asks=0.02, statement=1.0, handling=1.0, maturity=1),
    OfferedService("fuehrungszeugnis", "Führungszeugnis", "buergeramt", 2900, "school", (0.56, 0.58), (18, 8), -40,
            8.0, 5, offline=_DESK, instant=0.7, asks=0.03, handling=0.6, relief=0.6, maturity=3),
    OfferedService("geburtsurkunde", "Geburtsurkunde nachbestellen", "standesamt", 2300, "flat", (0.44, 0.76), (15,
            5), -12, 14.0, 5, asks=0.10, handling=1.0, relief=0.55, maturity=3),
    OfferedService("eheschliessung", "Eheschließung anmelden", "standesamt", 700, "wedding", (0.08, 0.3), (22, 5), -3,
            65.0, 20,
            offline=_DESK, asks=0.45, handling=3.0, relief=0.9, types=(("inland", 0.7), ("auslandsbezug", 0.3))),
    OfferedService("aufenthaltstitel", "Aufenthaltstitel", "auslaenderamt", 4300, "flat", (0.24, 0.6), (21, 5), -5,
            75.0, 40,
            offline=(0.10, 0.53, 0.29, 0.02, 0.06, 0.0), types=_NEW, drift=0.03, asks=0.42, cosign=0.2, refuse=0.07,
            handling=4.0, slack=0.86, relief=0.85, growth=0.02, assisted=0.12),
    OfferedService("verpflichtungserklaerung", "Verpflichtungserklärung", "auslaenderamt", 900, "travel", (0.18,
            0.55), (18, 4),
            -2, 30.0, 15, offline=_DESK, asks=0.25, handling=2.0, slack=1.04),
    OfferedService("einbuergerung", "Einbürgerung", "auslaenderamt", 850, "flat", (0.24, 0.66), (16, 6), -2, 210.0, 120,
            asks=0.55, statement=0.7, cosign=0.9, refuse=0.06, handling=9.0, slack=1.10, growth=0.24, relief=0.9,
            digital_notice=(0.0, 0.1)),
    OfferedService("gewerbeanmeldung", "Gewerbe anmelden", "ordnungsamt", 1900, "newyear", (0.55, 0.76), (8, 4), -30,
            25.0, 5,
            types=(("anmeldung", 0.5), ("ummeldung", 0.2), ("abmeldung", 0.3)), asks=0.18, relief=0.45, maturity=4),
    OfferedService("bewohnerparken", "Bewohnerparkausweis", "ordnungsamt", 3100, "newyear", (0.42, 0.82), (15, 4), -8,
            12.0, 5, types=_NEW, drift=0.04, auto=0.35, asks=0.06, handling=0.6, relief=0.35, maturity=4),
    OfferedService("sondernutzung", "Sondernutzung von Straßen", "ordnungsamt", 800, "building", (0.2, 0.58), (20, 5),
            -3, 55.0,
            15, asks=0.35, statement=0.4, cosign=0.2, handling=3.5, relief=0.8),
    OfferedService("waffenrecht", "Waffenrechtliche Erlaubnis", "ordnungsamt", 260, "flat", (0.03, 0.15), (28, 5), 20,
            None, 40,
            asks=0.40, statement=0.8, cosign=0.6, refuse=0.12, handling=6.0, maturity=1, specialist="jagd-waffen"),
    OfferedService("kfz-zulassung", "Fahrzeug zulassen", "kfz", 3400, "vehicle", (0.14, 0.54), (22, 4), -15, 17.0, 3,
            offline=(0.0, 0.02, 0.97, 0.0, 0.01, 0.0), instant=0.93, auto=0.45, asks=0.05, handling=0.5, relief=0.25,
            types=(("neuzulassung", 0.35), ("umschreibung", 0.65)), maturity=4),
    OfferedService("kfz-abmeldung", "Fahrzeug abmelden", "kfz", 2000, "vehicle", (0.24, 0.68), (20, 4), -30, 8.0, 2,
            offline=(0.0, 0.06, 0.92, 0.0, 0.02, 0.0), instant=0.95, auto=0.8, asks=0.02, handling=0.3, relief=0.15,
            maturity=4),
    OfferedService("hundesteuer", "Hund zur Steuer anmelden", "steueramt", 1700, "spring", (0.34, 0.74), (15, 4), -4,
            15.0, 10, types=(("anmeldung", 0.62), ("abmeldung", 0.38)), auto=0.25, asks=0.12, relief=0.4, offline=_OWN),
    OfferedService("zweitwohnungsteuer", "Zweitwohnungsteuer erklären", "steueramt", 500, "newyear", (0.16, 0.52),
            (24, 5), 8, 28.0, 20, asks=0.25, refuse=0.02, handling=2.5, offline=_OWN),
    OfferedService("wohngeld", "Wohngeld", "sozialamt", 3600, "winter", (0.24, 0.7), (17, 4), -3, 95.0, 30, types=_NEW,
            drift=0.05, asks=0.52, cosign=0.15, refuse=0.16, handling=4.0, slack=1.03, relief=0.8, assisted=0.10,
            specialist="wohngeldstelle"),
    OfferedService("bildung-teilhabe", "Leistungen für Bildung und Teilhabe", "sozialamt", 2700, "school", (0.18,
            0.6), (20, 5),
            -3, 35.0, 15, types=_NEW, asks=0.30, refuse=0.08, handling=2.0, relief=0.7, assisted=0.10),
    OfferedService("grundsicherung", "Grundsicherung im Alter", "sozialamt", 1500, "flat", (0.08, 0.36), (26, 6), 2,
            120.0, 30, asks=0.55, cosign=0.2, refuse=0.13, handling=5.0, relief=0.9, assisted=0.2, offline=_OWN),
    OfferedService("parkausweis-behinderte", "Parkausweis für schwerbehinderte Menschen", "sozialamt", 650, "flat",
            (0.10, 0.36),
            (22, 6), 0, 22.0, 15, asks=0.22, refuse=0.09, handling=1.5, relief=0.7, assisted=0.18),
    OfferedService("kita-anmeldung", "Kita-Platz anmelden", "jugendamt", 2200, "kita", (0.42, 0.86), (14, 3.5), -6,
            30.0, 40,
            types=(("krippe", 0.45), ("kindergarten", 0.55)), asks=0.20, refuse=0.10, handling=5.0, relief=0.5,
            maturity=3),
    OfferedService("elterngeld", "Elterngeld", "jugendamt", 1900, "flat", (0.3, 0.7), (18, 5), -10, 80.0, 25, asks=0.50,
            refuse=0.05, handling=3.0, slack=1.08, relief=0.75, types=(("basis", 0.5), ("plus", 0.5)), drift=0.04),
    OfferedService("unterhaltsvorschuss", "Unterhaltsvorschuss", "jugendamt", 800, "flat", (0.12, 0.46), (23, 5), 2,
            100.0, 30, asks=0.48, cosign=0.2, refuse=0.12, handling=5.0, relief=0.85, offline=_OWN),
    OfferedService("hallennutzung", "Sporthalle oder Platz nutzen", "sportamt", 620, "school", (0.25, 0.72), (23,
            2.5), -1, None,
            15, offline=(0.35, 0.40, 0.10, 0.10, 0.05, 0.0), asks=0.15, statement=0.2, handling=2.5),
    OfferedService("baugenehmigung", "Baugenehmigung", "bauamt", 520, "building", (0.02, 0.22), (27, 4), 16, 480.0, 65,
            offline=(0.03, 0.82, 0.14, 0.0, 0.0, 0.01), types=(("vereinfacht", 0.65), ("regelverfahren", 0.35)),
            asks=0.65,
            statement=0.85, cosign=0.8, refuse=0.09, handling=14.0, slack=1.05, relief=0.95, specialist="denkmalpflege",
            digital_notice=(0.0, 0.3)),
    OfferedService("baulastauskunft", "Auskunft aus dem Baulastenverzeichnis", "bauamt", 900, "building", (0.35,
            0.68), (17, 5),
            -5, 20.0, 10, asks=0.10, refuse=0.01, handling=1.5, relief=0.5,
            offline=(0.30, 0.50, 0.04, 0.08, 0.08, 0.0)),
    OfferedService("baumfaellung", "Ausnahme für eine Baumfällung", "umweltamt", 560, "felling", (0.25, 0.66), (19,
            5), -2, 60.0,
            20, asks=0.25, statement=0.3, refuse=0.25, handling=4.0, relief=0.8),
    OfferedService("grabnutzung", "Grabnutzungsrecht", "friedhof", 480, "winter", (0.0, 0.0), (0, 1), None, 40.0, 10,
            offline=(0.0, 0.62, 0.28, 0.06, 0.04, 0.0), asks=0.15, handling=2.0, maturity=1),
    OfferedService("fundsachen", "Fundsache abholen", "ordnungsamt", 900, "summer", (0.18, 0.45), (18, 6), -4, None,
            None, offline=(0.20, 0.10, 0.40, 0.28, 0.02, 0.0), asks=0.05, refuse=0.15, handling=1.0),
)
# fmt: on
SERVICE_CODES: Final = tuple(service.code for service in SERVICES)
CASE_TYPES: Final = tuple(name for service in SERVICES for name, _ in service.types)
FIRST_TYPES: Final = np.cumsum([0, *(len(service.types) for service in SERVICES)])
"""Per service the place of its first case type among all."""

UNLISTED_SERVICE: Final = "strandkorb-erlaubnis"
"""What the case system calls a service that no parameter file knows."""

# fmt: off
SEASONS: Final = {
    "flat": (1.04, 1.00, 1.05, 0.98, 1.00, 0.99, 0.93, 0.94, 1.04, 1.02, 1.03, 0.98),
    "spring": (1.10, 1.35, 1.75, 1.55, 1.20, 0.95, 0.70, 0.65, 0.75, 0.70, 0.65, 0.65),
    "travel": (0.85, 0.90, 1.10, 1.25, 1.40, 1.45, 1.15, 0.85, 0.80, 0.75, 0.75, 0.75),
    "moves": (0.85, 0.85, 0.95, 1.00, 0.95, 0.95, 1.05, 1.20, 1.30, 1.25, 0.90, 0.75),
    "school": (0.95, 1.00, 0.95, 0.85, 0.90, 1.00, 1.05, 1.50, 1.40, 1.00, 0.80, 0.60),
    "wedding": (0.95, 1.15, 1.35, 1.40, 1.30, 1.15, 0.95, 0.85, 0.75, 0.75, 0.70, 0.70),
    "newyear": (1.45, 1.15, 1.05, 1.00, 0.95, 0.90, 0.85, 0.85, 0.95, 0.95, 0.90, 1.00),
    "building": (0.70, 0.85, 1.15, 1.25, 1.25, 1.20, 1.05, 0.95, 1.10, 1.05, 0.85, 0.60),
    "vehicle": (0.75, 0.85, 1.35, 1.40, 1.25, 1.15, 1.00, 0.90, 0.95, 0.90, 0.80, 0.70),
    "winter": (1.30, 1.15, 1.05, 0.95, 0.90, 0.85, 0.80, 0.85, 0.95, 1.05, 1.10, 1.05),
    "kita": (1.90, 1.60, 1.05, 0.90, 0.85, 0.80, 0.70, 0.75, 0.80, 0.85, 0.90, 0.90),
    "felling": (1.20, 1.15, 0.60, 0.55, 0.60, 0.65, 0.70, 0.90, 1.25, 1.70, 1.60, 1.10),
    "summer": (0.75, 0.80, 0.90, 1.00, 1.15, 1.30, 1.45, 1.35, 1.05, 0.85, 0.75, 0.65),
}
# fmt: on
