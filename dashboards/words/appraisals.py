"""German words of appraisals: when a measure has paid for itself, why not, what moves it, and the ways there were."""

from __future__ import annotations

from typing import Final

from dashboards.words.glossary import ASSUMPTIONS

BREAK_EVEN_STATES: Final = {
    "reached": "ist bezahlt",
    "expected": "voraussichtlich",
    "not_within_horizon": "bis zum Ende der Laufzeit nicht",
    "unknown": "keine Aussage",
}
REFUSALS: Final = {
    "not_live": "Die Maßnahme ist nicht in Betrieb",
    "no_discount_rate": "Es ist kein Kalkulationszins festgelegt",
    "no_bookings": "Das Finanzverfahren hat nichts gemeldet",
    "parallel_cost_unknown": "Der Papierweg ist offen, und niemand nennt, was er kostet",
    "finance_silent": "Das Finanzverfahren schweigt seit mehr als drei Monaten",
    "nothing_booked": "Es ist weder Geld geflossen noch zurückgekommen",
    "pace_too_short": "Seit der letzten Änderung sind es weniger als drei Monate",
    "no_hours": "Es ist keine Arbeitszeit mit Nachweisgrad A belegt",
    "no_staff_rate": "Es fehlt ein Stundensatz für die Stellen, die die Arbeit tun",
    "no_annual_minutes": "Es fehlen die Arbeitsminuten einer Stelle im Jahr",
    "hours_out_of_date": "Seit mehr als einem Jahr ist keine Arbeitszeit mehr belegt",
    "ended": "Die Maßnahme ist beendet",
    "no_cases": "In den letzten zwölf Monaten gab es keine Vorgänge",
    "no_minutes": "Für einen Weg fehlen Minutenwerte",
    "not_told": "Es fehlen Angaben",
}
CHANGES: Final = {
    "went_live": "Start einer Maßnahme",
    "ended": "Ende einer Maßnahme",
    "paper_route_closed": "Schließung eines Papierwegs",
    "relief_began": "erste Entlastung einer Maßnahme",
    "parallel_ended": "Ende eines Parallelbetriebs",
}
DRIVERS: Final = {
    "cash_pace": "Geld im Monat",
    "capacity": "Schätzung der Arbeitszeit",
    "capacity_pace": "Arbeitszeit im Monat",
    "discount_rate": "Kalkulationszins",
    "appraisal_years": "Laufzeit",
    "staff_cost_rate": "Personalkosten je Stunde",
    "overhead_share": "Gemeinkosten",
    "workplace_cost": "Kosten eines Arbeitsplatzes",
}
ALTERNATIVES: Final = {
    "nothing": "nichts tun",
    "digital_beside": "digital neben Papier (wie heute)",
    "digital_first": "digital zuerst, Papier nur für wenige",
    "digital_only": "nur digital, Hilfe am Schalter",
}


def assumption_name(assumption: str) -> str:
    """What an assumption is, with the code of what it is about: `paper_case_cost.M-1`."""
    name, _, code = assumption.partition(".")
    word = ASSUMPTIONS.get(name, name)
    return f"{word} ({code})" if code else word
