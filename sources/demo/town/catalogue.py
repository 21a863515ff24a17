"""Musterhafen's offices, channels and activities: the fixed scenery of the invented town.

Every name is invented. Services stand in ``services_offered``; what changes over time in ``plan``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sources.contract.vocabularies import Channel, Medium, Outcome, words

TOWN_NAME: Final = "Musterhafen"
LAND: Final = "HB"
TIMEZONE: Final = "Europe/Berlin"
INVENTED: Final = "(erfunden)"


@dataclass(frozen=True)
class InventedOffice:
    """An office or unit: code, name, parent code, directorate, staff band."""

    code: str
    name: str
    parent: str | None
    directorate: str
    staff_band: str


_D1, _D2, _D3, _D4 = (
    "Dezernat I Zentrales und Finanzen",
    "Dezernat II Bürger und Ordnung",
    "Dezernat III Soziales und Jugend",
    "Dezernat IV Bau und Umwelt",
)

OFFICES: Final = (
    InventedOffice("zentrale-dienste", "Amt für Zentrale Dienste", None, _D1, "20-49"),
    InventedOffice("poststelle", "Poststelle", "zentrale-dienste", _D1, "5-9"),
    InventedOffice("scanstelle", "Scanstelle", "zentrale-dienste", _D1, "5-9"),
    InventedOffice("steueramt", "Steueramt", None, _D1, "10-19"),
    InventedOffice("buergeramt", "Bürgeramt", None, _D2, "50+"),
    InventedOffice("standesamt", "Standesamt", None, _D2, "10-19"),
    InventedOffice("auslaenderamt", "Ausländerbehörde", None, _D2, "20-49"),
    InventedOffice("abh-infothek", "Ausländerbehörde Infothek", "auslaenderamt", _D2, "5-9"),
    InventedOffice("ordnungsamt", "Ordnungsamt", None, _D2, "20-49"),
    InventedOffice("jagd-waffen", "Jagd- und Waffenwesen", "ordnungsamt", _D2, "1-4"),
    InventedOffice("kfz", "Kfz-Zulassungsstelle", None, _D2, "20-49"),
    InventedOffice("friedhof", "Friedhofsverwaltung", None, _D4, "unknown"),
    InventedOffice("sozialamt", "Sozialamt", None, _D3, "50+"),
    InventedOffice("wohngeldstelle", "Wohngeldstelle", "sozialamt", _D3, "10-19"),
    InventedOffice("jugendamt", "Amt für Jugend und Familie", None, _D3, "50+"),
    InventedOffice("sportamt", "Amt für Sport", None, _D3, "5-9"),
    InventedOffice("bauamt", "Bauordnungsamt", None, _D4, "20-49"),
    InventedOffice("stadtgestaltung", "Sachgebiet Stadtgestaltung", "bauamt", _D4, "1-4"),
    InventedOffice("denkmalpflege", "Denkmalpflege", "stadtgestaltung", _D4, "1-4"),
    InventedOffice("umweltamt", "Umweltschutzamt", None, _D4, "10-19"),
)
OFFICE_CODES: Final = tuple(office.code for office in OFFICES)

DAY_ONLY_OFFICE: Final = "friedhof"
"""Its staff band is unknown: the door keeps the code and coarsens times to the local day."""

MERGED_UNITS: Final = {"jagd-waffen": "ordnungsamt", "denkmalpflege": "bauamt", "stadtgestaltung": "bauamt"}
"""Small units and the nearest parent with enough staff, written down by hand, not computed."""

CHANNELS: Final = words(Channel)
ONLINE, EMAIL, POST, COUNTER, PHONE, FAX, INTERNAL, UNKNOWN_CHANNEL = range(8)
CHANNEL_WORDS: Final = ("Online", "E-Mail", "Post", "Schalter", "Telefon", "Telefax", "Intern")
ASSISTED_WORD: Final = "Online mit Unterstützung"
STRANGE_CHANNEL_WORD: Final = "Rohrpost"

MEDIA: Final = words(Medium)[:5]
DIGITAL, SCANNED, PAPER, VOICE, AT_COUNTER, UNSAID = range(6)
MEDIUM_WORDS: Final = ("elektronisch", "gescannt", "Papier", "mündlich", "Schalter")

OUTCOMES: Final = words(Outcome)[:4]
OUTCOME_WORDS: Final = ("bewilligt", "abgelehnt", "zurückgenommen", "sonstige Erledigung")


@dataclass(frozen=True)
class InventedActivity:
    """What a step is called and what it does, as ``parameters/activities.csv`` will say."""

    name: str
    medium: str
    kind: str
    waits_for: str
    is_decision: bool = False


ACTIVITIES: Final = (
    InventedActivity("Antrag online eingereicht", "digital", "intake", "office"),
    InventedActivity("Antrag mit Hilfe online eingereicht", "digital", "intake", "office"),
    InventedActivity("Anlage hochgeladen", "digital", "internal", "office"),
    InventedActivity("Eingangsbestätigung versandt", "digital", "outbound", "office"),
    InventedActivity("Nachforderung beantwortet", "digital", "clarification", "office"),
    InventedActivity("Antrag eingegangen", "unknown", "intake", "office"),
    InventedActivity("Posteingang gescannt", "scanned", "internal", "office"),
    InventedActivity("Antrag automatisch übernommen", "digital", "internal", "office"),
    InventedActivity("Antrag ausgedruckt", "paper", "internal", "office"),
    InventedActivity("Antrag erfasst", "digital", "internal", "office"),
    InventedActivity("Vollständigkeit geprüft", "unknown", "internal", "office"),
    InventedActivity("Unterlagen nachgefordert", "unknown", "clarification", "applicant"),
    InventedActivity("Unterlagen eingegangen", "unknown", "clarification", "office"),
    InventedActivity("Antrag geprüft", "unknown", "internal", "office"),
    InventedActivity("Stellungnahme angefordert", "unknown", "internal", "third_party"),
    InventedActivity("Stellungnahme eingegangen", "unknown", "internal", "office"),
    InventedActivity("Mitzeichnung erfolgt", "unknown", "internal", "office"),
    InventedActivity("Zwischennachricht versandt", "unknown", "outbound", "office"),
    InventedActivity("Bescheid versandt", "unknown", "outbound", "nobody", True),
    InventedActivity("Ablehnung versandt", "unknown", "outbound", "nobody", True),
    InventedActivity("Bescheid automatisch bereitgestellt", "digital", "outbound", "nobody", True),
    InventedActivity("Dokument ausgehändigt", "counter", "decision", "nobody", True),
    InventedActivity("Antrag zurückgenommen", "unknown", "decision", "nobody", True),
    InventedActivity("Nachtrag zur Akte genommen", "unknown", "archive", "nobody"),
)
(
    SUBMITTED,
    SUBMITTED_ASSISTED,
    UPLOADED,
    CONFIRMED,
    ANSWERED_ONLINE,
    ARRIVED,
    SCANNED_IN,
    TRANSFERRED,
    PRINTED,
    ENTERED,
    CHECKED,
    ASKED,
    ANSWERED,
    REVIEWED,
    STATEMENT_ASKED,
    STATEMENT_GIVEN,
    COSIGNED,
    INTERIM_SENT,
    NOTICE_SENT,
    REFUSAL_SENT,
    NOTICE_POSTED,
    HANDED_OUT,
    WITHDRAWN,
    ADDENDUM,
) = range(len(ACTIVITIES))
OUTBOUND_ACTIVITIES: Final = (CONFIRMED, INTERIM_SENT, NOTICE_SENT, REFUSAL_SENT, NOTICE_POSTED)


def office_index(code: str) -> int:
    """Position of an office or unit in ``OFFICES``; ValueError when there is none."""
    return OFFICE_CODES.index(code)
