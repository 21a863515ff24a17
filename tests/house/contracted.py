"""The names analysts may count on. Columns may be added to a table; none of these may go or change its meaning."""

RPT_EVERYWHERE = ("coverage_share", "is_provisional", "is_small_cell")

PUBLISHED: dict[str, str] = {
    "dim_generation": "generation_id as_of built_at input_hash ledger_head contract_version program_version",
    "dim_town": "key value",
    "dim_services": (
        "service_code service_name leika_key office_code target_working_days maturity_level online_since is_listed"
    ),
    "dim_offices": "office_code office_name parent_office_code directorate staff_band is_listed",
    "dim_calendar": "day office_code is_open open_seconds working_day_number",
    "dim_opening_intervals": "office_code opens_at closes_at",
    "dim_measures": "measure_id measure_name went_live_on status",
    "bridge_measure_services": "measure_id service_code share",
    "dim_assumptions": (
        "assumption_id assumption value low high unit valid_from valid_to source decided_by evidence_grade"
    ),
    "dim_targets": "metric scope target_on target_value set_by",
    "dim_metrics": (
        "metric name_de name_en question_de formula formula_version unit direction table_name asked_by purpose"
    ),
    "fct_cases": (
        "case_id service_code office_code case_type intake_channel received_at first_event_at last_event_at "
        "closed_at due_at status outcome event_count variant_id lead_seconds event_span_seconds "
        "working_seconds is_rework handover_count media_break_count is_paper_intake is_end_to_end_digital "
        "is_on_time is_overdue is_at_risk waiting_for age_working_days source_count media_break_count_low "
        "media_break_count_high"
    ),
    "bridge_case_sources": "case_id source first_seen_at",
    "fct_case_steps": (
        "case_id step_number activity occurred_at started_at medium unit_code next_activity seconds_to_next "
        "working_seconds_to_next media_break_kind delivery_id activity_kind waits_for"
    ),
    "fct_scans": (
        "document_id batch_id case_id scanned_at received_on pages sheets document_type origin qr_status qa_result"
    ),
    "fct_cost_items": (
        "cost_item_id measure_id month kind plan_eur actual_eur budget_line_id booking_ref accepted_eur audit_finding "
        "cash_class cash_grade is_recurring valid_until"
    ),
    "rpt_budget_bridge": "budget_line_id year step amount_eur ledger_id unknown_reason unknown_parts",
    "rpt_cost_per_case": (
        "service_code intake_channel period_end cases cost_eur cost_per_case_eur is_complete incomplete_reason "
        "known_parts unknown_parts cost_per_case_year_before_eur"
    ),
    "rpt_measure_plans": (
        "measure_id responsible_function planned_go_live_on went_live_on go_live_state days_late cost_plan_eur cost_eur "
        "planned_cases received_cases volume_share is_below_half volume_reason"
    ),
    "rpt_parallel_cost": "measure_id month parallel_cost_eur paper_route_eur month_cost_eur unknown_reason",
    "rpt_savings_persistence": (
        "measure_id months_after persistence_share persistence_low_share persistence_high_share unknown_reason"
    ),
    "rpt_posts_balance": (
        "office_code year freed_p10_fte freed_p50_fte freed_p90_fte annual_hours lapsing_fte retiring_fte requested_fte "
        "requested_less_freed_fte unknown_reason"
    ),
    "rpt_paper_point_cost": "measure_id service_code points_fallen cost_eur cost_per_point_eur unknown_reason",
    "dim_budget_line_rules": (
        "budget_line_id valid_from cost_type is_fee_funded price_index volume_driver contract_ends_on"
    ),
    "fct_submissions": "submission_id case_id service_code started_at submitted_at aborted_step is_assisted",
    "fct_documents": "document_id case_id direction medium document_type pages occurred_at",
    "fct_scan_batches": "batch_id started_at finished_at pages unit_code",
    "fct_scan_qc": "batch_id sampled defects",
    "fct_print_daily": "day unit_code pages sheets",
    "fct_post_daily": "day product items cost_eur",
    "fct_file_stock": "counted_on unit_code shelf_metres files",
    "fct_budget_lines": "budget_line_id product account year appropriation_eur supplementary_eur actual_eur",
    "fct_posts": "post_id office_code grade fte lapses_on",
    "fct_deliveries": (
        "delivery_id source stand rows_read rows_admitted rows_quarantined rows_duplicate rows_superseded admitted_at"
    ),
    "fct_processing_minutes": (
        "service_code case_type intake_channel minutes standard_error sampled method valid_from valid_to "
        "source evidence_grade"
    ),
    "fct_past_cases": (
        "told_service_code service_code case_type intake_channel month cases source evidence_grade verdict is_small_cell"
    ),
    "fct_quarantine": "delivery_id position reason_code reason column_name",
    "rpt_throughput_monthly": (
        "month service_code office_code intake_channel received_cases closed_cases open_cases_at_end "
        "first_event_cases last_event_cases active_cases_at_end median_lead_seconds p90_lead_seconds "
        "median_working_seconds on_time_share lead_cases working_cases on_time_cases deadline_cases"
    ),
    "rpt_backlog_daily": (
        "day service_code office_code open_cases arrived closed overdue at_risk waiting_applicant "
        "waiting_office p90_age_working_days weeks_of_work age_cases closed_last_56_days age_under_10_days "
        "age_10_to_30_days age_30_to_90_days age_over_90_days"
    ),
    "rpt_process_map": (
        "scope from_activity to_activity transition_count case_count median_seconds p90_seconds break_count "
        "median_working_seconds total_cases break_share median_wait_working_days"
    ),
    "rpt_activities": (
        "scope activity event_count case_count start_case_count end_case_count rework_case_count "
        "paper_event_count known_medium_event_count median_sojourn_seconds paper_step_share"
    ),
    "rpt_variants": (
        "scope variant_id variant_rank case_count case_share activities median_event_span_seconds total_cases"
    ),
    "rpt_paper_share_monthly": (
        "month month_basis service_code office_code paper_share_in paper_share_out paper_share_file "
        "paper_share_internal online_share end_to_end_share media_breaks_per_case cases paper_in_cases "
        "known_channel_cases paper_out_letters outbound_letters paper_file_cases known_file_cases "
        "paper_internal_steps internal_steps online_cases end_to_end_cases end_to_end_known_cases "
        "media_breaks media_break_known_cases media_breaks_per_case_low media_breaks_per_case_high decided_share "
        "decided_cases"
    ),
    "rpt_paper_share_yearly": (
        "period month_basis service_code office_code paper_share_in online_share cases paper_in_cases online_cases "
        "known_channel_cases paper_rank town_paper_so_far_share town_paper_in_cases period_start period_end"
    ),
    "rpt_throughput_yearly": (
        "period service_code office_code received_cases closed_cases on_time_cases deadline_cases on_time_share "
        "months period_start period_end"
    ),
    "rpt_savings_monthly": (
        "month measure_id service_code office_code cash_released_eur cash_low_eur cash_high_eur "
        "capacity_released_hours capacity_low_hours capacity_high_hours one_off_cost_eur running_cost_eur "
        "parallel_cost_eur net_cash_eur cumulative_cash_eur evidence_grade claimed_cases baseline_cases "
        "counterfactual_hours actual_hours channel_effect_hours efficiency_effect_hours raw_hours like_for_like_hours "
        "tide_hours volume_hours mix_hours capacity_p10_hours capacity_p50_hours capacity_p90_hours claim_state "
        "refusal_reason draws_seed cash_state baseline_id newest_baseline_hours first_baseline_hours"
    ),
    "dim_baselines": "baseline_id kind frozen_on content_hash service_code live_on version state baseline_cases",
    "fct_baseline_cells": "baseline_id service_code case_type intake_channel cases channel_share minutes_per_case",
    "rpt_audit_questions": "measure_id question_number question answer reason value value_before basis_cases",
    "rpt_baselines": "baseline_id version newest_version stands_last_12_months_hours newest_last_12_months_hours",
    "rpt_claims_awaited": "measure_id service_code office_code awaits claim_possible_from potential_hours",
    "rpt_savings_attribution": (
        "measure_id service_code office_code attribution_method attribution_state attribution_reason is_grade_lowered "
        "first_month last_month month_count claimed_hours claimed_p10_hours claimed_p50_hours claimed_p90_hours "
        "checked_hours checked_low_hours checked_high_hours comparison_services premise_probability evidence_grade "
        "claimed_cases"
    ),
    "rpt_cash_findings": (
        "audit_finding measures booking_count reported_eur counted_eur unchecked_eur fee_funded_eur left_out_eur"
    ),
    "rpt_break_even": (
        "measure_id line npv_eur payback_month_p10 payback_month_p50 payback_month_p90 discount_rate npv_p10_eur "
        "npv_p50_eur npv_p90_eur break_even_state refusal_reason pace_months claimed_cases evidence_grade draws_seed "
        "appraisal_years is_default_horizon horizon_end_month told_until_month invested_eur back_so_far_eur"
    ),
    "rpt_break_even_monthly": "measure_id line month is_booked discounted_sum_eur",
    "rpt_break_even_drivers": "measure_id line assumption npv_at_low_eur npv_at_high_eur npv_span_eur driver_rank",
    "rpt_alternatives": (
        "measure_id alternative line npv_eur npv_p10_eur npv_p50_eur npv_p90_eur refusal_reason missing_assumptions "
        "discount_rate year_cases"
    ),
    "rpt_savings_pace": (
        "scope pace_state since_month changes pace_months monthly_net_cash_eur monthly_net_cash_before_eur "
        "pace_months_before cash_measures_not_included parallel_cost_unknown_measures"
    ),
    "rpt_lead_time_curve": "service_code period days undecided_share at_risk_cases low high period_start period_end",
    "rpt_lead_time_by_service": (
        "service_code period cases decided median_days p90_days median_days_km p90_days_km within_n_days "
        "period_start period_end median_working_days working_cases waiting_cases still_open_cases "
        "target_working_days within_n_days_cases n_days_over_cases"
    ),
    "rpt_savings_totals_monthly": (
        "month scope cash_released_eur one_off_cost_eur running_cost_eur parallel_cost_eur net_cash_eur "
        "cumulative_cash_eur net_cash_last_12_months_eur cash_measures cash_measures_not_included "
        "parallel_cost_unknown_measures cash_evidence_grade "
        "capacity_released_hours capacity_low_hours capacity_high_hours claimed_cases "
        "capacity_last_12_months_hours capacity_low_last_12_months_hours capacity_high_last_12_months_hours "
        "claimed_last_12_months_cases capacity_measures capacity_measures_not_included evidence_grade "
        "capacity_p10_hours capacity_p50_hours capacity_p90_hours"
    ),
    "rpt_share_changes_monthly": (
        "metric month month_basis service_code share_now share_low share_high part_cases base_cases share_before "
        "part_cases_before base_cases_before change change_low change_high is_unchanged"
    ),
    "rpt_scans_monthly": "month documents pages own_pages known_pages own_share",
    "rpt_scans_yearly": "period documents pages own_pages known_pages own_share period_start period_end",
    "rpt_step_media_yearly": (
        "period medium steps steps_total step_share known_steps known_medium_share period_start period_end"
    ),
    "rpt_intake_channels_yearly": (
        "period intake_channel cases known_channel_cases paper_in_cases is_always_paper period_start period_end"
    ),
    "rpt_sources": (
        "source source_count late_source_count deliveries stand stand_on age_days allowed_days is_late rows_read "
        "rows_admitted rows_quarantined rows_duplicate rows_superseded quarantined_share is_balanced"
    ),
    "rpt_quarantine_reasons": "source reason_code column_name reason records",
    "rpt_case_links": (
        "source record_kind records with_case_number found_case found_share cases_total "
        "cases_known_to_one_source one_source_share"
    ),
    "rpt_monthly_figures": "metric scope month value cases",
    "rpt_revisions": (
        "metric scope month old_value new_value cause from_generation_id to_generation_id revised_on cases"
    ),
    "fct_savings_cells": (
        "month measure_id service_code case_type intake_channel baseline_cases received_cases cases_without cases_with "
        "minutes_without minutes_after capacity_released_hours assumption_id_without assumption_id_after"
    ),
    "fct_savings_components": (
        "ledger_id service_code case_type intake_channel baseline_cases actual_cases baseline_share "
        "actual_share baseline_minutes actual_minutes effect value unit assumption_id"
    ),
    "fct_savings_ledger": (
        "ledger_id claim_key measure_id service_code office_code month resource effect_class unit gross cost "
        "net low high is_recurring valid_until evidence_grade evidence_ref status baseline_id "
        "assumption_set_id formula_version recorded_at supersedes_id row_hash previous_hash"
    ),
    "rpt_log_health": "source check_name observed expected passed as_of",
}

# Names that are promised to mean this once they are published.
RESERVED: dict[str, str] = {
    "rpt_sunset": (
        "service_code document_type paper_share_now exempt_floor residual_threshold sunset_month_p10 "
        "sunset_month_p50 sunset_month_p90 probability_within_horizon blocking_gate refusal_reason"
    ),
    "rpt_priority_list": (
        "priority service_code proposal planned_on net_cash_p50_eur net_capacity_p50_hours effort_days rank_stability"
    ),
}
