"""How each figure is made, in German; kept beside the version it translates, so that none outlives its formula."""

from __future__ import annotations

from typing import Final

_CHANNEL: Final = "Anträge, deren Eingangskanal bekannt und zugeordnet ist"
_MONTH: Final = "im Monat entschiedene Vorgänge"
_WORK: Final = "je Fallart mit der heutigen Fallzahl, mal Anteil der Maßnahme"
GERMAN: Final[dict[tuple[str, str], str]] = {
    ("active_cases_at_end", "1"): "Vorgänge mit erstem Schritt vor und letztem Schritt nach dem Monatsende",
    ("at_risk", "1"): "offene Vorgänge, noch nicht überfällig, Frist in den nächsten fünf Arbeitstagen des Amtes",
    ("break_count", "1"): "Übergänge zwischen zwei bekannten Medien, bei denen gedruckt, gescannt oder abgetippt wird",
    ("capacity_released_hours", "1"): f"Minuten vor dem Start minus Minuten heute, {_WORK}, geteilt durch 60",
    ("case_share", "1"): "Vorgänge mit genau dieser Folge von Schritten / Vorgänge mit Schritten",
    ("cash_released_eur", "1"): "Summe der weggefallenen Ausgaben, die mit einer Buchung belegt sind",
    ("channel_effect_hours", "1"): f"Wechsel des Eingangskanals mal Minuten vor dem Start, {_WORK}, geteilt durch 60",
    ("closed_cases", "1"): "Vorgänge mit Entscheidung im Monat",
    ("coverage_share", "1"): "Quellen, deren neuester Datensatz bis zum Ende reicht / alle Quellen, die je lieferten",
    ("cumulative_cash_eur", "1"): "laufende Summe des Geldes nach Abzug der Kosten",
    ("efficiency_effect_hours", "1"): f"weniger Minuten je Antrag im heutigen Kanal, {_WORK}, geteilt durch 60",
    ("end_to_end_share", "1"): "entschiedene Vorgänge, online gestellt und in jedem Schritt digital / "
    "entschiedene Vorgänge, bei denen das bekannt ist",
    ("first_event_cases", "1"): "Vorgänge mit erstem Schritt im Monat",
    ("last_event_cases", "1"): "Vorgänge mit letztem Schritt im Monat",
    ("media_breaks_per_case", "1"): "Medienbrüche / Vorgänge, deren Medien alle bekannt sind; "
    "dazu eine untere und eine obere Grenze über alle Vorgänge",
    ("median_event_span_seconds", "1"): "Median der Zeit vom ersten bis zum letzten Schritt, alle Vorgänge dieses Wegs",
    ("median_lead_seconds", "1"): f"Median der Zeit vom Eingang bis zur Entscheidung, {_MONTH}",
    ("median_seconds", "1"): "Median der Zeit zwischen zwei Schritten, die aufeinander folgen",
    ("median_sojourn_seconds", "1"): "Median der Zeit bis zum nächsten Schritt",
    ("median_working_seconds", "1"): f"Median der Öffnungszeit des Amtes zwischen Eingang und Entscheidung, {_MONTH}",
    ("net_cash_eur", "1"): "eingespartes Geld minus einmalige, laufende und parallele Kosten",
    ("observed", "1"): "Datensätze, die eine Prüfung zählt, je Quelle",
    ("on_time_share", "1"): f"bis zur Frist entschieden / alle mit Frist, {_MONTH}",
    ("one_off_cost_eur", "1"): "Summe der gebuchten einmaligen Kosten",
    ("online_share", "1"): f"Anträge auf einem Kanal, der als online zählt / {_CHANNEL}",
    ("open_cases", "1"): "bis zum Tag eingegangen und bis dahin nicht entschieden",
    ("open_cases_at_end", "1"): "vor dem Monatsende eingegangen und bis dahin nicht entschieden",
    ("overdue", "1"): "offene Vorgänge, deren Frist bis zum Ende des Tages abgelaufen ist",
    ("p90_age_working_days", "1"): "Wert, unter dem neun von zehn liegen: Arbeitstage seit Eingang, offene Vorgänge",
    ("p90_lead_seconds", "1"): f"Wert, unter dem neun von zehn liegen: Zeit vom Eingang bis zur Entscheidung, {_MONTH}",
    ("p90_seconds", "1"): "Wert, unter dem neun von zehn liegen: Zeit zwischen zwei Schritten, die aufeinander folgen",
    ("paper_share_file", "1"): "Vorgänge mit einem Schritt auf Papier oder vom Scanner / "
    "Vorgänge, deren Medien alle bekannt sind",
    ("paper_share_in", "1"): f"Anträge auf einem Kanal, der als Papier zählt / {_CHANNEL}",
    ("paper_share_internal", "1"): "Schritte im Haus auf Papier / Schritte im Haus mit bekanntem Medium",
    ("paper_share_out", "1"): "ausgehende Schreiben auf Papier / ausgehende Schreiben mit bekanntem Medium",
    ("parallel_cost_eur", "1"): "Summe der gebuchten Kosten, solange Alt und Neu nebeneinander laufen",
    ("received_cases", "1"): "Vorgänge mit Eingang im Monat",
    ("rework_case_count", "1"): "Vorgänge, in denen der Schritt mehr als einmal vorkommt",
    ("running_cost_eur", "1"): "Summe der gebuchten laufenden Kosten",
    ("transition_count", "1"): "Paare aufeinander folgender Schritte eines Vorgangs",
    ("waiting_applicant", "1"): "offene Vorgänge, deren letzter Schritt auf die Antragstellenden wartet",
    ("waiting_office", "1"): "offene Vorgänge, deren letzter Schritt auf das Amt wartet",
    ("weeks_of_work", "1"): "offene Vorgänge / (Entscheidungen der letzten 56 Tage / 8)",
}


def in_german(metric: str, version: str, formula: str) -> str:
    """The formula in German where this very version has been translated, else as the program states it."""
    return GERMAN.get((metric, version), formula)
