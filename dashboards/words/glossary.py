"""German words for the codes that tables carry: what citizens read instead of them."""

from __future__ import annotations

from typing import Final

MEDIA: Final = {
    "digital": "digital", "scanned": "gescannt", "paper": "Papier", "voice": "Telefon", "counter": "Schalter",
    "mixed": "gemischt", "unknown": "unbekannt",
}  # fmt: skip
CHECKS: Final = {
    "ambiguous_local_times": "Uhrzeiten, die es bei der Zeitumstellung zweimal gibt",
    "cases_after_as_of": "Eingang oder Entscheidung nach dem Stichtag",
    "closed_before_received": "entschieden vor dem Eingang",
    "contradicted_rows": "Datensätze, die ein anderer mit demselben Schlüssel verdrängt",
    "corrections_without_version": "Datensätze, die sich ohne Fassung widersprechen",
    "days_since_newest_record": "Tage seit dem neuesten Datensatz",
    "documents_without_case": "Schreiben, die zu keinem Vorgang gehören",
    "events_after_as_of": "Schritte nach dem Stichtag",
    "events_after_closing": "Schritte nach der Entscheidung",
    "first_event_before_received": "erster Schritt vor dem Eingang",
    "lead_time_by_day": "Dauer nur auf den Tag genau bekannt",
    "listed_but_not_found": "Löschungen, die keinen Datensatz treffen",
    "merged_in_a_circle": "Vorgänge, die im Kreis zusammengeführt sind",
    "numbers_of_two_offices": "Vorgänge, deren Nummer mehrere Ämter oder Leistungen führen",
    "steps_of_two_sources": "Schritte, die eine andere Quelle mit Vorgang, Tätigkeit und Zeit ebenso nennt",
    "no_working_time": "entschieden ohne bekannte Öffnungszeiten",
    "nonexistent_local_times": "Uhrzeiten, die es bei der Zeitumstellung nicht gibt",
    "quarantined_rows": "zurückgewiesene Datensätze",
    "refused_deliveries": "Lieferungen, die als Ganzes abgewiesen wurden",
    "rows_accounted_for": "Datensätze, deren Verbleib geklärt ist",
    "scans_without_case": "Scans, die zu keinem Vorgang gehören",
    "unknown_channel": "Vorgänge ohne bekannten Eingangskanal",
    "unknown_medium": "Schritte ohne bekanntes Medium",
    "unknown_office": "Vorgänge ohne Amt",
    "unknown_receipt": "Vorgänge ohne Eingangsdatum",
    "unknown_service": "Vorgänge ohne Leistung",
    "unlisted_activity": "Schritte, die in keiner Liste stehen",
    "unlisted_office": "Ämter, die in keiner Liste stehen",
    "unlisted_service": "Leistungen, die in keiner Liste stehen",
    "unmapped_values": "Werte ohne Zuordnung",
    "warned_deliveries": "Lieferungen, bei deren Lesen etwas auffiel, das noch gilt",
    "withheld_values": "Werte, die in keiner Liste stehen und Namen sein könnten",
}
RECORD_KINDS: Final = {
    "scans": "Scans", "documents": "Schreiben", "submissions": "Online-Formulare", "cases": "Vorgänge",
}  # fmt: skip
CAUSES: Final = {
    "late_data": "verspätete Daten", "correction": "Berichtigung", "assumption": "geänderte Annahme",
    "formula": "geänderte Berechnung", "deletion": "Löschung",
}  # fmt: skip
UNITS: Final = {
    "share": "Anteil", "seconds": "Tage", "days": "Tage", "pages": "Seiten",
    "cases": "Vorgänge", "eur": "Euro", "hours": "Stunden",
    "steps": "Schritte", "weeks": "Wochen", "working_days": "Arbeitstage", "records": "Datensätze",
    "breaks_per_case": "Brüche je Vorgang",
}  # fmt: skip
CHANNELS: Final = {
    "post": "Post", "fax": "Fax", "counter": "Schalter", "email": "E-Mail", "phone": "Telefon", "online": "online",
    "assisted_online": "online mit Hilfe", "internal": "hausintern",
}  # fmt: skip
PURPOSES: Final = {
    "process_analysis": "Abläufe verstehen", "service_monitoring": "Fristen und Rückstand beobachten",
    "savings_control": "Einsparungen nachweisen", "data_quality": "Daten prüfen",
    "paper_monitoring": "Papier beobachten",
}  # fmt: skip
ASSUMPTIONS: Final = {
    "annual_minutes": "Arbeitsminuten einer Stelle im Jahr", "discount_rate": "Kalkulationszins", "postage": "Porto",
    "print_and_dispatch": "Druck und Versand", "residual_threshold": "Bagatellgrenze",
    "staff_cost_rate": "Personalkosten je Stunde", "way_to_office": "Weg zum Amt",
}  # fmt: skip
REASON_NAMES: Final = {
    "unreadable_time": "Die Zeitangabe ist nicht lesbar",
    "impossible_year": "Das Jahr liegt vor 1970 oder mehr als 50 Jahre in der Zukunft",
    "after_the_delivery": "Die Zeit liegt mehr als ein Jahr nach der Lieferung, wohl ein vertipptes Jahr",
    "unreadable_number": "Die Zahl ist nicht lesbar",
    "part_of_a_cent": "Der Betrag enthält Teile eines Cents",
    "part_of_a_whole": "Eine Anzahl ganzer Dinge hat einen Bruchteil",
    "unknown_value": "Der Wert steht nicht in der Liste der erlaubten Wörter",
    "unreadable_text": "Der Text enthält Zeichen, die keine Schrift sind",
    "mangled_reference": "Eine Tabellenkalkulation hat das Aktenzeichen gekürzt",
    "too_long": "Der Text ist länger als eine Bezeichnung sein darf",
    "personal_data": "Der Text sieht nach Personendaten aus",
    "missing_value": "Ein Pflichtwert fehlt",
    "cut_line": "Die letzte Zeile bricht ab",
    "wrong_column_count": "Die Zeile hat mehr oder weniger Spalten als die Kopfzeile",
    "unreadable_line": "Die Zeile ist nicht lesbar",
    "event_without_case": "Der Schritt gehört zu keinem Vorgang",
    "case_without_events": "Der Vorgang hat keinen Schritt",
    "unreadable_truth": "Weder ja noch nein ist lesbar",
    "out_of_bounds": "Die Zahl liegt außerhalb des Möglichen",
    "unknown_record_type": "Die Art des Datensatzes ist unbekannt",
    "bad_signature": "Die Signatur stimmt nicht",
    "wrong_algorithm": "Die Signatur ist von der falschen Art",
    "unknown_key": "Der Schlüssel der Signatur ist unbekannt",
    "expired_token": "Die Signatur ist abgelaufen",
    "replayed_token": "Dieselbe Kennung kam mit anderem Inhalt",
    "malformed_token": "Das Ereignis ist nicht lesbar",
}
CLAIM_STATES: Final = {
    "claimed": "zählt",
    "beneath": "zählt nicht in die Summe",
    "provisional": "vorläufig",
    "refused": "keine Aussage",
}
REFUSAL_REASONS: Final = {
    "not_live": "Die Maßnahme ist nicht als in Betrieb gemeldet",
    "baseline_too_short": "Vor dem Start fehlen zwölf volle Monate",
    "too_few_baseline_cases": "Vor dem Start gab es weniger als 30 Vorgänge",
    "ended": "Die Maßnahme ist beendet",
    "no_cases": "In dem Monat wurde kein Vorgang entschieden, der zählen kann",
    "minutes_missing": "Für einen Kanal oder eine Fallart fehlen Minutenwerte",
    "undecided": "Mehr als 5\u00a0% der Eingänge des Monats sind noch nicht entschieden",
    "no_comparison": "Es gibt keine Vergleichsgruppe und keine zwei Jahre davor",
    "own_trend_only": "Es gibt keine Vergleichsgruppe, nur den eigenen Verlauf davor",
    "regression_to_the_mean": "Das Jahr vor dem Start war ungewöhnlich; ein Teil kann Rückkehr zum Üblichen sein",
    "unknown_channels": "Der Anteil der Vorgänge ohne bekannten Kanal hat sich um mehr als 5 Punkte verschoben",
    "unseen_case_types": "Mehr als 5\u00a0% der Vorgänge haben Fallarten, die es vor dem Start nicht gab",
    "minutes_not_measured": "Neue Minutenwerte gelten ohne Zahl der Messungen oder ohne Messverfahren",
    "mix_not_separable": "Fallarten fehlen, und die Minuten haben sich geändert",
    "attribution_disagrees": "Der Vergleich mit Leistungen ohne Maßnahme kommt auf andere Stunden; ein Grad niedriger",
    "minutes_partly_measured": "Die Minutenwerte sind nur teilweise gemessen (Grad B)",
    "minutes_assumed": "Die Minutenwerte sind angenommen (Grad C)",
}
ATTRIBUTION_STATES: Final = {
    "agrees": "passt",
    "disagrees": "widerspricht",
    "not_checkable": "nicht prüfbar",
}
ATTRIBUTION_REASONS: Final = {
    "nothing_claimed": "keine Stunden festgestellt",
    "too_few_months": "weniger als 6 Monate seit dem Start",
    "no_way_before": "im Jahr vor dem Start noch nicht online",
    "too_few_cases": "zu wenige Vorgänge im Monat",
    "too_few_comparisons": "weniger als 5 Leistungen zum Vergleich",
    "moved_otherwise_before": "lief schon vor dem Start anders als die übrigen",
    "too_few_months_before": "weniger als 24 Monate vor dem Start",
}
AUDIT_FINDINGS: Final = {
    "wrong_sign": "Das Vorzeichen passt nicht zur Art, und keine frühere Buchung wird storniert",
    "hours_as_cash": "Weder Haushaltsstelle noch Beleg: gewonnene Arbeitszeit ist kein Geld",
    "no_booking": "Der Beleg fehlt: gemeldet, nicht nachgewiesen",
    "booked_twice": "Derselbe Beleg zählt schon einmal",
    "line_unknown": "Die Haushaltsstelle steht in dem Jahr in keinem Haushalt",
    "before_go_live": "Der Monat liegt vor dem Start der Maßnahme",
    "no_post_lapsed": "Personalkosten, aber bis dahin ist keine Stelle weggefallen",
    "contract_not_ended": "Miete, aber der Vertrag läuft noch",
    "no_parallel_cost": "Der Papierweg ist noch offen, und niemand nennt, was er kostet",
    "price_fell": "Die Haushaltsstelle ist nur durch niedrigere Preise so weit gesunken",
    "volume_fell": "Die Haushaltsstelle ist nur durch weniger Fälle so weit gesunken",
    "line_did_not_fall": "Die Haushaltsstelle ist nicht so weit gesunken",
    "reallocated": "Andere Haushaltsstellen desselben Produkts sind um ebenso viel gestiegen",
    "reversal": "Storno: nimmt eine frühere Buchung zurück",
    "fee_funded": "Aus Gebühren bezahlt: senkt die nächste Gebühr, nicht den Haushalt",
    "year_not_over": "Das Jahr ist noch nicht abgeschlossen; gezählt, noch nicht an der Haushaltsstelle geprüft",
    "no_year_before": "Das Jahr vor dem Start fehlt im Haushalt; gezählt, nicht an der Haushaltsstelle geprüft",
    "volume_unknown": "Die Fallzahl eines der Jahre fehlt; gezählt, nicht an der Haushaltsstelle geprüft",
    "no_post_told": "Es liegt kein Stellenplan vor; gezählt, Wegfall der Stelle nicht geprüft",
    "no_contract_told": "Kein Vertragsende ist genannt; gezählt, Ende des Vertrags nicht geprüft",
    "one_off": "Einmalig: zählt nur in ihrem Monat",
}
TABLE_NAMES: Final = {
    "fct_cases": "Vorgänge",
    "fct_scans": "Scanvorgänge",
    "rpt_activities": "Schritte der Abläufe",
    "rpt_backlog_daily": "Bestand je Tag",
    "rpt_cash_findings": "Befunde zu Buchungen",
    "rpt_case_links": "Verknüpfung der Systeme",
    "rpt_intake_channels_yearly": "Eingangskanäle je Jahr",
    "rpt_lead_time_by_service": "Durchlaufzeit je Leistung",
    "rpt_lead_time_curve": "Noch nicht entschiedene Vorgänge",
    "rpt_log_health": "Prüfungen der Protokolle",
    "rpt_monthly_figures": "Zahlen je Monat",
    "rpt_paper_share_monthly": "Papier je Monat",
    "rpt_paper_share_yearly": "Papier je Jahr",
    "rpt_process_map": "Übergänge der Abläufe",
    "rpt_quarantine_reasons": "Zurückgewiesene Datensätze",
    "rpt_revisions": "Geänderte Zahlen",
    "rpt_savings_attribution": "Gegenproben der Einsparungen",
    "rpt_savings_monthly": "Einsparungen je Monat",
    "rpt_savings_totals_monthly": "Summen der Einsparungen",
    "rpt_scans_monthly": "Scans je Monat",
    "rpt_scans_yearly": "Scans je Jahr",
    "rpt_share_changes_monthly": "Veränderung der Anteile",
    "rpt_sources": "Quellen",
    "rpt_step_media_yearly": "Schritte nach Medium",
    "rpt_throughput_monthly": "Durchlauf je Monat",
    "rpt_throughput_yearly": "Durchlauf je Jahr",
    "rpt_variants": "Wege der Abläufe",
}
TIMING_METHODS: Final = {
    "work_sampling": "Multimomentaufnahme", "self_recording": "Selbstaufschreibung", "stopwatch": "Zeitmessung",
    "log_derived": "aus Protokollen errechnet", "estimated": "geschätzt", "decreed": "festgelegt",
}  # fmt: skip
GRADES: Final = {"A": "A (gemessen oder gebucht)", "B": "B (teilweise gemessen)", "C": "C (angenommen)"}
