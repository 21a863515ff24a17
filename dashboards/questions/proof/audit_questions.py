"""The eight questions an audit asks of each measure, as the published file answers them."""

from __future__ import annotations

import polars as pl

from dashboards.questions.marts import Marts


def answers(marts: Marts) -> pl.DataFrame:
    """One row per measure at work and question, by the measure's go-live and the question's number."""
    return marts.ask_hiding(
        ("measure_name", "question_number", "question", "answer", "reason"),
        """
        select coalesce(measure_name, a.measure_id) as measure_name, a.question_number, a.question, a.answer, a.reason,
               a.value, a.value_before, a.basis_cases, a.is_small_cell
        from monitor.rpt_audit_questions as a
        left join monitor.dim_measures as m using (measure_id)
        order by m.went_live_on, a.measure_id, a.question_number
        """,
    )
