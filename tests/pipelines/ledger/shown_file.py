"""A published file with only what the ledger reads: two measures on a service, bookings, and months that do not stand."""

from __future__ import annotations

from pathlib import Path

import duckdb

TABLES = """
create schema monitor; use monitor;
create table dim_measures (measure_id varchar, went_live_on date);
insert into dim_measures values ('m', '2025-03-01'), ('n', '2025-01-01'), ('z', null);
create table bridge_measure_services (measure_id varchar, service_code varchar, share decimal(18, 4));
insert into bridge_measure_services values ('m', 's', 0.6), ('n', 's', 0.4), ('m', 't', 1);
create table dim_metrics (metric varchar, formula_version varchar);
insert into dim_metrics values ('capacity_released_hours', '2'), ('cash_released_eur', '3');
create table fct_processing_minutes (service_code varchar, minutes decimal(18, 4), valid_from date, is_used boolean);
insert into fct_processing_minutes values ('s', 12, '2024-01-01', true), ('s', 9, '2026-02-01', true), ('s', 1, '2024-01-01', false);
create table dim_budget_line_rules (budget_line_id varchar, valid_from date, price_index decimal(18, 6));
insert into dim_budget_line_rules values
    ('L', '2024-01-01', 1.02), ('L', '2026-07-01', 1.04), ('L', '2027-01-01', 1.05);
create table fct_savings_cells (
    month date, measure_id varchar, service_code varchar, case_type varchar, intake_channel varchar,
    baseline_cases bigint, received_cases bigint, cases_without double, cases_with double,
    minutes_without decimal(18, 4), minutes_after decimal(18, 4), channel_effect_hours double,
    efficiency_effect_hours double, assumption_id_without varchar, assumption_id_after varchar, is_small_cell boolean, is_small_baseline_cell boolean
);
insert into fct_savings_cells values
    ('2026-01-01', 'm', 's', 'a', 'online', 100, 60, 20, 60, 12, 12, -8, 0, 's/a/online@1', 's/a/online@1', false, false),
    ('2026-01-01', 'm', 's', 'a', 'post', 700, 34, 74, 34, 30, 25, 20, 2.5, 's/all/post@1', 's/all/post@2', false, false),
    ('2026-01-01', 'm', 's', 'a', 'fax', 90, 4, 5, 4, 30, 30, 0.5, 0, 's/a/fax@1', 's/a/fax@1', true, false),
    ('2026-01-01', 'm', 's', 'b', 'counter', 10, 2, 1, 2, 300, 300, -5, 0, 's/b/counter@1', 's/b/counter@1', true, true);
create table rpt_savings_monthly (
    month date, measure_id varchar, service_code varchar, office_code varchar, claim_state varchar, refusal_reason varchar,
    cash_state varchar, capacity_released_hours double, capacity_low_hours double, capacity_high_hours double,
    channel_effect_hours double, counterfactual_hours double, actual_hours double, claimed_cases bigint,
    baseline_cases bigint, evidence_grade varchar, is_provisional boolean, is_small_cell boolean,
    baseline_id varchar
);
insert into rpt_savings_monthly values
    ('2026-01-01', 'm', 's', 'o', 'claimed', null, null, 10.00004, 8, 12, 7.5, 30, 20, 100, 900, 'A', false, false, 's@2025-01-01.v1'),
    ('2026-01-01', 'n', 's', 'o', 'beneath', 'x', null, -3, -5, -1, -3, 20, 23, 100, 900, 'B', false, false, 's@2025-01-01.v1'),
    ('2026-02-01', 'm', 's', 'o', 'claimed', null, null, 4, 3, 5, 4, 10, 6, 50, 900, 'A', false, false, 's@2025-01-01.v1'),
    ('2026-03-01', 'm', 's', 'o', 'provisional', 'undecided', null, 4, 3, 5, 4, 10, 6, 50, 900, 'A', true, false, 's@2025-01-01.v1'),
    ('2026-04-01', 'm', 's', 'o', 'refused', 'no_cases', null, null, null, null, null, null, null, 0, 900, null, false, true, 's@2025-01-01.v1'),
    ('2026-01-01', 'm', 't', 'p', 'claimed', null, null, 2, 1, 3, 2, 6, 4, 3, 90, 'A', false, true, 't@2025-01-01.v1'),
    ('2026-01-01', 'm', 'all', 'all', null, null, 'known', null, null, null, null, null, null, null, null, 'A', false, true, null),
    ('2026-02-01', 'm', 'all', 'all', null, null, 'parallel_cost_unknown', null, null, null, null, null, null, null, null, 'A', false, true, null),
    ('2026-01-01', 'n', 'all', 'all', null, null, 'known', null, null, null, null, null, null, null, null, 'A', false, true, null);
create table fct_cost_items (
    cost_item_id varchar, measure_id varchar, month date, kind varchar, actual_eur decimal(18, 2), accepted_eur decimal(18, 2),
    budget_line_id varchar, booking_ref varchar, cash_class varchar, cash_grade varchar, is_recurring boolean, valid_until date
);
insert into fct_cost_items values
    ('a', 'm', '2026-01-01', 'cash_released', 400, 380.5, 'L', 'B1', 'cash', 'A', true, '2027-01-31'),
    ('b', 'm', '2026-01-01', 'cash_released', 90, 90, 'L', 'B2', 'fee_funded', 'A', true, '2027-01-31'),
    ('c', 'm', '2026-01-01', 'cash_released', 50, 0, 'L', 'B3', 'cash', 'C', null, null),
    ('d', 'm', '2026-01-01', 'running', 120, 120, null, null, null, null, null, null),
    ('e', 'm', '2026-01-01', 'running', null, null, 'L', null, null, null, null, null),
    ('f', 'm', '2026-02-01', 'cash_released', 400, 400, 'L', 'B4', 'cash', 'B', true, '2027-02-28'),
    ('g', 'n', '2026-01-01', 'cash_released', 60, 60, 'K', 'B5', 'cash', 'B', false, null);
"""


def write_shown(path: Path, *more: str) -> Path:
    """Write the file, and whatever further statements make of it."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(TABLES)
        for statement in more:
            connection.execute(statement)
    return path
