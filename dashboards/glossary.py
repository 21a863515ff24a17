"""German words for the codes that tables carry: what citizens read instead of them."""

from __future__ import annotations

from typing import Final

MEDIA: Final = {
    "digital": "digital", "scanned": "gescannt", "paper": "Papier", "voice": "Telefon", "counter": "Schalter",
    "mixed": "gemischt", "unknown": "unbekannt",
}  # fmt: skip
CHECKS: Final = {
    "ambiguous_local_times": "Uhrzeiten, die es bei der Zeitumstellung zweimal gibt",
    "closed_before_received": "entschieden vor dem Eingang",
    "days_since_newest_record": "Tage seit dem neuesten Datensatz",
    "events_after_as_of": "Schritte nach dem Stichtag",
    "events_after_closing": "Schritte nach der Entscheidung",
    "first_event_before_received": "erster Schritt vor dem Eingang",
    "nonexistent_local_times": "Uhrzeiten, die es bei der Zeitumstellung nicht gibt",
    "quarantined_rows": "zurückgewiesene Datensätze",
    "rows_accounted_for": "Datensätze, deren Verbleib geklärt ist",
    "unknown_channel": "Vorgänge ohne bekannten Eingangskanal",
    "unknown_medium": "Schritte ohne bekanntes Medium",
    "unknown_receipt": "Vorgänge ohne Eingangsdatum",
    "unlisted_activity": "Schritte, die in keiner Liste stehen",
    "unlisted_office": "Ämter, die in keiner Liste stehen",
    "unlisted_service": "Leistungen, die in keiner Liste stehen",
    "unmapped_values": "Werte ohne Zuordnung",
}
UNITS: Final = {
    "share": "Anteil", "seconds": "Sekunden", "cases": "Vorgänge", "eur": "Euro", "hours": "Stunden",
    "steps": "Schritte", "weeks": "Wochen", "working_days": "Arbeitstage", "records": "Datensätze",
    "breaks_per_case": "Brüche je Vorgang", "eur_per_hour": "Euro je Stunde",
}  # fmt: skip
