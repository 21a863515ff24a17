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
    "breaks_per_case": "Brüche je Vorgang", "eur_per_case": "Euro je Vorgang", "fte": "Stellen",
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
    "annual_minutes": "Arbeitsminuten einer Stelle im Jahr", "appraisal_years": "Laufzeit einer Rechnung",
    "digital_first_one_off": "einmalige Kosten für digital zuerst",
    "digital_first_paper_share": "Rest auf Papier bei digital zuerst",
    "digital_only_assisted_share": "Anteil mit Hilfe am Schalter bei nur digital",
    "digital_only_one_off": "einmalige Kosten für nur digital", "discount_rate": "Kalkulationszins",
    "overhead_share": "Gemeinkosten", "paper_case_cost": "Kosten eines Antrags auf Papier",
    "paper_route_fixed_cost": "feste Kosten des Papierwegs", "postage": "Porto",
    "print_and_dispatch": "Druck und Versand", "residual_threshold": "Bagatellgrenze",
    "staff_cost_rate": "Personalkosten je Stunde",
    "staff_cost_rate_higher": "Personalkosten je Stunde, höherer Dienst",
    "staff_cost_rate_middle": "Personalkosten je Stunde, einfacher und mittlerer Dienst",
    "staff_cost_rate_upper": "Personalkosten je Stunde, gehobener Dienst", "way_to_office": "Weg zum Amt",
    "workplace_cost": "Kosten eines Arbeitsplatzes",
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
    "baseline_reconstructed": "Die Basislinie ist aus Fallzahlen nachgebildet, weil die Protokolle später beginnen",
    "minutes_partly_measured": "Die Minutenwerte sind nur teilweise gemessen (Grad B)",
    "minutes_assumed": "Die Minutenwerte sind angenommen (Grad C)",
}
BASELINE_KINDS: Final = {
    "measured": "gemessen",
    "retrospective": "im Rückblick",
    "reconstructed": "nachgebildet",
    "starting_today": "beginnt jetzt",
}
AWAITS: Final = {
    "not_live": "Der Start: Die Maßnahme läuft noch nicht",
    "month_not_over": "Der Monat des Starts ist noch nicht vorbei",
    "no_cases": "Es ist kein Antrag in den Protokollen",
    "waits_for_months": "Zwölf volle Monate vor dem Start",
    "waits_for_cases": "30 Anträge im Jahr vor dem Start",
    "waits_for_minutes": "Minutenwerte für die Zeit vor dem Start",
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
TABLE_NAMES: Final = {
    "fct_cases": "Vorgänge",
    "fct_scans": "Scanvorgänge",
    "rpt_activities": "Schritte der Abläufe",
    "rpt_alternatives": "Vier Wege im Vergleich",
    "rpt_backlog_daily": "Bestand je Tag",
    "rpt_budget_bridge": "Haushaltsbrücke",
    "rpt_break_even": "Barwert und Bezahltmachen",
    "rpt_break_even_drivers": "Annahmen und Barwert",
    "rpt_break_even_monthly": "Geld zurück minus Kosten bis zum Ende der Laufzeit",
    "rpt_cash_findings": "Befunde zu Buchungen",
    "rpt_baselines": "Basislinien",
    "rpt_audit_questions": "Prüfliste der Maßnahmen",
    "rpt_claims_awaited": "Maßnahmen ohne Basislinie",
    "rpt_case_links": "Verknüpfung der Systeme",
    "rpt_cost_per_case": "Kosten je Vorgang",
    "rpt_intake_channels_yearly": "Eingangskanäle je Jahr",
    "rpt_lead_time_by_service": "Durchlaufzeit je Leistung",
    "rpt_lead_time_curve": "Noch nicht entschiedene Vorgänge",
    "rpt_ledger_totals": "Verzeichnis der Einsparungen",
    "rpt_log_health": "Prüfungen der Protokolle",
    "rpt_measure_plans": "Plan und Ist der Maßnahmen",
    "rpt_monthly_figures": "Zahlen je Monat",
    "rpt_paper_point_cost": "Kosten je Punkt Papierquote",
    "rpt_paper_share_monthly": "Papier je Monat",
    "rpt_paper_share_yearly": "Papier je Jahr",
    "rpt_parallel_cost": "Kosten des Parallelbetriebs",
    "rpt_posts_balance": "Stellen und gewonnene Zeit",
    "rpt_process_map": "Übergänge der Abläufe",
    "rpt_quarantine_reasons": "Zurückgewiesene Datensätze",
    "rpt_revisions": "Geänderte Zahlen",
    "rpt_savings_attribution": "Gegenproben der Einsparungen",
    "rpt_savings_monthly": "Einsparungen je Monat",
    "rpt_savings_persistence": "Dauer der Einsparungen",
    "rpt_savings_pace": "Tempo seit der letzten Änderung",
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
EFFECT_CLASSES: Final = {
    "cash_released": "Geld, das wegfällt", "cost_avoided": "vermiedener Anstieg",
    "capacity_released": "gewonnene Arbeitszeit", "income_changed": "andere Einnahmen",
    "user_benefit": "Nutzen für Bürgerinnen und Bürger", "quality": "bessere Qualität",
    "disbenefit": "Kosten der Maßnahme",
}  # fmt: skip
LEDGER_STATUS: Final = {
    "planned": "geplant", "expected": "erwartet", "measured": "gemessen", "proven": "nachgewiesen",
    "executed": "im Haushalt vollzogen", "audited": "geprüft",
}  # fmt: skip
CLAIM_STANDINGS: Final = {"expired": "abgelaufen", "superseded": "ersetzt"}
