"""Questions about the path a case takes: transitions, steps, variants.

Pages count only the cases that go a common way (`is_common` in `rpt_variants`): each transition, step, beginning, end
and repetition of these is shared by enough cases, so all of them are shown and nothing is left over to compute back.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboards.questions.marts import Marts
from dashboards.questions.paths import told_paths


def scopes(marts: Marts) -> pl.DataFrame:
    """Services with a drawn process, most cases first; the total only when nothing else is there."""
    return marts.ask(
        """
        select distinct scope, coalesce(s.service_name, scope) as name,
               if($hides, common_total_cases, total_cases) as cases
        from monitor.rpt_variants as v left join monitor.dim_services as s on s.service_code = v.scope
        where len(activities) > 1 and cases >= $least
        order by scope = 'all', cases desc, scope
        """,
        hides=marts.rows_are_hidden(),
        least=marts.least,
    )


UNLISTED: Final = {"unlisted": "nicht gelistet"}
"""What stands for steps that no list of the town has and that could be names."""


def edges(marts: Marts, scope: str) -> pl.DataFrame:
    """The edges of one process, commonest first."""
    if not marts.rows_are_hidden():
        return marts.ask(
            "select * from monitor.rpt_process_map where scope = $scope order by case_count desc, "
            "from_activity, to_activity",
            scope=scope,
        )
    return marts.ask_hiding(
        ("scope", "from_activity", "to_activity"),
        """
        select scope, from_activity, to_activity, common_case_count as case_count,
               common_transition_count as transition_count, common_break_count as break_count,
               common_break_share as break_share, common_median_seconds as median_seconds,
               common_p90_seconds as p90_seconds, common_median_working_seconds as median_working_seconds,
               common_median_wait_working_days as median_wait_working_days, is_small_cell
        from monitor.rpt_process_map where scope = $scope and common_case_count > 0
        order by case_count desc, from_activity, to_activity
        """,
        scope=scope,
    ).with_columns(pl.col("from_activity", "to_activity").replace(UNLISTED))


def activities(marts: Marts, scope: str) -> pl.DataFrame:
    """The steps of one process, commonest first."""
    if not marts.rows_are_hidden():
        return marts.ask(
            "select * from monitor.rpt_activities where scope = $scope order by case_count desc, activity", scope=scope
        )
    return marts.ask_hiding(
        ("scope", "activity"),
        """
        select scope, activity, common_case_count as case_count, common_event_count as event_count,
               common_start_case_count as start_case_count, common_end_case_count as end_case_count,
               common_rework_case_count as rework_case_count, common_paper_event_count as paper_event_count,
               common_known_medium_event_count as known_medium_event_count,
               common_paper_step_share as paper_step_share, is_small_cell
        from monitor.rpt_activities where scope = $scope and common_case_count > 0
        order by case_count desc, activity
        """,
        scope=scope,
    ).with_columns(pl.col("activity").replace(UNLISTED))


def variants(marts: Marts, scope: str, most: int) -> pl.DataFrame:
    """The commonest paths of one process; `activities` is a list of step names."""
    if not marts.rows_are_hidden():
        return marts.ask(
            "select * from monitor.rpt_variants where scope = $scope order by variant_rank limit $most",
            scope=scope,
            most=most,
        )
    paths = marts.ask(
        """
        select variant_rank, case_count, common_total_cases as total_cases, common_case_share as case_share,
               activities, median_event_span_seconds, is_small_cell
        from monitor.rpt_variants where scope = $scope and is_common order by variant_rank
        """,
        scope=scope,
    ).with_columns(pl.col("activities").list.eval(pl.element().replace(UNLISTED)))
    rows = paths.select("case_count", "activities").rows()
    shown = told_paths(rows, most, marts.least, f"paths of {scope}", marts.hidden)
    return paths[shown]
