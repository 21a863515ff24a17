"""German words for what the tables of results carry: steps, states and reasons."""

from __future__ import annotations

from typing import Final

STEPS: Final = {
    "old": "Ist des Vorjahres", "price": "Preise", "volume": "Fallzahl",
    "proven_digital_saving": "Belegte Entlastung", "other_measures": "Übrige Wirkungen der Maßnahmen",
    "unexplained": "Nicht erklärt", "actual": "Ist",
}  # fmt: skip
GO_LIVE_STATES: Final = {
    "in_time": "pünktlich", "late": "später als geplant", "overdue": "überfällig", "ahead": "steht noch bevor",
    "not_told": "kein Termin genannt",
}  # fmt: skip
PARTS: Final = {
    "staff": "Arbeitszeit", "lines": "Haushaltsstellen", "measures": "Kosten der Maßnahmen",
    "price": "Preise", "volume": "Fallzahl", "proven_digital_saving": "belegte Entlastung",
    "other_measures": "übrige Wirkungen der Maßnahmen",
}  # fmt: skip
INCOMPLETE_REASONS: Final = {
    "minutes_missing": "Für einen Teil der Vorgänge fehlen Minutenwerte",
    "rate_missing": "Für einen Teil der Monate fehlt ein Stundensatz",
    "no_cases": "In den zwölf Monaten wurde nichts entschieden",
    "no_line_told": "Es ist nicht angegeben, welche Haushaltsstellen die Leistung verursacht",
    "line_not_told": "Eine angegebene Haushaltsstelle steht nicht im Haushalt",
    "line_not_booked": "Für eine Haushaltsstelle ist kein Ist gemeldet",
    "year_not_over": "Ein Haushaltsjahr ist noch nicht abgeschlossen",
    "measure_cost_unknown": "Laufende oder parallele Kosten einer Maßnahme sind nicht bekannt",
}
VOLUME_REASONS: Final = {
    "not_told": "keine Menge geplant", "not_live": "noch nicht in Betrieb",
    "too_early": "noch keine zwölf vollen Monate",
}  # fmt: skip
PARALLEL_REASONS: Final = {
    "not_told": "Es fehlen Buchungen der Maßnahme",
    "finance_silent": "Das Finanzverfahren hat für den Monat noch nichts geliefert",
    "parallel_cost_unknown": "Niemand nennt die Kosten des Parallelbetriebs",
    "paper_route_cost_unknown": "Niemand nennt die festen Kosten des Papierwegs",
    "measures_unknown": "Für mindestens eine Maßnahme ist es unbekannt",
}
PERSISTENCE_REASONS: Final = {
    "too_early": "Das Jahr, das mit dem ersten verglichen wird, ist noch nicht vorbei",
    "ended": "Die Maßnahme ist beendet",
    "not_measured": "Für keine Leistung gibt es in beiden Jahren durchgehend Stunden",
    "nothing_saved_first": "Im ersten vollen Jahr wurde keine Zeit gewonnen",
}
POINT_REASONS: Final = {
    "no_year_before": "Vor dem Start fehlen zwölf Monate",
    "too_early": "Seit dem Start sind noch keine zwölf vollen Monate vorbei",
    "no_cases": "In einem der Jahre kam kein Vorgang",
    "cost_unknown": "Die Kosten der Maßnahme sind nicht vollständig bekannt",
    "share_did_not_fall": "Die Papierquote ist nicht gesunken",
}
