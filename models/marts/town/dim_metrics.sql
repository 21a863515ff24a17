with

-- One entry per published figure: names, question, formula, version, unit, better, table, asked by, purpose.
metrics (
    metric, name_de, name_en, question_de, formula, formula_version, unit, direction, table_name, asked_by, purpose
) as (

    values

    ---- throughput
    (
        'received_cases', 'Eingegangene Anträge', 'Applications received',
        'Wie viele Anträge sind im Monat eingegangen?',
        'cases with received_at in the month',
        '1', 'cases', 'neutral', 'rpt_throughput_monthly', 'H2', 'service_monitoring'
    ),
    (
        'closed_cases', 'Entschiedene Anträge', 'Applications decided',
        'Wie viele Anträge wurden im Monat entschieden?',
        'cases with closed_at in the month',
        '1', 'cases', 'neutral', 'rpt_throughput_monthly', 'H2', 'service_monitoring'
    ),
    (
        'open_cases_at_end', 'Offene Anträge am Monatsende', 'Open applications at the end of the month',
        'Wie viele Anträge waren am Monatsende noch nicht entschieden?',
        'cases received before the end of the month and not closed before it',
        '1', 'cases', 'lower', 'rpt_throughput_monthly', 'H12', 'service_monitoring'
    ),
    (
        'first_event_cases', 'Vorgänge mit erstem Schritt', 'Cases started',
        'Bei wie vielen Vorgängen liegt der erste Arbeitsschritt im Monat?',
        'cases whose first event lies in the month',
        '1', 'cases', 'neutral', 'rpt_throughput_monthly', 'V6', 'process_analysis'
    ),
    (
        'last_event_cases', 'Vorgänge mit letztem Schritt', 'Cases last touched',
        'Bei wie vielen Vorgängen liegt der letzte Arbeitsschritt im Monat?',
        'cases whose last event lies in the month',
        '1', 'cases', 'neutral', 'rpt_throughput_monthly', 'V6', 'process_analysis'
    ),
    (
        'active_cases_at_end', 'Vorgänge in Arbeit am Monatsende', 'Cases in progress at the end of the month',
        'An wie vielen Vorgängen wurde vor und nach dem Monatsende gearbeitet?',
        'cases with first event before and last event at or after the end of the month',
        '1', 'cases', 'neutral', 'rpt_throughput_monthly', 'V6', 'process_analysis'
    ),
    (
        'median_lead_seconds', 'Bearbeitungsdauer (Mitte)', 'Median lead time',
        'Wie lange dauert es vom Eingang bis zur Entscheidung bei der Hälfte der Anträge höchstens?',
        'median of closed_at - received_at, cases closed in the month',
        '1', 'seconds', 'lower', 'rpt_throughput_monthly', 'H2', 'service_monitoring'
    ),
    (
        'p90_lead_seconds', 'Bearbeitungsdauer (neun von zehn)', '90th percentile of lead time',
        'Nach welcher Zeit sind neun von zehn Anträgen entschieden?',
        '90th percentile (linear) of closed_at - received_at, cases closed in the month',
        '1', 'seconds', 'lower', 'rpt_throughput_monthly', 'H2', 'service_monitoring'
    ),
    (
        'median_working_seconds', 'Bearbeitungsdauer in Öffnungszeit (Mitte)', 'Median working time',
        'Wie viele Öffnungsstunden liegen zwischen Eingang und Entscheidung?',
        'median of the office''s opening time between received_at and closed_at, cases closed in the month',
        '1', 'seconds', 'lower', 'rpt_throughput_monthly', 'H2', 'service_monitoring'
    ),
    (
        'on_time_share', 'Anteil fristgerecht', 'Share on time',
        'Wie viele Anträge mit Frist wurden rechtzeitig entschieden?',
        'closed_at <= due_at / cases with due_at, cases closed in the month',
        '1', 'share', 'higher', 'rpt_throughput_monthly', 'H2', 'service_monitoring'
    ),

    ---- backlog
    (
        'open_cases', 'Offene Anträge', 'Open applications',
        'Wie viele Anträge warten am Ende des Tages auf eine Entscheidung?',
        'cases received up to the day and not closed up to it',
        '1', 'cases', 'lower', 'rpt_backlog_daily', 'H12', 'service_monitoring'
    ),
    (
        'overdue', 'Überfällige Anträge', 'Overdue applications',
        'Bei wie vielen offenen Anträgen ist die Frist verstrichen?',
        'open cases with due_at up to the end of the day',
        '1', 'cases', 'lower', 'rpt_backlog_daily', 'H12', 'service_monitoring'
    ),
    (
        'at_risk', 'Bald fällige Anträge', 'Applications soon due',
        'Bei wie vielen offenen Anträgen endet die Frist in den nächsten fünf Arbeitstagen?',
        'open cases, not overdue, due within the next 5 working days of the office',
        '1', 'cases', 'lower', 'rpt_backlog_daily', 'H12', 'service_monitoring'
    ),
    (
        'waiting_applicant', 'Warten auf Antragstellende', 'Waiting for the applicant',
        'Wie viele offene Anträge warten auf eine Antwort der Bürgerinnen und Bürger?',
        'open cases whose last step up to the day waits for the applicant',
        '1', 'cases', 'neutral', 'rpt_backlog_daily', 'V6', 'service_monitoring'
    ),
    (
        'waiting_office', 'Warten auf die Verwaltung', 'Waiting for the office',
        'Wie viele offene Anträge warten auf einen Schritt der Verwaltung?',
        'open cases whose last step up to the day waits for the office',
        '1', 'cases', 'lower', 'rpt_backlog_daily', 'V6', 'service_monitoring'
    ),
    (
        'p90_age_working_days', 'Alter offener Anträge (neun von zehn)', '90th percentile of age',
        'Wie viele Arbeitstage warten neun von zehn offenen Anträgen höchstens?',
        '90th percentile of working days since receipt, open cases',
        '1', 'working_days', 'lower', 'rpt_backlog_daily', 'H12', 'service_monitoring'
    ),
    (
        'weeks_of_work', 'Arbeitsvorrat in Wochen', 'Weeks of work',
        'Wie viele Wochen dauert es, den Bestand beim jetzigen Tempo abzuarbeiten?',
        'open_cases / (closures of the last 56 days / 8)',
        '1', 'weeks', 'lower', 'rpt_backlog_daily', 'H12', 'service_monitoring'
    ),

    ---- paper
    (
        'paper_share_in', 'Papieranteil im Eingang', 'Paper share of applications',
        'Wie viele Anträge kommen noch auf Papier?',
        'cases on a channel that counts as paper / cases with a channel and a rule',
        '1', 'share', 'lower', 'rpt_paper_share_monthly', 'H14', 'paper_monitoring'
    ),
    (
        'paper_share_out', 'Papieranteil im Ausgang', 'Paper share of letters sent',
        'Wie viele Schreiben verlassen das Haus noch auf Papier?',
        'outbound steps on paper / outbound steps with known medium',
        '1', 'share', 'lower', 'rpt_paper_share_monthly', 'H19', 'paper_monitoring'
    ),
    (
        'paper_share_file', 'Papieranteil der Vorgänge', 'Paper share of files',
        'In wie vielen Vorgängen steckt noch Papier?',
        'cases with a paper or scanned step / cases with all media known',
        '1', 'share', 'lower', 'rpt_paper_share_monthly', 'H19', 'paper_monitoring'
    ),
    (
        'paper_share_internal', 'Papieranteil im Haus', 'Paper share of internal work',
        'Wie viele Arbeitsschritte im Haus laufen noch auf Papier?',
        'internal steps on paper / internal steps with known medium',
        '1', 'share', 'lower', 'rpt_paper_share_monthly', 'H22', 'paper_monitoring'
    ),
    (
        'online_share', 'Online-Anteil', 'Online share',
        'Wie viele Anträge werden online gestellt?',
        'cases on a channel that counts as online / cases with a channel and a rule',
        '1', 'share', 'higher', 'rpt_paper_share_monthly', 'V1', 'paper_monitoring'
    ),
    (
        'end_to_end_share', 'Durchgehend digital', 'End-to-end digital share',
        'Wie viele Anträge liefen vom Antrag bis zur Entscheidung ganz ohne Papier?',
        'closed cases, online and with every step digital / closed cases where this is known',
        '1', 'share', 'higher', 'rpt_paper_share_monthly', 'H5', 'paper_monitoring'
    ),
    (
        'media_breaks_per_case', 'Medienbrüche je Vorgang', 'Media breaks per case',
        'Wie oft wird in einem Vorgang ausgedruckt, eingescannt oder abgetippt?',
        'media breaks / cases with all media known; with a lower and an upper bound over all cases',
        '1', 'breaks_per_case', 'lower', 'rpt_paper_share_monthly', 'H6', 'paper_monitoring'
    ),

    ---- process
    (
        'transition_count', 'Übergänge', 'Transitions',
        'Wie oft folgt dieser Schritt auf jenen?',
        'pairs of consecutive steps of a case',
        '1', 'steps', 'neutral', 'rpt_process_map', 'V6', 'process_analysis'
    ),
    (
        'median_seconds', 'Zeit zwischen zwei Schritten (Mitte)', 'Median time between two steps',
        'Wie lange liegt ein Vorgang zwischen zwei Schritten?',
        'median of the time between two consecutive steps',
        '1', 'seconds', 'lower', 'rpt_process_map', 'V6', 'process_analysis'
    ),
    (
        'p90_seconds', 'Zeit zwischen zwei Schritten (neun von zehn)', '90th percentile of the time between two steps',
        'Wie lange liegen neun von zehn Vorgängen zwischen zwei Schritten höchstens?',
        '90th percentile of the time between two consecutive steps',
        '1', 'seconds', 'lower', 'rpt_process_map', 'V6', 'process_analysis'
    ),
    (
        'break_count', 'Medienbrüche an diesem Übergang', 'Media breaks at a transition',
        'Wo wird ausgedruckt, eingescannt oder abgetippt?',
        'transitions with a change between two known media that is a print, a scan or a retyping',
        '1', 'steps', 'lower', 'rpt_process_map', 'H6', 'process_analysis'
    ),
    (
        'median_sojourn_seconds', 'Liegezeit nach einem Schritt (Mitte)', 'Median sojourn after a step',
        'Wie lange geschieht nach diesem Schritt nichts?',
        'median of the time to the next step',
        '1', 'seconds', 'lower', 'rpt_activities', 'V6', 'process_analysis'
    ),
    (
        'rework_case_count', 'Vorgänge mit Wiederholung', 'Cases with rework',
        'In wie vielen Vorgängen musste ein Schritt wiederholt werden?',
        'cases in which the activity occurs more than once',
        '1', 'cases', 'lower', 'rpt_activities', 'V6', 'process_analysis'
    ),
    (
        'case_share', 'Anteil eines Ablaufs', 'Share of a variant',
        'Wie viele Vorgänge nehmen genau diesen Weg?',
        'cases with this sequence of activities / cases with steps',
        '1', 'share', 'neutral', 'rpt_variants', 'V7', 'process_analysis'
    ),
    (
        'median_event_span_seconds', 'Dauer eines Ablaufs (Mitte)', 'Median duration of a variant',
        'Wie lange dauert dieser Weg vom ersten bis zum letzten Schritt?',
        'median of last event - first event, all cases of the variant',
        '1', 'seconds', 'lower', 'rpt_variants', 'V7', 'process_analysis'
    ),

    ---- savings
    (
        'cash_released_eur', 'Eingespartes Geld', 'Cash released',
        'Welche Ausgaben sind nachweislich weggefallen?',
        'sum of actual_eur of cost items cash_released with a booking reference',
        '1', 'eur', 'higher', 'rpt_savings_monthly', 'H23', 'savings_control'
    ),
    (
        'capacity_released_hours', 'Gewonnene Arbeitszeit', 'Capacity released',
        'Wie viele Arbeitsstunden braucht dieselbe Arbeit heute weniger als früher?',
        'share x sum over case types of V1 x (sum of w0 x a0 - sum of w1 x a1) / 60, like for like',
        '1', 'hours', 'higher', 'rpt_savings_monthly', 'H24', 'savings_control'
    ),
    (
        'channel_effect_hours', 'Gewonnene Arbeitszeit durch den Kanalwechsel', 'Channel effect',
        'Wie viel davon kommt daher, dass mehr Anträge online gestellt werden?',
        'share x sum over case types of V1 x sum of (w0 - w1) x a0 / 60',
        '1', 'hours', 'higher', 'rpt_savings_monthly', 'H24', 'savings_control'
    ),
    (
        'efficiency_effect_hours', 'Gewonnene Arbeitszeit durch schnellere Bearbeitung', 'Efficiency effect',
        'Wie viel davon kommt daher, dass ein Antrag weniger Arbeit macht?',
        'share x sum over case types of V1 x sum of w1 x (a0 - a1) / 60',
        '1', 'hours', 'higher', 'rpt_savings_monthly', 'H24', 'savings_control'
    ),
    (
        'one_off_cost_eur', 'Einmalige Kosten', 'One-off cost',
        'Was hat die Einführung gekostet?',
        'sum of actual_eur of cost items one_off',
        '1', 'eur', 'lower', 'rpt_savings_monthly', 'H23', 'savings_control'
    ),
    (
        'running_cost_eur', 'Laufende Kosten', 'Running cost',
        'Was kostet der Betrieb?',
        'sum of actual_eur of cost items running',
        '1', 'eur', 'lower', 'rpt_savings_monthly', 'H23', 'savings_control'
    ),
    (
        'parallel_cost_eur', 'Kosten des Doppelbetriebs', 'Cost of parallel operation',
        'Was kostet es, den Papierweg daneben offen zu halten?',
        'sum of actual_eur of cost items parallel',
        '1', 'eur', 'lower', 'rpt_savings_monthly', 'H14', 'savings_control'
    ),
    (
        'net_cash_eur', 'Geld nach Abzug der Kosten', 'Net cash',
        'Was bleibt nach Abzug aller Kosten an Geld?',
        'cash_released - one_off - running - parallel',
        '1', 'eur', 'higher', 'rpt_savings_monthly', 'H23', 'savings_control'
    ),
    (
        'cumulative_cash_eur', 'Geld seit Beginn', 'Cumulative cash',
        'Hat sich die Maßnahme bisher bezahlt gemacht?',
        'running sum of net_cash_eur',
        '1', 'eur', 'higher', 'rpt_savings_monthly', 'H23', 'savings_control'
    ),

    ---- trust
    (
        'coverage_share', 'Vollständigkeit der Quellen', 'Coverage of sources',
        'Haben alle Quellen bis zum Ende des Monats geliefert?',
        'sources whose newest record reaches the end of the month / sources that have delivered at all',
        '1', 'share', 'higher', 'rpt_throughput_monthly', 'H36', 'data_quality'
    ),
    (
        'found_share', 'Anteil mit gefundenem Vorgang', 'Share that found its case',
        'Wie viele Scans, Schreiben und Formulare haben ihren Vorgang in einem anderen System gefunden?',
        'found_case / records',
        '1', 'share', 'higher', 'rpt_case_links', 'H36', 'data_quality'
    ),
    (
        'one_source_share', 'Anteil der Vorgänge aus nur einem System', 'Share of cases known to one system only',
        'Wie viele Vorgänge kennt nur ein einziges System?',
        'cases_known_to_one_source / cases_total',
        '1', 'share', 'neutral', 'rpt_case_links', 'H36', 'data_quality'
    ),
    (
        'observed', 'Befund einer Datenprüfung', 'Finding of a data check',
        'Was stimmt an den gelieferten Daten nicht?',
        'records a check counts, by source',
        '1', 'records', 'lower', 'rpt_log_health', 'H36', 'data_quality'
    )

)

select
    metric,
    name_de,
    name_en,
    question_de,
    formula,
    formula_version,
    unit,
    direction,
    table_name,
    asked_by,
    purpose
from metrics
