"""The invented town's ``town.toml``: its privacy thresholds and how its four systems are mapped by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sources.demo import catalogue as c
from sources.demo.finance import KIND_WORDS
from sources.demo.scan_centre import ORIGIN_WORDS, QA_WORDS, QR_WORDS
from sources.demo.services_offered import SERVICES

_HEAD: Final = """\
# Musterhafen is invented: its offices, services, people, figures and council resolutions do not exist.
# The service keys stand in the invented group 99999. truth.json holds what its generator knows; no step reads it.

[town]
name = "{name}"
land = "{land}"
timezone = "{timezone}"

[privacy]
key_id = "{key_id}"
staff_threshold = 5
min_cases = 10
"""

_CASES: Final = """
# The case system knows most about a case, so it stands first: its word counts when two sources differ.
[[source]]
name = "faelle"
system = "case"
format = "jsonl"
path = "inbox/faelle/*.jsonl"
mode = "increment"

[source.columns]
case_ref = "vorgang"
activity = "schritt"
occurred_at = "zeit"
started_at = "beginn"
sequence = "lfd_nr"
unit = "stelle"
medium = "medium"
service = "leistung"
office = "amt"
case_type = "antragsart"
channel = "eingangsweg"
received_at = "eingang_am"
closed_at = "erledigt_am"
due_at = "frist"
outcome = "ergebnis"
"""

_PORTAL: Final = """
[[source]]
name = "portal"
system = "portal"
format = "csv"
path = "inbox/portal/*.csv"
mode = "increment"
delimiter = ";"
encoding = "windows-1252"
decimal = ","
timestamp_format = "%d.%m.%Y %H:%M"
timezone = "Europe/Berlin"

[source.columns]
case_ref = "Vorgangsnummer"
activity = "Ereignis"
occurred_at = "Zeitpunkt"
service = "Leistung"
case_type = "Antragsart"
channel = "Kanal"
"""

_SCANS: Final = """
[[source]]
name = "scanstelle"
system = "scan"
format = "csv"
path = "inbox/scan/*.csv"
mode = "increment"
delimiter = ";"
encoding = "utf-8"
decimal = ","
timestamp_format = "%Y-%m-%d %H:%M:%S"
date_format = "%d.%m.%Y"
timezone = "Europe/Berlin"

[source.columns]
document_ref = "Dokument"
batch_ref = "Charge"
case_ref = "Vorgang"
scanned_at = "Scanzeit"
received_on = "Eingang"
pages = "Seiten"
sheets = "Blatt"
document_type = "Art"
origin = "Herkunft"
qr_status = "QR"
qa_result = "Prüfung"
"""

_COSTS: Final = """
[[source]]
name = "finanzen"
system = "finance"
format = "csv"
path = "inbox/finanzen/*.csv"
mode = "dump"
delimiter = ";"
encoding = "windows-1252"
decimal = ","
date_format = "%d.%m.%Y"
timezone = "Europe/Berlin"

[source.columns]
cost_item = "Kostenposition"
measure = "Maßnahme"
month = "Monat"
kind = "Art"
plan_eur = "Plan EUR"
actual_eur = "Ist EUR"
budget_line = "Haushaltsstelle"
booking_ref = "Buchungsbeleg"
"""


def write_town_file(folder: Path, key_id: str) -> None:
    """Write ``town.toml``; the pseudonym key itself stays outside the folder, only its id stands here."""
    channels: dict[str, str] = dict(zip(c.CHANNEL_WORDS, c.CHANNELS, strict=False)) | {c.ASSISTED_WORD: "counter"}
    media: dict[str, str] = dict(zip(c.MEDIUM_WORDS, c.MEDIA, strict=True))
    outcomes: dict[str, str] = dict(zip(c.OUTCOME_WORDS, c.OUTCOMES, strict=True))
    services = {service.name: service.code for service in SERVICES}
    parts = [
        _HEAD.format(name=c.TOWN_NAME, land=c.LAND, timezone=c.TIMEZONE, key_id=key_id),
        _CASES,
        _values("channel", channels),
        _values("medium", media),
        _values("outcome", outcomes),
        _PORTAL,
        _values("channel", channels),
        _values("service", services),
        _SCANS,
        _values("origin", ORIGIN_WORDS),
        _values("qr_status", QR_WORDS),
        _values("qa_result", QA_WORDS),
        _COSTS,
        _values("kind", KIND_WORDS),
    ]
    (folder / "town.toml").write_text("".join(parts), encoding="utf-8")


def _values(field: str, words: Mapping[str, str]) -> str:
    lines = "".join(f'"{word}" = "{code}"\n' for word, code in words.items())
    return f"\n[source.values.{field}]\n{lines}"
